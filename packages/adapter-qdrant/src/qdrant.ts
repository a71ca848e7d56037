import {
  checkNames,
  guardStore,
  UnsupportedError,
  type CallOptions,
  type CollectionSchema,
  type DisposableStore,
  type Warning,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createClient, type Client } from './client.ts';
import { openQdrantCollection, readAliases } from './collection.ts';
import { readOptions, type QdrantOptions } from './options.ts';
import { roomOf } from './room.ts';
import { collectionPath, createBody, indexBody, shardKeysOf, updateBody } from './schema.ts';

/** A Qdrant server or cluster. Nothing is sent before the first call. */
export function createQdrant(options: QdrantOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'qdrant',
    location: client.location,
    capabilities: capabilities(connection.documentKey),
    async listCollections(callOptions) {
      const request = { method: 'GET', path: '/collections', action: 'list collections' } as const;
      return client.call(request, callOptions, ({ collections }) => checkNames(collections, 'the collections'));
    },
    async createCollection(schema, callOptions) {
      checkVectorNames(schema);
      const path = collectionPath(schema.name);
      const action = `create collection "${schema.name}"`;
      await client.change({ method: 'PUT', path, action, body: JSON.stringify(createBody(schema)) }, callOptions);
      try {
        return await finishCollection(client, schema, callOptions);
      } catch (error) {
        // Half a collection would be taken for a whole one next time. It is ours, and empty.
        await client.change({ method: 'DELETE', path, action }, undefined).catch(() => undefined);
        throw error;
      }
    },
    async openCollection(name, callOptions) {
      return openQdrantCollection(client, await resolveAlias(client, name, callOptions), callOptions);
    },
    room: async (schema) => roomOf(schema),
    async dropCollection(name, callOptions) {
      await client.change(
        { method: 'DELETE', path: collectionPath(name), action: `drop collection "${name}"` },
        callOptions,
      );
    },
    async close() {
      client.close();
    },
  });
}

/** The real name, so that cursors and checkpoints stay valid when an alias moves on. */
async function resolveAlias(client: Client, name: string, options: CallOptions | undefined): Promise<string> {
  const aliases = await client.allowed(
    { method: 'GET', path: '/aliases', action: 'list aliases' },
    options,
    readAliases,
  );
  return aliases?.find(({ alias }) => alias === name)?.collection ?? name;
}

/** Adds what a collection takes only once it exists. */
async function finishCollection(
  client: Client,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const { name } = schema;
  const path = collectionPath(name);
  const update = updateBody(schema);
  if (update !== undefined) {
    const body = JSON.stringify(update);
    await client.change({ method: 'PATCH', path, action: `configure collection "${name}"`, body }, options);
  }
  for (const key of shardKeysOf(schema)) {
    const action = `create shard key "${key}" of collection "${name}"`;
    await client.change(
      { method: 'PUT', path: `${path}/shards`, action, body: JSON.stringify({ shard_key: key }) },
      options,
    );
  }
  for (const index of schema.indexes ?? []) {
    const body = indexBody(index);
    if (body === undefined) {
      const detail = `no index on "${index.path}": a quote or backslash cannot be part of a path here`;
      warnings.push({ type: 'unsupported', feature: 'indexes', detail });
      continue;
    }
    const action = `create an index on "${index.path}" of collection "${name}"`;
    await client.change(
      { method: 'PUT', path: `${path}/index?wait=true`, action, body: JSON.stringify(body) },
      options,
    );
  }
  return warnings;
}

function checkVectorNames({ name, vectors }: CollectionSchema): void {
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
