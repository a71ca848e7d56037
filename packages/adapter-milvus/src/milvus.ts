import {
  collectionNotFound,
  guardStore,
  ifThere,
  VsmError,
  type CallOptions,
  type DisposableStore,
} from '@vsm/core/adapter';
import { capabilities, capabilitiesOf, isServer } from './capabilities.ts';
import { createClient } from './client.ts';
import { openMilvusCollection } from './collection.ts';
import {
  createCollection,
  createIndex,
  describeCollection,
  dropCollection,
  showCollections,
} from './grpc/collections.ts';
import { CollectionSchema } from './grpc/schema.ts';
import { createLoader } from './loading.ts';
import { fromName, toName } from './names.ts';
import { readOptions, type MilvusOptions } from './options.ts';
import { differences, planCreation } from './schema.ts';

/** The collections of one database of a Milvus server or cluster, or of Zilliz Cloud. Nothing is sent before the first call. */
export function createMilvus(options: MilvusOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  const loader = createLoader(client);
  const { location, database: db } = connection;

  const listStored = async (callOptions?: CallOptions): Promise<string[]> =>
    (await client.call(showCollections, { db }, { action: 'list collections', signal: callOptions?.signal })).names;

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'milvus',
    location,
    capabilities,
    effectiveCapabilities: async (callOptions) => capabilitiesOf(await client.version(callOptions?.signal)),
    listCollections: async (callOptions) => (await listStored(callOptions)).map(fromName).toSorted(),
    async createCollection(schema, callOptions) {
      const version = await client.version(callOptions?.signal);
      const plan = planCreation(schema, connection.reading, isServer(version));
      const call = { action: `create collection "${schema.name}"`, signal: callOptions?.signal };
      // The server calls it a success where the two are alike.
      if ((await listStored(callOptions)).includes(plan.stored)) {
        throw new VsmError('CONFLICT', `milvus: collection "${schema.name}" exists already in ${location}`, {
          adapter: 'milvus',
        });
      }
      const named = { db, collection: plan.stored };
      const { shards, consistency, partitions } = plan;
      const wanted = { schema: CollectionSchema.encode(plan.schema), shards, consistency, partitions };
      await client.call(createCollection, { ...named, ...wanted }, call);
      loader.keep(plan.stored);
      const made = await client.call(describeCollection, named, call);
      for (const { field, params } of plan.indexes) {
        const list = Object.entries(params).map(([key, value]) => ({ key, value }));
        await client.call(createIndex, { ...named, field, params: list, index: field }, call);
      }
      // For whoever reads it next, which may be an application.
      await loader.load(plan.stored, callOptions?.signal);
      return [...plan.warnings, ...(made.schema === undefined ? [] : differences(plan.schema, made.schema))];
    },
    async openCollection(name, callOptions) {
      const opening = { name, client, loader, connection };
      // By the name that we gave it, else by the one that the server knows, an alias included.
      const names = new Set([toName(name), name].filter((one) => one !== undefined));
      for (const stored of names) {
        const found = await ifThere(() => openMilvusCollection({ ...opening, stored }, callOptions?.signal));
        if (found !== undefined) return found;
      }
      throw collectionNotFound('milvus', name, location);
    },
    async dropCollection(name, callOptions) {
      const stored = toName(name);
      // Never by an alias, which others may have given it.
      const known = (await listStored(callOptions)).find((one) => one === stored || one === name);
      if (known === undefined) return;
      const call = { action: `drop collection "${name}"`, signal: callOptions?.signal };
      loader.forget(known);
      await client.call(dropCollection, { db, collection: known }, call);
    },
    async close() {
      try {
        await loader.restore();
      } finally {
        client.close();
      }
    },
  });
}
