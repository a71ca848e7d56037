import { classNameOf } from './class-config.ts';
import type { Collection } from './collection.ts';

export interface State {
  readonly collections: Map<string, Collection>;
  /** Alias → class. */
  readonly aliases: Map<string, string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** As descriptions hold it. */
  readonly date: () => string;
}

export function find({ collections, aliases }: State, name: string): Collection | undefined {
  const found = classNameOf(name);
  return collections.get(found) ?? collections.get(aliases.get(found) ?? '');
}
