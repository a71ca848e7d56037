import { createMemory } from '@vsm/adapter-memory';
import { VsmError, type CollectionDescription, type JsonValue, type VectorStoreV1 } from '@vsm/core/adapter';
import { onCollections } from '../shared-memory.ts';
import type { PlantedBug } from './planted-bug.ts';

function onDescribe(
  change: (description: CollectionDescription) => CollectionDescription,
): (store: VectorStoreV1) => VectorStoreV1 {
  return onCollections((inner) => ({
    async describe(options) {
      return change(await inner.describe(options));
    },
  }));
}

function onVectors(
  change: (vector: CollectionDescription['vectors'][string]) => CollectionDescription['vectors'][string],
): (store: VectorStoreV1) => VectorStoreV1 {
  return onDescribe((description) => ({
    ...description,
    vectors: Object.fromEntries(Object.entries(description.vectors).map(([name, vector]) => [name, change(vector)])),
  }));
}

/** A bulk load that switches `native.memory.indexing` off and, by `restore`, on again. */
function bulkLoad(restore: (token: JsonValue, settings: Map<string, boolean>, name: string) => void) {
  const settings = new Map<string, boolean>();
  return onCollections((inner) => ({
    async describe(options) {
      const indexing = settings.get(inner.name) ?? true;
      return { ...(await inner.describe(options)), native: { memory: { indexing } } };
    },
    async prepareBulkLoad() {
      return { indexing: settings.get(inner.name) ?? true };
    },
    async beginBulkLoad() {
      settings.set(inner.name, false);
    },
    async endBulkLoad(token: JsonValue) {
      restore(token, settings, inner.name);
    },
  }));
}

export const workingBulkLoad: (store: VectorStoreV1) => VectorStoreV1 = bulkLoad((token, settings, name) => {
  settings.set(name, (token as { readonly indexing: boolean }).indexing);
});

/** A store that tells what it can of the room, and what it does not know as absent. */
export function tellingRoom(store: VectorStoreV1): VectorStoreV1 {
  return { ...store, room: async () => ({ graphLinks: 16, copies: 2, freeDiskBytes: undefined, freeMemoryBytes: 0 }) };
}

export const storeBugs: readonly PlantedBug[] = [
  {
    fault: 'tells the store in place of the collection',
    caughtBy: 'collections/are-told-apart-by-what-they-are',
    under: onCollections((_inner, store) => ({ identify: async () => store.location })),
  },
  {
    fault: 'tells each connection apart',
    caughtBy: 'collections/are-told-apart-by-what-they-are',
    under: onCollections(() => ({ identify: async () => String(performance.now()) })),
  },
  {
    fault: 'gives itself another name than the harness',
    caughtBy: 'harness/connects-to-the-named-adapter',
    over: (store) => ({ ...store, adapter: 'memories' }),
  },
  {
    fault: 'puts records into every new collection',
    caughtBy: 'harness/starts-empty',
    under: (store) => ({
      ...store,
      async createCollection(schema, options) {
        const warnings = await store.createCollection(schema, options);
        const collection = await store.openCollection(schema.name);
        await collection.upsert([{ id: 'placeholder', vectors: {}, metadata: {} }]);
        return warnings;
      },
    }),
  },
  {
    fault: 'drops nothing',
    caughtBy: 'harness/cleans-up',
    under: (store) => ({ ...store, async dropCollection() {} }),
  },
  {
    fault: 'has a location that counts connections',
    caughtBy: 'harness/one-location-is-one-place',
    over: (() => {
      let connections = 0;
      return (store) => ({ ...store, location: `memory:${(connections += 1)}` });
    })(),
  },
  {
    fault: 'opens what exists instead of reporting a conflict',
    caughtBy: 'collections/taken-name-is-a-conflict',
    under: (store) => ({
      ...store,
      async createCollection(schema, options) {
        const taken = (await store.listCollections()).includes(schema.name);
        return taken ? [] : store.createCollection(schema, options);
      },
    }),
  },
  {
    fault: 'replaces a collection that exists, and then reports a conflict',
    caughtBy: 'collections/taken-name-is-a-conflict',
    under: (store) => ({
      ...store,
      async createCollection(schema, options) {
        if (!(await store.listCollections()).includes(schema.name)) return store.createCollection(schema, options);
        await store.dropCollection?.(schema.name);
        await store.createCollection(schema, options);
        throw new VsmError('CONFLICT', 'memory: exists already', { adapter: 'memory' });
      },
    }),
  },
  {
    fault: 'creates what it opens',
    caughtBy: 'collections/unknown-name-is-not-found',
    under: (store) => ({
      ...store,
      async openCollection(name, options) {
        if (!(await store.listCollections()).includes(name)) {
          await store.createCollection({ name, vectors: { '': { kind: 'dense' } } });
        }
        return store.openCollection(name, options);
      },
    }),
  },
  {
    fault: 'creates what it opens, although it says that it does not exist',
    caughtBy: 'collections/unknown-name-is-not-found',
    under: (store) => ({
      ...store,
      async openCollection(name, options) {
        try {
          return await store.openCollection(name, options);
        } catch (error) {
          await store.createCollection({ name, vectors: { '': { kind: 'dense' } } });
          throw error;
        }
      },
    }),
  },
  {
    fault: 'lists only the first two collections',
    caughtBy: 'collections/lists-what-was-created',
    under: (store) => ({ ...store, listCollections: async () => (await store.listCollections()).slice(0, 2) }),
  },
  {
    fault: 'creates a collection to see what it takes',
    caughtBy: 'collections/tells-room-and-makes-nothing',
    sound: { under: tellingRoom },
    under: (store) => ({
      ...store,
      async room(schema) {
        await store.createCollection(schema);
        return { graphLinks: 0 };
      },
    }),
  },
  {
    fault: 'says of room that it does not know that it is less than nothing',
    caughtBy: 'collections/tells-room-and-makes-nothing',
    sound: { under: tellingRoom },
    under: (store) => ({ ...store, room: async () => ({ graphLinks: 16, freeDiskBytes: -1 }) }),
  },
  {
    fault: 'drops by prefix',
    caughtBy: 'collections/drops-only-the-named-one',
    under: (store) => ({
      ...store,
      async dropCollection(name) {
        const start = name.slice(0, 4);
        for (const one of await store.listCollections()) if (one.startsWith(start)) await store.dropCollection?.(one);
      },
    }),
  },
  {
    fault: 'attaches list values of a dropped collection to the next',
    caughtBy: 'collections/nothing-comes-back-after-a-drop',
    under: (() => {
      let ghosts: Record<string, readonly string[]> = {};
      return (store: VectorStoreV1) => ({
        ...store,
        async dropCollection(name: string) {
          const collection = await store.openCollection(name).catch(() => undefined);
          const page = await collection?.scan({ limit: 1, include: ['metadata'] });
          const found = page?.records[0]?.metadata['ghosts'];
          if (found !== undefined) ghosts = { ghosts: found as readonly string[] };
          await store.dropCollection?.(name);
        },
        async openCollection(name: string) {
          const inner = await store.openCollection(name);
          return {
            ...inner,
            upsert: (records: Parameters<typeof inner.upsert>[0]) =>
              inner.upsert(records.map((record) => ({ ...record, metadata: { ...ghosts, ...record.metadata } }))),
          };
        },
      });
    })(),
  },
  {
    fault: 'describes every metric as cosine',
    caughtBy: 'schema/keeps-the-metric-euclidean',
    alsoBy: [
      'schema/keeps-the-metric-dot',
      'schema/keeps-the-metric-manhattan',
      'schema/keeps-the-metric-hamming',
      'schema/keeps-the-metric-jaccard',
    ],
    under: onVectors((vector) => (vector.kind === 'sparse' ? vector : { ...vector, metric: 'cosine' })),
  },
  {
    fault: 'describes a default dimension while it knows none',
    caughtBy: 'schema/does-not-guess-while-empty',
    under: onVectors((vector) => ({ ...vector, dimension: 1536 })),
  },
  {
    fault: 'forgets the dimension',
    caughtBy: 'schema/describes-what-was-created',
    alsoBy: ['schema/describes-the-vectors-of-a-seeded-collection'],
    over: onVectors((vector) => ({ ...vector, dimension: undefined })),
  },
  {
    fault: 'describes only one of several vectors',
    caughtBy: 'schema/describes-named-vectors',
    over: onDescribe((description) => ({
      ...description,
      vectors: Object.fromEntries(Object.entries(description.vectors).slice(0, 1)),
    })),
  },
  {
    fault: 'describes a multi-vector as a dense one',
    caughtBy: 'schema/describes-multi-vectors',
    over: onVectors((vector) => (vector.kind === 'multi' ? { ...vector, kind: 'dense' } : vector)),
  },
  {
    fault: 'falls back to cosine for an unknown metric',
    caughtBy: 'schema/refuses-the-metric-hamming',
    capabilities: { metrics: ['cosine', 'euclidean'] },
    over: (store) => ({
      ...store,
      createCollection: (schema, options) =>
        store.createCollection(
          { ...schema, vectors: { '': { kind: 'dense', metric: 'cosine', dimension: 4 } } },
          options,
        ),
    }),
  },
  {
    fault: 'describes with a Map',
    caughtBy: 'collections/description-is-plain-json',
    over: onDescribe((description) => ({
      ...description,
      native: { memory: new Map() as unknown as Record<string, JsonValue> },
    })),
  },
  {
    fault: 'finds out a capability when connecting',
    caughtBy: 'lifecycle/capabilities-are-constant',
    over: (store) => {
      let { capabilities } = store;
      return {
        ...store,
        get capabilities() {
          return capabilities;
        },
        listCollections(options) {
          capabilities = { ...capabilities, exactQuery: false };
          return store.listCollections(options);
        },
      };
    },
  },
  {
    fault: 'normalises under a metric that it does not have',
    caughtBy: 'lifecycle/capabilities-do-not-contradict-each-other',
    capabilities: { metrics: ['euclidean'], normalizes: ['cosine'] },
    soundCapabilities: {},
  },
  {
    fault: 'cannot be closed twice',
    caughtBy: 'lifecycle/closes-twice',
    over: (store) => {
      let closed = false;
      return {
        ...store,
        async close() {
          if (closed) throw new Error('Called end on pool more than once');
          closed = true;
          await store.close();
        },
      };
    },
  },
  {
    fault: 'stays open after close',
    caughtBy: 'lifecycle/is-closed-after-close',
    over: (store) => ({ ...store, async close() {} }),
  },
  {
    fault: 'leaves opened collections usable after close',
    caughtBy: 'lifecycle/is-closed-after-close',
    over: (store) => {
      const opened = store;
      return {
        ...store,
        async openCollection(name, options) {
          const collection = await opened.openCollection(name, options);
          const description = await collection.describe();
          return { ...collection, describe: async () => description };
        },
      };
    },
  },
  {
    fault: 'loses what was not flushed when it is closed',
    caughtBy: 'lifecycle/survives-a-new-connection',
    over: (store) => {
      const written: (() => Promise<void>)[] = [];
      return {
        ...store,
        async openCollection(name, options) {
          const collection = await store.openCollection(name, options);
          return {
            ...collection,
            async upsert(records, upsertOptions) {
              written.push(() => collection.delete(records.map(({ id }) => id)));
              return collection.upsert(records, upsertOptions);
            },
          };
        },
        async close() {
          while (written.length > 0)
            await written
              .pop()?.()
              .catch(() => undefined);
          await store.close();
        },
      };
    },
  },
  {
    fault: 'returns from flush before writes can be read',
    caughtBy: 'lifecycle/flush-makes-writes-readable',
    capabilities: { readAfterWrite: 'eventual' },
    under: onCollections((inner) => {
      let behind = 0;
      return {
        async upsert(records, options) {
          behind = 2;
          return inner.upsert(records, options);
        },
        async flush() {},
        async count(request) {
          behind -= 1;
          return behind >= 0 ? { value: 0, exact: true } : inner.count(request);
        },
      };
    }),
  },
  {
    fault: 'forgets the settings of a bulk load in a new connection',
    caughtBy: 'lifecycle/bulk-load-leaves-no-trace',
    under: bulkLoad(() => {}),
  },
  {
    fault: 'restores the settings of the bulk load when ended twice',
    caughtBy: 'lifecycle/bulk-load-leaves-no-trace',
    under: bulkLoad((_token, settings, name) => settings.set(name, !(settings.get(name) ?? true))),
  },
  {
    fault: 'ignores an aborted signal',
    caughtBy: 'errors/an-aborted-signal-stops-every-call',
    over: onCollections((inner) => ({ count: (request) => inner.count(request) })),
  },
  {
    fault: 'creates a collection although the signal was aborted',
    caughtBy: 'errors/an-aborted-signal-stops-every-call',
    over: (store) => ({
      ...store,
      async createCollection(schema, options) {
        const warnings = await store.createCollection(schema);
        options?.signal?.throwIfAborted();
        return warnings;
      },
    }),
  },
  {
    fault: 'puts the secret into messages',
    caughtBy: 'errors/name-the-adapter-and-keep-the-secret',
    over: (store) => ({
      ...store,
      openCollection: (name, options) =>
        store.openCollection(name, options).catch((error: unknown) => {
          throw new VsmError('NOT_FOUND', `memory: 404 from https://user:hunter2@host/${name}`, {
            adapter: 'memory',
            cause: error,
          });
        }),
    }),
  },
  {
    fault: 'raises errors without the adapter’s name',
    caughtBy: 'errors/name-the-adapter-and-keep-the-secret',
    over: (store) => ({
      ...store,
      async createCollection(schema, options) {
        if ((await store.listCollections()).includes(schema.name)) throw new VsmError('CONFLICT', 'it exists already');
        return store.createCollection(schema, options);
      },
    }),
  },
  {
    fault: 'passes on an error of the vendor',
    caughtBy: 'errors/a-dropped-collection-is-not-found',
    under: onCollections((inner, store) => ({
      async count(request) {
        if ((await store.listCollections()).includes(inner.name)) return inner.count(request);
        throw new TypeError("Cannot read properties of undefined (reading 'rows')");
      },
    })),
  },
  {
    fault: 'keeps no settings of another store',
    caughtBy: 'schema/keeps-all-of-it-where-it-is-promised',
    under: onDescribe(({ native: _forgotten, ...description }) => description),
  },
  {
    fault: 'describes cosine as dot',
    caughtBy: 'schema/keeps-the-metric-cosine',
    under: onVectors((vector) =>
      vector.kind !== 'sparse' && vector.metric === 'cosine' ? { ...vector, metric: 'dot' } : vector,
    ),
  },
  {
    fault: 'describes a sparse vector as a dense one',
    caughtBy: 'schema/describes-sparse-vectors',
    over: onVectors((vector) => (vector.kind === 'sparse' ? { kind: 'dense' } : vector)),
  },
  {
    fault: 'forgets the datatype',
    caughtBy: 'vectors/float16-keeps-what-it-can-hold',
    alsoBy: ['bfloat16', 'int8', 'uint8', 'bit'].map((one) => `vectors/${one}-keeps-what-it-can-hold`),
    over: onVectors((vector) => (vector.kind === 'sparse' ? vector : { ...vector, datatype: undefined })),
  },
  {
    fault: 'makes something of a dimension that is none',
    caughtBy: 'schema/refuses-a-dimension-that-is-none',
    over: (store) => ({
      ...store,
      createCollection: (schema, options) =>
        store.createCollection({ ...schema, vectors: { '': { kind: 'dense', dimension: 1 } } }, options),
    }),
  },
  {
    fault: 'names collections as the database does',
    caughtBy: 'collections/opens-by-name',
    over: onCollections((inner) => ({ name: `public.${inner.name}` })),
  },
  {
    fault: 'opens the same collection every time',
    caughtBy: 'collections/two-do-not-mix',
    over: (store) => {
      let opened: ReturnType<VectorStoreV1['openCollection']> | undefined;
      return { ...store, openCollection: (name, options) => (opened ??= store.openCollection(name, options)) };
    },
  },
  {
    fault: 'leaves facts out of what a deployment can do',
    caughtBy: 'lifecycle/effective-capabilities-are-no-surprise',
    over: (store) => ({
      ...store,
      async effectiveCapabilities() {
        const { uri: _, ...others } = store.capabilities;
        return others as typeof store.capabilities;
      },
    }),
  },
  {
    fault: 'connects once per first call',
    caughtBy: 'lifecycle/first-calls-at-once',
    over: (store) => {
      let connecting = false;
      let connected = false;
      return {
        ...store,
        async listCollections(options) {
          if (connecting && !connected) throw new Error('Client has already been connected');
          connecting = true;
          const names = await store.listCollections(options);
          connected = true;
          return names;
        },
      };
    },
  },
  {
    fault: 'passes on that nobody answered',
    caughtBy: 'errors/nobody-there-is-worth-another-try',
    unreachable: () => ({
      ...createMemory(),
      async listCollections() {
        throw new TypeError('fetch failed');
      },
    }),
  },
];
