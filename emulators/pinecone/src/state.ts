import type { IndexModel } from './index-model.ts';
import { createNamespace, type Namespace } from './namespace.ts';

export interface IndexState {
  readonly model: IndexModel;
  readonly readyAt: number;
  /** By name; `''` is the default one. */
  readonly namespaces: Map<string, Namespace>;
  /** Those of them that were made by name, ahead of any record. */
  readonly made: Set<string>;
}

export interface State {
  readonly indexes: Map<string, IndexState>;
  readonly lagMs: () => number;
  readonly readyAfterMs: number;
  /** Where the data plane of an index is. */
  readonly hostOf: (index: string) => string;
}

export const isReady = ({ readyAt }: IndexState): boolean => performance.now() >= readyAt;

/** The namespace to write to, made where there is none. */
export function namespaceOf(state: State, index: IndexState, name: string): Namespace {
  const known = index.namespaces.get(name);
  if (known !== undefined) return known;
  const made = createNamespace(state.lagMs);
  index.namespaces.set(name, made);
  return made;
}

/**
 * Namespaces in which a record can be read, and those that were made by name, in the order of their names as the service gives them.
 * What becomes of one that came with its first record, and lost its last, is not documented; here it is gone.
 */
export function listedNamespaces(index: IndexState): { readonly name: string; readonly namespace: Namespace }[] {
  return [...index.namespaces]
    .filter(([name, namespace]) => namespace.records().size > 0 || index.made.has(name))
    .map(([name, namespace]) => ({ name: name === '' ? '__default__' : name, namespace }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
