import {
  checkList,
  EndingList,
  guardStore,
  VsmError,
  type DisposableStore,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { accountOf, databasePath } from './account.ts';
import { capabilities } from './capabilities.ts';
import { createClient, type Client, type Place } from './client.ts';
import { openChromaCollection } from './collection.ts';
import { allDatabases } from './databases.ts';
import { createGhosts } from './ghosts.ts';
import { ALL_DATABASES, readOptions, type ChromaConnection, type ChromaOptions } from './options.ts';
import { creationWarnings, planCreation, readCollection } from './schema.ts';

/** Collections a listing asks for at once. */
const LIST_PAGE = 500;
/** No collection has this id. */
const NO_COLLECTION = '00000000-0000-0000-0000-000000000000';

/** Collections of one Chroma database, or of all. Needs a server: Chroma's files cannot be opened from JavaScript. */
export function createChroma(options: ChromaOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const client = createClient(connection);
  const open = (one: ChromaConnection): VectorStoreV1 => oneDatabase(client, one);
  return guardStore(connection.database === ALL_DATABASES ? allDatabases(client, connection, open) : open(connection));
}

function oneDatabase(client: Client, connection: ChromaConnection): VectorStoreV1 {
  const { database, location, hosted } = connection;
  const account = accountOf(client, connection);
  const place = client.at(location, async () => databasePath(await account.tenant(), database));
  const quota = { records: Number.POSITIVE_INFINITY };
  let lists: boolean | undefined;
  const listsAllowed = async (signal?: AbortSignal): Promise<boolean> => (lists ??= await takesLists(place, signal));
  const ghosts = hosted ? undefined : createGhosts(place, listsAllowed);
  const pathOf = (name: string): string => `collections/${encodeURIComponent(name)}`;

  return {
    specificationVersion: 'v1',
    adapter: 'chroma',
    location,
    capabilities,
    async effectiveCapabilities(callOptions) {
      // Its reads are of few records, so that listing the ids first would take as long as reading.
      if (hosted) return { ...capabilities, filter: [], scan: 'best-effort' };
      if (await listsAllowed(callOptions?.signal)) return { ...capabilities, filter: [] };
      return { ...capabilities, metadata: { ...capabilities.metadata, arrays: 'none' } };
    },
    listCollections: (callOptions) => listNames(place, callOptions?.signal),
    async createCollection(schema, callOptions) {
      const creation = planCreation(schema);
      const action = `create collection "${schema.name}"`;
      const request = { method: 'POST', path: 'collections', action, body: creation.body, ...callOptions } as const;
      return creationWarnings(creation, await place.ask(request, (value) => readCollection(value, schema.name)));
    },
    async openCollection(name, callOptions) {
      const { signal } = callOptions ?? {};
      const request = { method: 'GET', path: pathOf(name), action: `open collection "${name}"`, signal } as const;
      const found = await place.ask(request, (value) => readCollection(value, name));
      return openChromaCollection(found, place, quota, ghosts, hosted);
    },
    async dropCollection(name, callOptions) {
      const { signal } = callOptions ?? {};
      const request = { method: 'DELETE', path: pathOf(name), action: `drop collection "${name}"`, signal } as const;
      if (ghosts !== undefined) {
        const found = await place.ask({ ...request, method: 'GET' }, (value) => readCollection(value, name));
        await ghosts.beforeDrop(found, signal);
      }
      await place.ask(request, () => undefined);
    },
    async close() {
      client.close();
    },
  };
}

async function listNames(place: Place, signal: AbortSignal | undefined): Promise<string[]> {
  const names = new EndingList('the list of collections');
  for (let offset = 0; ;) {
    const path = `collections?limit=${LIST_PAGE}&offset=${offset}`;
    const found = await place.ask({ method: 'GET', path, action: 'list collections', signal }, (value) => {
      const page = checkList(value, 'the list of collections', LIST_PAGE).map((one) => readCollection(one).name);
      names.add(page);
      return page.length;
    });
    if (found < LIST_PAGE) return names.values;
    offset += found;
  }
}

/**
 * Whether metadata may hold lists, which servers of 1.0 refuse. The answer comes from a write to a collection that cannot exist:
 * a server without lists refuses the body before it looks for the collection.
 */
async function takesLists(place: Place, signal: AbortSignal | undefined): Promise<boolean> {
  const body = '{"ids":["probe"],"embeddings":[[0]],"metadatas":[{"list":["x"]}]}';
  const path = `collections/${NO_COLLECTION}/upsert`;
  try {
    await place.ask({ method: 'POST', path, action: 'ask what it supports', body, signal }, () => undefined);
    return true;
  } catch (error) {
    // Where nothing may be written, nothing depends on it.
    if (VsmError.isInstance(error) && (error.code === 'NOT_FOUND' || error.code === 'UNAUTHORIZED')) return true;
    if (VsmError.isInstance(error) && 'status' in error && (error.status === 422 || error.status === 400)) return false;
    throw error;
  }
}
