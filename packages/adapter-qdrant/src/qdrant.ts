import {
  collectionNotFound,
  guardStore,
  UnsupportedError,
  VsmError,
  type CallOptions,
  type CollectionSchema,
  type VectorStoreV1,
  type Warning,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createClient, type Client } from './client.ts';
import { openQdrantCollection } from './collection.ts';
import { readOptions, type QdrantOptions } from './options.ts';
import { createBody, indexBody, shardKeysOf, updateBody } from './schema.ts';

/** A Qdrant server or cluster. Nothing is sent before the first call. */
export function createQdrant(options: QdrantOptions = {}): VectorStoreV1 {
  const connection = readOptions(options);
  const client = createClient(connection);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'qdrant',
    location: client.location,
    capabilities: capabilities(connection.documentKey),
    async listCollections(callOptions) {
      return listNames(client, callOptions);
    },
    async createCollection(schema, callOptions) {
      checkNames(schema);
      const body = createBody(schema);
      const action = `create collection "${schema.name}"`;
      await client.call(action, callOptions, (api, init) =>
        api.createCollection({ collection_name: schema.name, ...(body as object) }, init),
      );
      try {
        return await finishCollection(client, schema, callOptions);
      } catch (error) {
        // Half a collection would be taken for a whole one next time. It is ours, and empty.
        await client
          .call(action, undefined, (api, init) => api.deleteCollection({ collection_name: schema.name }, init))
          .catch(() => undefined);
        throw error;
      }
    },
    async openCollection(name, callOptions) {
      try {
        return await openQdrantCollection(client, await resolveAlias(client, name, callOptions), callOptions);
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
        const existing = await listNames(client, callOptions).catch(() => []);
        throw collectionNotFound('qdrant', name, client.location, existing, error);
      }
    },
    async dropCollection(name, callOptions) {
      await client.call(`drop collection "${name}"`, callOptions, (api, init) =>
        api.deleteCollection({ collection_name: name }, init),
      );
    },
    async close() {
      client.close();
    },
  });
}

async function listNames(client: Client, options: CallOptions | undefined): Promise<string[]> {
  const { collections } = await client.call('list collections', options, (api, init) => api.getCollections({}, init));
  return collections.map(({ name }) => name).toSorted();
}

/** The real name, so that cursors and checkpoints stay valid when an alias moves on. */
async function resolveAlias(client: Client, name: string, options: CallOptions | undefined): Promise<string> {
  const aliases = await client.allowed('list aliases', options, (api, init) => api.getCollectionsAliases({}, init));
  return aliases?.aliases.find(({ alias_name: alias }) => alias === name)?.collection_name ?? name;
}

/** Adds what a collection takes only once it exists. */
async function finishCollection(
  client: Client,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const { name } = schema;
  const update = updateBody(schema);
  if (update !== undefined) {
    await client.call(`configure collection "${name}"`, options, (api, init) =>
      api.updateCollection({ collection_name: name, ...(update as object) }, init),
    );
  }
  for (const key of shardKeysOf(schema)) {
    await client.call(`create shard key "${key}" of collection "${name}"`, options, (api, init) =>
      api.createShardKey({ collection_name: name, shard_key: key }, init),
    );
  }
  for (const index of schema.indexes ?? []) {
    const body = indexBody(index);
    if (body === undefined) {
      const detail = `no index on "${index.path}": a quote or backslash cannot be part of a path here`;
      warnings.push({ type: 'unsupported', feature: 'indexes', detail });
      continue;
    }
    await client.call(`create an index on "${index.path}" of collection "${name}"`, options, (api, init) =>
      api.createFieldIndex({ collection_name: name, wait: true, ...(body as { field_name: string }) }, init),
    );
  }
  return warnings;
}

function checkNames({ name, vectors }: CollectionSchema): void {
  const unnamed = vectors[''];
  const others = Object.entries(vectors).filter(([key, vector]) => key !== '' && vector.kind !== 'sparse');
  if (unnamed?.kind === 'sparse' || (unnamed !== undefined && others.length > 0)) {
    const what =
      unnamed.kind === 'sparse' ? 'a sparse vector needs a name' : 'an unnamed vector stands alone among dense ones';
    throw new UnsupportedError(
      'vectors',
      `qdrant: cannot create collection "${name}": ${what}; give all vectors names`,
      {
        adapter: 'qdrant',
      },
    );
  }
}
