import type { IndexModel } from './index-model.ts';
import { createNamespace, type Namespace } from './namespace.ts';

export interface IndexState {
  readonly model: IndexModel;
  readonly readyAt: number;
  /** By name; `''` is the default one. */
  readonly namespaces: Map<string, Namespace>;
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

/** Namespaces in which a record can be read, in the order of their names as the service gives them. */
export function liveNamespaces(index: IndexState): { readonly name: string; readonly namespace: Namespace }[] {
  return [...index.namespaces]
    .filter(([, namespace]) => namespace.records().size > 0)
    .map(([name, namespace]) => ({ name: name === '' ? '__default__' : name, namespace }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
