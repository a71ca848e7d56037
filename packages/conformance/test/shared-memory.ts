import { createMemory } from '@vsm/adapter-memory';
import { guardStore, type Capabilities, type CollectionV1, type VectorStoreV1 } from '@vsm/core/adapter';

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
  /** The database itself, past everything that is wrapped around it. */
  readonly database: VectorStoreV1;
}

/** One database in memory and any number of connections to it, as with a server. */
export function sharedMemory({ under, over, capabilities }: SharedMemoryOptions = {}): SharedMemory {
  const database = createMemory();
  const keep: Wrap = (store) => store;
  const facts = { ...database.capabilities, ...capabilities };
  const inner = (under ?? keep)({
    ...database,
    capabilities: facts,
    effectiveCapabilities: async () => facts,
    async close() {},
  });
  return { database, connect: () => (over ?? keep)(guardStore(inner)) };
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
