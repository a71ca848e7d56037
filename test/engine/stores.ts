import { createMemory } from '@vsm/adapter-memory';
import {
  Float,
  type CollectionSchema,
  type CollectionV1,
  type ScanPage,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';

export function makeRecords(count: number, dimension = 4): VectorRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `record-${index}`,
    vectors: {
      '': Array.from({ length: dimension }, (_component, at) => Math.fround(Math.sin(index * dimension + at + 1))),
    },
    metadata: { index, half: index / 2 + 0.25, whole: new Float(index), name: `name ${index}`, even: index % 2 === 0 },
    document: `text of ${index}`,
  }));
}

export const plainSchema: CollectionSchema = {
  name: 'docs',
  vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } },
};

/** A memory store with one collection of these records. */
export async function filledMemory(
  records: readonly VectorRecord[],
  schema: CollectionSchema = plainSchema,
): Promise<VectorStoreV1> {
  const store = createMemory();
  await store.createCollection(schema);
  const { rejected } = await (await store.openCollection(schema.name)).upsert(records);
  if (rejected.length > 0) throw new Error(`test data was refused: ${JSON.stringify(rejected)}`);
  return store;
}

export async function allRecords(store: VectorStoreV1, name = 'docs'): Promise<VectorRecord[]> {
  const collection = await store.openCollection(name);
  const records: VectorRecord[] = [];
  let cursor: string | null | undefined;
  do {
    const page: ScanPage = await collection.scan({
      cursor: cursor ?? undefined,
      limit: 1000,
      include: ['vectors', 'metadata'],
    });
    records.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== null);
  return records;
}

/** The same store with some methods of its collections replaced. */
export function alterCollections(
  store: VectorStoreV1,
  alter: (collection: CollectionV1) => Partial<CollectionV1>,
): VectorStoreV1 {
  return {
    ...store,
    async openCollection(name, options) {
      const collection = await store.openCollection(name, options);
      return { ...collection, ...alter(collection) };
    },
  };
}

/** A store whose writes fail for good after some pages, as if the process had been killed. */
export function failsAfter(store: VectorStoreV1, pages: number): VectorStoreV1 {
  let left = pages;
  return alterCollections(store, (collection) => ({
    upsert: async (records, options) => {
      left -= 1;
      if (left < 0) throw new Error('gone');
      return collection.upsert(records, options);
    },
  }));
}

/** Fetches from a list. */
export function among(records: readonly VectorRecord[]): CollectionV1['fetch'] {
  return async (ids) => records.filter(({ id }) => ids.includes(id));
}
