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

/** How many records are selected, and what to say of namespaces in which there are none. */
export async function countSelected(
  from: ReadableCollection,
  request: Selected,
  options: CallOptions,
): Promise<{ readonly total: number; readonly notes: string[] }> {
  const { filter, namespaces } = request;
  if (namespaces === undefined) {
    const { value } = await from.count({ filter }, options);
    const list = from.listEmptyNamespaces?.bind(from);
    return { total: value, notes: list === undefined ? [] : sayEmpty(await list(options)) };
  }
  const counts = await Promise.all(namespaces.map((namespace) => from.count({ namespace, filter }, options)));
  const empty = filter === undefined ? namespaces.filter((_, at) => counts[at]?.value === 0) : [];
  return { total: counts.reduce((total, { value }) => total + value, 0), notes: sayEmpty(empty) };
}

const MOST_NAMED = 10;

/** A namespace comes to be in a target with its first record. */
function sayEmpty(names: readonly string[] | undefined): string[] {
  if (names === undefined)
    return [
      'namespaces without a record are not made in the target, and there are too many here to say which have none',
    ];
  if (names.length === 0) return [];
  const shown = names.slice(0, MOST_NAMED).map((name) => JSON.stringify(name));
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [`namespaces without a record are not made in the target: ${shown.join(', ')}${more}`];
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
