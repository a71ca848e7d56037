import { createMemory } from '@vsm/adapter-memory';
import { RemoteError, type CollectionV1, type Rejection, type VectorRecord, type VectorStoreV1 } from '@vsm/core';

export const SECRET = 'hunter2-hunter2';
const NAMESPACES = ['tenant-blue', 'tenant-green'];

export const records: readonly VectorRecord[] = Array.from({ length: 600 }, (_, index) => ({
  id: `customer-${index}`,
  namespace: NAMESPACES[index % 2],
  vectors: { '': [index + 0.123046875, 1, 0.5] },
  metadata: { owner: `owner-${index}` },
  document: `private words of ${index}`,
}));

/** What must not leave: of every record, and of errors. */
export const PRIVATE: readonly string[] = [
  'customer-',
  'owner-',
  'private words',
  '.123046875',
  ...NAMESPACES,
  'tenant-',
  SECRET,
];

export async function filled(held: readonly VectorRecord[]): Promise<VectorStoreV1> {
  const store = createMemory();
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } },
  });
  await (await store.openCollection('docs')).upsert(held);
  return store;
}

export function altered(
  store: VectorStoreV1,
  location: string,
  alter: (collection: CollectionV1) => Partial<CollectionV1>,
): VectorStoreV1 {
  return {
    ...store,
    location,
    async openCollection(name, options) {
      const collection = await store.openCollection(name, options);
      return { ...collection, ...alter(collection) };
    },
  };
}

/**
 * A target that throttles once, fails once, and refuses two records by name, all in words that quote what is private.
 * @param halfway is waited for in the middle of the copy
 */
export function difficult(halfway: () => Promise<void> = async () => undefined): VectorStoreV1 {
  let calls = 0;
  const quote = `customer-7 "private words of 7" with key ${SECRET}`;
  return altered(createMemory(), `https://me:${SECRET}@vectors.example:6333/${SECRET}`, (collection) => ({
    async upsert(offered, options) {
      calls += 1;
      if (calls === 8) await halfway();
      if (calls === 2) throw new RemoteError(quote, { adapter: 'memory', retryable: true, status: 429 });
      if (calls === 3) throw new RemoteError(quote, { adapter: 'memory', retryable: true, status: 503 });
      const refused = offered.filter(({ id }) => id === 'customer-10' || id === 'customer-11');
      const taken = offered.filter((record) => !refused.includes(record));
      const answer = await collection.upsert(taken, options);
      const rejected = refused.map(({ id, namespace }): Rejection => ({
        id,
        namespace,
        reason: 'refused',
        detail: quote,
      }));
      return { accepted: answer.accepted, rejected: [...answer.rejected, ...rejected] };
    },
  }));
}
