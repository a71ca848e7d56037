import type { IndexClient } from './client.ts';
import type { VectorNames } from './mapping.ts';

/** What every part of a collection works with. */
export interface CollectionContext {
  readonly name: string;
  readonly client: IndexClient;
  readonly names: VectorNames;
  readonly flushTimeoutMs: number;
}

/** The default namespace has no name in there. */
export function pathOf(operation: string, namespace: string | undefined): string {
  return namespace === undefined || namespace === '' ? operation : `${operation}/${encodeURIComponent(namespace)}`;
}
