/** What a plan says of the source alone. */
import { hasPrefixedId, type NamespacePolicy } from '../mapping/envelope.ts';
import type {
  CallOptions,
  CollectionDescription,
  Filter,
  ReadableCollection,
  StoreFacts,
  VectorRecord,
  VectorSchema,
} from '../spec/v1.ts';
import type { Loss } from './losses.ts';

interface Selected {
  readonly filter?: Filter | undefined;
  readonly namespaces?: readonly string[] | undefined;
}

/** A collection that others made, and in which nothing was recognised as a vector, is most likely not understood. */
export function noVectors(
  { name, reading }: CollectionDescription,
  vectors: Readonly<Record<string, VectorSchema>>,
): Loss[] {
  if (reading === undefined || Object.keys(vectors).length > 0) return [];
  const near = reading.find(({ nearTo }) => nearTo === 'vector');
  const hint =
    near === undefined ? '' : `; nearest to one is "${near.field}" (${near.evidence}): say vector=${near.field}`;
  return [{ name: 'no-vectors', detail: `no field of "${name}" was read as a vector${hint}` }];
}

export function unpromised(adapter: string): string {
  return `${adapter} does not promise that records which nobody touches are all read while others are written or deleted: pause the writers, or synchronise once more when they rest`;
}

export async function chooseNamespacePolicy(
  from: ReadableCollection,
  target: StoreFacts,
  request: Selected,
  options: CallOptions,
  { afterLayout, sample }: { readonly afterLayout: boolean | undefined; readonly sample: readonly VectorRecord[] },
): Promise<{ used: boolean; policy: NamespacePolicy }> {
  const names = request.namespaces ?? (await from.listNamespaces?.(options)) ?? [''];
  // A store without namespaces may hold the records of one that has them.
  const used = afterLayout ?? (names.some((name) => name !== '') || sample.some(hasPrefixedId));
  return { used, policy: used && !target.capabilities.namespaces ? 'prefix-id' : 'keep' };
}

export async function countSelected(
  from: ReadableCollection,
  request: Selected,
  options: CallOptions,
): Promise<number> {
  const { filter, namespaces } = request;
  if (namespaces === undefined) return (await from.count({ filter }, options)).value;
  const counts = await Promise.all(namespaces.map((namespace) => from.count({ namespace, filter }, options)));
  return counts.reduce((total, { value }) => total + value, 0);
}

/** What a sample shows of the records that go. Where it met older versions alone, these show what the newer ones are like. */
export function shownBy(sample: readonly VectorRecord[]): {
  readonly records: readonly VectorRecord[];
  readonly older: boolean;
} {
  const current = sample.filter(({ superseded }) => superseded === undefined);
  if (current.length > 0 || sample.length === 0) return { records: current, older: false };
  return { records: sample.map(({ superseded: _which, ...record }) => record), older: true };
}

/** Counted in the whole collection, since a sample meets few of them together. */
export function supersededLoss({ superseded }: CollectionDescription): Loss[] {
  if (superseded === undefined) return [];
  const detail = `${superseded.detail}: the newest of each goes, and the older ones are listed as rejected`;
  return [{ name: 'superseded-records', detail }];
}
