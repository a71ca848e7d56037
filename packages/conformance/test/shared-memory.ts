import { createMemory } from '@vsm/adapter-memory';
import { guardStore, type Capabilities, type CollectionV1, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ConformanceOptions, RawReader } from '../src/index.ts';

type Wrap = (store: VectorStoreV1) => VectorStoreV1;

export interface SharedMemoryOptions {
  /** Changes what the guard sees: the place for faults of an adapter’s own code. */
  readonly under?: Wrap | undefined;
  /** Changes what the user sees: the place for faults that the guard would have prevented. */
  readonly over?: Wrap | undefined;
  readonly capabilities?: Partial<Capabilities> | undefined;
}

export interface SharedMemory {
  readonly connect: () => VectorStoreV1;
  /** Both reach the database past everything that is wrapped around it. */
  readonly raw: RawReader;
  readonly seed: NonNullable<ConformanceOptions['seed']>;
}

/** One database in memory and any number of connections to it, as with a server. */
export function sharedMemory({ under, over, capabilities }: SharedMemoryOptions = {}): SharedMemory {
  const database = createMemory();
  const keep: Wrap = (store) => store;
  const facts = { ...database.capabilities, ...capabilities };
  const verbs = facts.namespaces ? database : without(['listNamespaces'])(database);
  const inner = (under ?? keep)({
    ...verbs,
    capabilities: facts,
    effectiveCapabilities: async () => facts,
    async close() {},
  });
  return {
    connect: () => (over ?? keep)(guardStore(inner)),
    raw: {
      async read(name, id, namespace) {
        const [found] = await (await database.openCollection(name)).fetch([id], { namespace });
        return found;
      },
    },
    async seed(_store, schema, records) {
      await database.createCollection(schema);
      await (await database.openCollection(schema.name)).upsert(records);
      return schema.name;
    },
  };
}

/** Changes some methods of every collection; `store` is the store they were opened from. */
export function onCollections(
  change: (collection: CollectionV1, store: VectorStoreV1) => Partial<CollectionV1>,
): (store: VectorStoreV1) => VectorStoreV1 {
  return (store) => ({
    ...store,
    async openCollection(name, options) {
      const collection = await store.openCollection(name, options);
      return { ...collection, ...change(collection, store) };
    },
  });
}

/** Takes optional verbs from every collection. */
export function without(verbs: readonly (keyof CollectionV1)[]): (store: VectorStoreV1) => VectorStoreV1 {
  return (store) => ({
    ...store,
    async openCollection(name, options) {
      const collection = await store.openCollection(name, options);
      const entries = Object.entries(collection).filter(([verb]) => !verbs.some((one) => one === verb));
      return Object.fromEntries(entries) as unknown as CollectionV1;
    },
  });
}
