import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { beforeRedis8, capabilities } from './capabilities.ts';
import { connect, type Connection, type Reply } from './client.ts';
import { openCollection } from './collection.ts';
import { redisError } from './errors.ts';
import { isUnknownCommand, listIndexes, readIndex } from './index-info.ts';
import { allKeys, entriesOf, fromKey, nameOfPrefix, prefixOf } from './keys.ts';
import { indexCommand, MANIFESTS, newManifest, readManifest } from './manifest.ts';
import { readOptions, type RedisOptions } from './options.ts';
import { roomOf } from './room.ts';

/** The collections of one database of a Redis server: search indexes, keys under a prefix, and what VSM made. */
export function createRedis(options: RedisOptions = {}): DisposableStore {
  const settings = readOptions(options);
  const { location, prefix } = settings;
  const connection = connect(settings);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'redis',
    location,
    capabilities,
    async effectiveCapabilities() {
      const { major } = await connection.facts();
      // Without search, fields hold what they are given.
      return major >= 8 && (await hasInt8(connection)) ? capabilities : beforeRedis8;
    },
    async listCollections() {
      if (prefix !== undefined) return [nameOfPrefix(prefix)];
      const own = (await connection.ask('list the collections', ['HKEYS', MANIFESTS])) as readonly Reply[];
      return [...new Set([...own.map(String), ...(await listIndexes(connection))])].toSorted();
    },
    async createCollection(schema) {
      const { name } = schema;
      if (prefix !== undefined) {
        throw redisError('INVALID_OPTIONS', `cannot create "${name}": \`prefix\` is for collections that are there`);
      }
      if ((await readIndex(connection, name)) !== undefined) throw taken(name);
      const manifest = newManifest(schema, settings.index ?? 'flat');
      const action = `create "${name}"`;
      if ((await connection.ask(action, ['HSETNX', MANIFESTS, name, JSON.stringify(manifest)])) === 0)
        throw taken(name);
      const command = indexCommand(name, manifest);
      if (command === undefined) return [];
      const [reply = null] = await connection.run(action, [command]);
      if (isUnknownCommand(reply)) {
        return [
          {
            type: 'unsupported',
            feature: 'index',
            detail: 'this server has no search: the records are kept without an index',
          },
        ];
      }
      if (reply instanceof Error) {
        await connection.ask(action, ['HDEL', MANIFESTS, name]);
        throw connection.failure(action, reply);
      }
      return [];
    },
    room: (schema) => roomOf(connection, schema, settings.index ?? 'flat'),
    openCollection: (name) => openCollection(connection, name, settings),
    async dropCollection(name) {
      const action = `drop "${name}"`;
      const manifest = await readManifest(connection, name);
      const index = await readIndex(connection, name);
      if (manifest === undefined && index === undefined) throw collectionNotFound('redis', name, location);
      // With DD go the keys that the index covers, which are all that can be told to be of somebody else's index.
      if (index !== undefined)
        await connection.ask(action, ['FT.DROPINDEX', name, ...(manifest === undefined ? ['DD'] : [])]);
      if (manifest === undefined) return;
      for await (const keys of allKeys(connection, { prefixes: [prefixOf(name)] })) {
        if (keys.length > 0) await connection.ask(action, ['UNLINK', ...keys.map(fromKey)]);
      }
      await connection.ask(action, ['HDEL', MANIFESTS, name]);
    },
    close: () => connection.close(),
  });
}

function taken(name: string): Error {
  return redisError(
    'CONFLICT',
    `there is a collection or an index "${name}" already. Choose another name, or drop it first.`,
  );
}

/** Whether indexes take INT8 and UINT8: the search of Redis 8 does, an older one that was loaded into it does not. */
async function hasInt8(connection: Connection): Promise<boolean> {
  const [reply = null] = await connection.run('list the modules', [['MODULE', 'LIST']]);
  // Who may not ask learns it when the index is made.
  if (!Array.isArray(reply)) return true;
  const search = (reply as readonly Reply[])
    .map((module) => new Map(entriesOf(module)))
    .find((module) => String(module.get('name')) === 'search');
  return search === undefined || Number(String(search.get('ver'))) >= 80_000;
}
