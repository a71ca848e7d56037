import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { CallOptions, ReadableCollection } from '../spec/v1.ts';

type Key = Pick<VectorRecord, 'id' | 'namespace'>;

/** Those of the records that the collection has, by {@link recordKey}, as it has them. */
export async function fetchRecords(
  collection: Pick<ReadableCollection, 'fetch'>,
  keys: readonly Key[],
  { signal }: CallOptions = {},
): Promise<Map<string, VectorRecord>> {
  const found = new Map<string, VectorRecord>();
  for (const [namespace, group] of Map.groupBy(keys, (key) => key.namespace)) {
    const ids = group.map(({ id }) => id);
    const fetched = await collection.fetch(ids, { namespace, signal });
    for (const record of fetched) found.set(recordKey(record), record);
  }
  return found;
}
