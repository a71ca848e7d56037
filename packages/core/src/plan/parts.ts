import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { CallOptions, ReadableCollection, Scope, VectorStoreV1 } from '../spec/v1.ts';
import { fetchRecords } from '../store/fetch-records.ts';
import { withoutHint } from '../guard/guard.ts';
import { ifThere } from '../store/if-there.ts';
import { foreign, openEnd } from '../store/scope.ts';
import type { Loss } from './losses.ts';

/** One side of a migration. */
export interface Endpoint {
  readonly adapter: string;
  readonly location: string;
  readonly collection: string;
  /** The part of it that the plan is about, where others share it: nothing outside is read, written or deleted. */
  readonly scope?: Scope | undefined;
  /** Given to the adapter when it opens the collection. */
  readonly adapterOptions?: CallOptions['adapterOptions'];
}

export function endOf(
  { adapter, location }: VectorStoreV1,
  collection: string,
  scope: Scope | undefined,
  adapterOptions: CallOptions['adapterOptions'],
): Endpoint {
  return {
    adapter,
    location,
    collection,
    ...(scope !== undefined && { scope }),
    ...(adapterOptions !== undefined && { adapterOptions }),
  };
}

/** `undefined` where it does not exist. */
export async function openExisting(
  store: VectorStoreV1,
  end: Endpoint,
  options: CallOptions,
): Promise<ReadableCollection | undefined> {
  return ifThere(() => openEnd(store, end, withoutHint(options)));
}

export function heldBefore(count: number, { scope }: Endpoint): string {
  const place = scope?.value === undefined ? 'collection' : `part "${scope.name ?? scope.value}" of the collection`;
  return `the target ${place} holds ${count} records already; equal ids are replaced, others are left alone unless extra ones are to be deleted`;
}

/** Sampled records whose ids another part of the target has already. */
export async function foreignRecords(
  stored: readonly VectorRecord[],
  target: VectorStoreV1,
  { scope, ...whole }: Endpoint,
  options: CallOptions,
): Promise<readonly VectorRecord[]> {
  if (scope === undefined) return [];
  const present = await fetchRecords(await openEnd(target, whole, options), stored, options);
  return stored.filter((record) => foreign(record, present.get(recordKey(record)), scope) !== undefined);
}

/** Records that come out with the id of another one: a target keeps one of each. */
export function doubledLoss(stored: readonly VectorRecord[]): Loss[] {
  const seen = new Set<string>();
  const doubled = stored.filter((record) => {
    const key = recordKey(record);
    const known = seen.has(key);
    seen.add(key);
    return known;
  });
  if (doubled.length === 0) return [];
  const ids = [...new Set(doubled.map(({ id }) => id))];
  return [
    {
      name: 'rejected-records',
      detail: `these ids are those of several records, of which the target can keep one each, and which one is a matter of their order: ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`,
      recordsInSample: doubled.length,
    },
  ];
}

export function foreignLoss(taken: readonly VectorRecord[], { collection, scope }: Endpoint): Loss[] {
  if (taken.length === 0) return [];
  const ids = taken.slice(0, 3).map(({ id }) => id);
  const some = `${ids.join(', ')}${taken.length > 3 ? ', …' : ''}`;
  return [
    {
      name: 'rejected-records',
      detail: `these ids belong to another part of "${collection}" already, by its "${scope?.path}", and are not taken from there: ${some}`,
      recordsInSample: taken.length,
    },
  ];
}
