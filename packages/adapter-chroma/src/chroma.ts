import {
  collectionNotFound,
  guardStore,
  UnsupportedError,
  VsmError,
  type CollectionV1,
  type DenseVector,
  type Match,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { accountOf, databasePath } from './account.ts';
import { allDatabases } from './databases.ts';
import { describeCollection, SPACES, type ChromaCollection } from './describe.ts';
import { smallerRead } from './errors.ts';
import { createGhosts, type Ghosts } from './ghosts.ts';
import { bodyBytes, fromAnswer, toBody } from './mapping.ts';
import { ALL_DATABASES, readOptions, type ChromaConnection, type ChromaOptions } from './options.ts';
import { postCollection } from './create-collection.ts';
import { createIdWindows } from './id-windows.ts';
import { createTransport, type Transport } from './transport.ts';
import { toWhere } from './where.ts';

/** How many records the server hands out at once, as learned from its refusals. */
interface ReadQuota {
  records: number;
}

/** Ids in one request; SQLite takes 32,766 variables. */
const MOST_IDS = 5000;
/** Bodies stay well below the server's 40 MiB. */
const BODY_BYTES = 16 * 1024 * 1024;
/** Collections a listing asks for at once. */
const LIST_PAGE = 500;
/** No collection has this id. */
const NO_COLLECTION = '00000000-0000-0000-0000-000000000000';

/** Collections of one Chroma database, or of all. Needs a server: Chroma's files cannot be opened from JavaScript. */
export function createChroma(options: ChromaOptions = {}): VectorStoreV1 {
  const connection = readOptions(options);
  return guardStore(
    connection.database === ALL_DATABASES ? allDatabases(connection, oneDatabase) : oneDatabase(connection),
  );
}

function oneDatabase(connection: ChromaConnection): VectorStoreV1 {
  const { database, location, hosted } = connection;
  const account = accountOf(connection);
  const transport = createTransport(connection, async () => databasePath(await account.tenant(), database));
  const quota: ReadQuota = { records: Number.POSITIVE_INFINITY };
  let lists: boolean | undefined;
  const takesLists = async (signal?: AbortSignal): Promise<boolean> => (lists ??= await askForLists(transport, signal));
  const ghosts = hosted ? undefined : createGhosts(transport, takesLists);

  const look = async (name: string, what: string, signal?: AbortSignal): Promise<ChromaCollection> => {
    const text = await transport.send('GET', `collections/${encodeURIComponent(name)}`, what, undefined, signal);
    return JSON.parse(text) as ChromaCollection;
  };
  const list = async (signal?: AbortSignal): Promise<ChromaCollection[]> => {
    const found: ChromaCollection[] = [];
    for (;;) {
      const path = `collections?limit=${LIST_PAGE}&offset=${found.length}`;
      const text = await transport.send('GET', path, `cannot list collections in ${location}`, undefined, signal);
      const page = JSON.parse(text) as ChromaCollection[];
      found.push(...page);
      if (page.length < LIST_PAGE) return found;
    }
  };

  return {
    specificationVersion: 'v1',
    adapter: 'chroma',
    location,
    capabilities,
    async effectiveCapabilities(callOptions) {
      if (hosted || (await takesLists(callOptions?.signal))) return { ...capabilities, filter: [] };
      return { ...capabilities, metadata: { ...capabilities.metadata, arrays: 'none' } };
    },
    async listCollections(callOptions) {
      return (await list(callOptions?.signal)).map(({ name }) => name);
    },
    async createCollection(schema) {
      const vector = schema.vectors[''];
      if (vector?.kind !== 'dense' || Object.keys(schema.vectors).length !== 1) {
        throw new UnsupportedError(
          'vectors',
          `chroma: a collection has exactly one unnamed dense vector ("${schema.name}")`,
          {
            adapter: 'chroma',
          },
        );
      }
      const space = Object.keys(SPACES).find((key) => SPACES[key] === vector.metric);
      const warnings = await postCollection(
        transport,
        schema,
        space,
        `cannot create collection "${schema.name}" in ${location}`,
      );
      if (space !== undefined) return warnings;
      return [
        ...warnings,
        { type: 'approximated', feature: 'metric', detail: 'no metric was given, so Chroma takes l2 (euclidean)' },
      ];
    },
    async openCollection(name, callOptions) {
      const what = `cannot open collection "${name}" in ${location}`;
      try {
        return chromaCollection(await look(name, what, callOptions?.signal), transport, quota, ghosts);
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
        const names = (await list(callOptions?.signal)).map((collection) => collection.name);
        throw collectionNotFound('chroma', name, location, names, error);
      }
    },
    async dropCollection(name, callOptions) {
      const what = `cannot drop collection "${name}" in ${location}`;
      try {
        await ghosts?.beforeDrop(await look(name, what, callOptions?.signal), callOptions?.signal);
        await transport.send('DELETE', `collections/${encodeURIComponent(name)}`, what, undefined, callOptions?.signal);
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
      }
    },
    async close() {
      transport.close();
    },
  };
}

/**
 * Whether metadata may hold lists, which servers of 1.0 refuse. The answer comes from a write to a collection that cannot exist:
 * a server without lists refuses the body before it looks for the collection.
 */
async function askForLists(transport: Transport, signal: AbortSignal | undefined): Promise<boolean> {
  const body = '{"ids":["probe"],"embeddings":[[0]],"metadatas":[{"list":["x"]}]}';
  try {
    await transport.send('POST', `collections/${NO_COLLECTION}/upsert`, 'cannot ask what it supports', body, signal);
    return true;
  } catch (error) {
    // Where nothing may be written, nothing depends on it.
    if (VsmError.isInstance(error) && (error.code === 'NOT_FOUND' || error.code === 'UNAUTHORIZED')) return true;
    if (VsmError.isInstance(error) && 'status' in error && (error.status === 422 || error.status === 400)) return false;
    throw error;
  }
}

function chromaCollection(
  opened: ChromaCollection,
  transport: Transport,
  quota: ReadQuota,
  ghosts: Ghosts | undefined,
): CollectionV1 {
  const { id, name } = opened;
  const call = (verb: string, body: string, signal?: AbortSignal): Promise<string> =>
    transport.send('POST', `collections/${id}/${verb}`, `cannot ${verb} in "${name}"`, body, signal);
  const get = async (request: object, signal?: AbortSignal): Promise<VectorRecord[]> =>
    fromAnswer(
      await transport.receive(
        'POST',
        `collections/${id}/get`,
        `cannot get in "${name}"`,
        JSON.stringify(request),
        signal,
      ),
    );
  /** As many of `wanted` records as the server allows, which is told only by its refusal. */
  const getUpTo = async (wanted: number, request: object, signal?: AbortSignal): Promise<VectorRecord[]> => {
    for (;;) {
      const limit = Math.min(wanted, quota.records);
      try {
        return await get({ ...request, limit }, signal);
      } catch (error) {
        const allowed = smallerRead(error, limit);
        if (allowed === undefined) throw error;
        quota.records = Math.min(quota.records, allowed);
      }
    }
  };
  const getByIds = async (
    ids: readonly string[],
    include: readonly string[],
    signal?: AbortSignal,
  ): Promise<VectorRecord[]> => {
    const found: VectorRecord[] = [];
    for (let from = 0; from < ids.length;) {
      const some = ids.slice(from, from + quota.records);
      try {
        found.push(...(await get({ ids: some, limit: some.length, include }, signal)));
        from += some.length;
      } catch (error) {
        const allowed = smallerRead(error, some.length);
        if (allowed === undefined) throw error;
        quota.records = Math.min(quota.records, allowed);
      }
    }
    return found;
  };
  const windows = createIdWindows(async (offset, limit) =>
    (await getUpTo(limit, { offset, include: [] })).map((record) => record.id),
  );
  const countAll = async (signal?: AbortSignal): Promise<number> =>
    Number(await transport.send('GET', `collections/${id}/count`, `cannot count "${name}"`, undefined, signal));
  const remove = async (ids: readonly string[], signal?: AbortSignal): Promise<void> => {
    if (ids.length > 0) await call('delete', JSON.stringify({ ids }), signal);
  };
  const everything = ['embeddings', 'metadatas', 'documents', 'uris'];

  return {
    name,
    async describe(options) {
      const text = await transport.send(
        'GET',
        `collections/${encodeURIComponent(name)}`,
        `cannot describe "${name}"`,
        undefined,
        options?.signal,
      );
      return describeCollection(JSON.parse(text) as ChromaCollection);
    },
    async count(_request, options) {
      return { value: await countAll(options?.signal), exact: true };
    },
    async partition(target, _request, options) {
      const total = await countAll(options?.signal);
      const size = Math.max(1, Math.ceil(total / target));
      const parts = Math.max(1, Math.ceil(total / size));
      // The last part is open, so that records added meanwhile are read too.
      return Array.from({ length: parts }, (_, index) => ({
        id: `${index * size}-${index === parts - 1 ? '' : (index + 1) * size}`,
        estimatedCount: Math.min(size, total - index * size),
      }));
    },
    async scan({ partition, cursor, limit, include, filter }, options) {
      const [first = '0', last = ''] = partition?.id.split('-') ?? [];
      const offset = Number(cursor ?? first);
      const wanted = last === '' ? limit : Math.min(limit, Number(last) - offset);
      const columns = [
        ...(include.includes('vectors') ? ['embeddings'] : []),
        ...(include.includes('metadata') ? ['metadatas', 'documents', 'uris'] : []),
      ];
      const read = async (): Promise<{ records: VectorRecord[]; passed: number }> => {
        // A hosted server lists no more ids than records, and ids alone cost what they cost.
        const near = filter !== undefined || columns.length === 0 || quota.records < Number.POSITIVE_INFINITY;
        const ids = near ? undefined : await windows.at(offset, Math.min(wanted, MOST_IDS));
        if (ids !== undefined) return { records: await getByIds(ids, columns, options?.signal), passed: ids.length };
        // Offsets count rows after `where`, so parts of a filtered scan cover what they did of the whole, and more.
        const where = filter === undefined ? undefined : toWhere(filter).where;
        const records = await getUpTo(wanted, { where, offset, include: columns }, options?.signal);
        return { records, passed: records.length };
      };
      const { records, passed } = await read();
      const next = offset + passed;
      // A short page is not the end: a hosted server may hand out fewer than were asked for.
      const ended = passed === 0 || (last !== '' && next >= Number(last));
      return { records, cursor: ended ? null : String(next) };
    },
    async upsert(records, options) {
      for (const batch of batches(records)) {
        const ids = batch.map((record) => record.id);
        const add = options?.mode === 'insert-only';
        const haunted = (await ghosts?.haunt(opened, options?.signal)) === true;
        const present = add && !haunted ? [] : (await getByIds(ids, [], options?.signal)).map((record) => record.id);
        // Chroma's upsert merges: old metadata keys, document and uri would survive. What is there is deleted first.
        if (!add) await remove(present, options?.signal);
        await call(add ? 'add' : 'upsert', toBody(batch), options?.signal);
        if (!haunted) continue;
        const kept = new Set(add ? present : []);
        await ghosts?.removeFrom(
          opened,
          batch.filter(({ id: key }) => !kept.has(key)),
          options?.signal,
        );
      }
      return { accepted: records.length, rejected: [] };
    },
    async fetch(ids, options) {
      return getByIds(ids, everything, options?.signal);
    },
    async delete(ids, options) {
      await remove(ids, options?.signal);
    },
    async query({ vector, topK, filter }, options) {
      const pushed = filter === undefined ? undefined : toWhere(filter);
      if (pushed !== undefined && !pushed.exact) {
        throw new UnsupportedError('filter', `chroma: cannot search "${name}" with this filter`, { adapter: 'chroma' });
      }
      const body = JSON.stringify({
        query_embeddings: [Array.from(vector as DenseVector)],
        n_results: topK,
        where: pushed?.where,
        include: ['distances'],
      });
      const answer = JSON.parse(await call('query', body, options?.signal)) as {
        readonly ids: readonly (readonly string[])[];
        readonly distances: readonly (readonly number[])[];
      };
      return (answer.ids[0] ?? []).map((match, index): Match => ({
        id: match,
        score: answer.distances[0]?.[index] ?? Number.NaN,
      }));
    },
  };
}

function batches(records: readonly VectorRecord[]): VectorRecord[][] {
  const cut: VectorRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = bodyBytes(record);
    if (bytes + size > BODY_BYTES) {
      cut.push([]);
      bytes = 0;
    }
    cut.at(-1)?.push(record);
    bytes += size;
  }
  return cut;
}
