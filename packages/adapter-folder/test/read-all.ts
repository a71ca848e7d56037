import type { CollectionV1, DenseVector, VectorRecord } from '@vsm/core/adapter';

/** Every record of a collection, in pages of a few. */
export async function readAll(collection: CollectionV1): Promise<readonly VectorRecord[]> {
  const records: VectorRecord[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await collection.scan({ limit: 7, include: ['vectors', 'metadata'], cursor });
    records.push(...page.records);
    if (page.cursor === null) return records;
    cursor = page.cursor;
  }
}

export function vectorOf(record: VectorRecord | undefined, name = ''): readonly number[] | undefined {
  const vector = record?.vectors[name] as DenseVector | undefined;
  return vector === undefined ? undefined : [...vector];
}
