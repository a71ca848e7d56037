import { own, type CollectionV1, type Metadata, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { onCollections } from '../shared-memory.ts';
import type { PlantedBug } from './planted-bug.ts';

async function everything(collection: CollectionV1): Promise<readonly VectorRecord[]> {
  return (await collection.scan({ limit: 1_000_000, include: ['vectors', 'metadata'] })).records;
}

/** Freezes what is there at `partition`, or at the first page. */
export function frozen(): (store: VectorStoreV1) => VectorStoreV1 {
  const moments: (readonly VectorRecord[])[] = [];
  return onCollections((inner) => {
    const freeze = async (): Promise<number> => moments.push(await everything(inner)) - 1;
    return {
      async partition() {
        return [{ id: String(await freeze()) }];
      },
      async scan({ partition, cursor, limit, include, filter, namespace }) {
        const [moment = 0, from = 0] = (cursor ?? partition?.id ?? String(await freeze())).split(':').map(Number);
        const all = (moments[moment] ?? []).filter(
          (one) => namespace === undefined || (one.namespace ?? '') === namespace,
        );
        const whole = include.includes('metadata') || filter !== undefined;
        return {
          records: all.slice(from, from + limit).map((record) => ({
            ...(whole ? record : { id: record.id, namespace: record.namespace, metadata: {} }),
            vectors: include.includes('vectors') ? record.vectors : {},
          })),
          cursor: from + limit < all.length ? `${moment}:${from + limit}` : null,
        };
      },
    };
  });
}

/** Pages are offsets in what is there. */
const byOffset = onCollections((inner) => ({
  partition: async () => [{ id: 'all' }],
  async scan({ cursor = '0', limit }) {
    const all = await everything(inner);
    const next = Number(cursor) + limit;
    return { records: all.slice(Number(cursor), next), cursor: next < all.length ? String(next) : null };
  },
}));

/** The ids are listed once by each connection, and the cursor counts them. */
const countingOwnList = onCollections((inner) => {
  let ids: readonly string[] | undefined;
  return {
    partition: async () => [{ id: 'all' }],
    async scan({ cursor, limit }) {
      ids ??= (await everything(inner)).map(({ id }) => id);
      const prefix =
        cursor?.replace(/\d+$/, '') ?? (await inner.scan({ limit: 1, include: [] })).cursor?.replace(/\d+$/, '') ?? '';
      const from = Number(/\d+$/.exec(cursor ?? '0')?.[0]);
      const next = from + limit;
      const records = await inner.fetch(ids.slice(from, next));
      return { records, cursor: next < ids.length ? `${prefix}${next}` : null };
    },
  };
});

/** Metadata comes from a cache that nobody tells of writes. */
const torn = (): ((store: VectorStoreV1) => VectorStoreV1) => {
  const cache = new Map<string, Metadata>();
  return onCollections((inner) => ({
    async scan(request, options) {
      const page = await inner.scan(request, options);
      const records = page.records.map((record) => {
        const key = `${inner.name}/${record.id}`;
        const metadata = cache.get(key) ?? record.metadata;
        cache.set(key, metadata);
        return { ...record, metadata };
      });
      return { ...page, records };
    },
    async delete(ids, options) {
      // Reading ahead fills the cache.
      for (const { id, metadata } of await everything(inner))
        cache.set(`${inner.name}/${id}`, cache.get(`${inner.name}/${id}`) ?? metadata);
      await inner.delete(ids, options);
    },
    async upsert(records, options) {
      for (const { id, metadata } of await everything(inner))
        cache.set(`${inner.name}/${id}`, cache.get(`${inner.name}/${id}`) ?? metadata);
      return inner.upsert(records, options);
    },
  }));
};

/** Keeps the document in the metadata, under a key that it does not say is its own. */
function documentUnder(key: string): (store: VectorStoreV1) => VectorStoreV1 {
  const put = (record: VectorRecord): VectorRecord =>
    record.document === undefined
      ? record
      : { ...record, metadata: { ...record.metadata, [key]: record.document }, document: undefined };
  const take = (record: VectorRecord): VectorRecord => {
    const text = own(record.metadata, key);
    if (typeof text !== 'string') return record;
    const { [key]: _taken, ...metadata } = record.metadata;
    return { ...record, metadata, document: text };
  };
  return onCollections((inner) => ({
    upsert: (records, options) => inner.upsert(records.map(put), options),
    async scan(request, options) {
      const page = await inner.scan(request, options);
      return { ...page, records: page.records.map(take) };
    },
    fetch: async (ids, options) => (await inner.fetch(ids, options)).map(take),
  }));
}

export const inUseBugs: readonly PlantedBug[] = [
  {
    fault: 'pages by offset while others delete',
    caughtBy: 'scan/in-use-misses-nothing-that-stays',
    under: byOffset,
  },
  {
    fault: 'counts its place in a list that each connection makes for itself',
    caughtBy: 'scan/in-use-goes-on-in-a-new-connection',
    over: countingOwnList,
  },
  {
    fault: 'reads vectors and metadata at different times',
    caughtBy: 'scan/in-use-gives-nothing-that-never-was',
    under: torn(),
  },
  {
    fault: 'calls the newest state of each page a snapshot',
    caughtBy: 'scan/in-use-shows-one-moment',
    capabilities: { scan: 'snapshot' },
    sound: { under: frozen() },
  },
  {
    fault: 'keeps documents under the key "document" of the metadata',
    caughtBy: 'metadata/words-of-stores-are-the-users-own',
    under: documentUnder('document'),
  },
  {
    fault: 'keeps documents under the key "page_content" of the metadata',
    caughtBy: 'metadata/words-of-stores-are-the-users-own',
    under: documentUnder('page_content'),
  },
];
