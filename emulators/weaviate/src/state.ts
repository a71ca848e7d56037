import { classNameOf } from './class-config.ts';
import type { Collection } from './collection.ts';

export interface State {
  readonly collections: Map<string, Collection>;
  /** Alias → class. */
  readonly aliases: Map<string, string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Why an object is reported as failed although it is stored. */
  readonly complain: (id: string) => string | undefined;
  /** As descriptions hold it. */
  readonly date: () => string;
}

export function find({ collections, aliases }: State, name: string): Collection | undefined {
  const found = classNameOf(name);
  return collections.get(found) ?? collections.get(aliases.get(found) ?? '');
}
