import {
  collectionNotFound,
  VsmError,
  type CollectionSchema,
  type CollectionV1,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { accountOf } from './account.ts';
import type { Client } from './client.ts';
import type { ChromaConnection } from './options.ts';

/** Chroma allows it in no name of a collection. */
const SEPARATOR = '/';

/** The collections of every database that the key sees, called `database/collection`. A database that is written to is made first. */
export function allDatabases(
  client: Client,
  connection: ChromaConnection,
  open: (connection: ChromaConnection) => VectorStoreV1,
): VectorStoreV1 {
  const account = accountOf(client, connection);
  const stores = new Map<string, VectorStoreV1>();
  const storeOf = async (database: string): Promise<VectorStoreV1> => {
    const tenant = await account.tenant();
    const known = stores.get(database);
    if (known !== undefined) return known;
    const location = `${connection.location.replace(/\/\*$/, '')}/${database}`;
    const store = open({ ...connection, tenant, database, location });
    stores.set(database, store);
    return store;
  };
  const any = open(connection);
  const list = async (signal: AbortSignal | undefined): Promise<string[]> => {
    const names: string[] = [];
    for (const database of await account.databases(signal)) {
      const collections = await (await storeOf(database)).listCollections({ signal });
      names.push(...collections.toSorted().map((name) => `${database}${SEPARATOR}${name}`));
    }
    return names;
  };

  return {
    specificationVersion: 'v1',
    adapter: any.adapter,
    location: connection.location,
    capabilities: any.capabilities,
    async effectiveCapabilities(options) {
      const [database] = await account.databases(options?.signal);
      const store = database === undefined ? any : await storeOf(database);
      return (await store.effectiveCapabilities?.(options)) ?? store.capabilities;
    },
    listCollections: async (options) => list(options?.signal),
    async createCollection(schema: CollectionSchema, options) {
      const { database, name } = split(schema.name);
      if (database === undefined) {
        const message = `chroma: "${schema.name}" names no database. With all databases, a collection is called "database${SEPARATOR}collection".`;
        throw new VsmError('INVALID_OPTIONS', message, { adapter: 'chroma' });
      }
      if (!(await account.databases(options?.signal)).includes(database)) await account.createDatabase(database);
      return (await storeOf(database)).createCollection({ ...schema, name }, options);
    },
    async openCollection(whole, options) {
      const { database, name } = split(whole);
      const names = database === undefined ? undefined : await account.databases(options?.signal);
      if (database === undefined || names?.includes(database) !== true) {
        throw collectionNotFound('chroma', whole, connection.location);
      }
      return renamed(await (await storeOf(database)).openCollection(name, options), whole);
    },
    async dropCollection(whole, options) {
      const { database, name } = split(whole);
      if (database !== undefined) await (await storeOf(database)).dropCollection?.(name, options);
    },
    async close() {
      client.close();
    },
  };
}

function split(whole: string): { database: string | undefined; name: string } {
  const at = whole.lastIndexOf(SEPARATOR);
  return at < 1 ? { database: undefined, name: whole } : { database: whole.slice(0, at), name: whole.slice(at + 1) };
}

function renamed(collection: CollectionV1, name: string): CollectionV1 {
  return {
    ...collection,
    name,
    async describe(options) {
      return { ...(await collection.describe(options)), name };
    },
  };
}
