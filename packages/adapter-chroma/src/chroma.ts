import {
  collectionNotFound,
  guardStore,
  UnsupportedError,
  VsmError,
  type CollectionDescription,
  type CollectionV1,
  type DenseVector,
  type JsonObject,
  type Match,
  type Metric,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { ChromaClient, type CreateCollectionConfiguration } from 'chromadb';
import { capabilities } from './capabilities.ts';
import { toVsmError } from './errors.ts';
import { bodyBytes, fromAnswer, toBody } from './mapping.ts';
import { readOptions, type ChromaOptions } from './options.ts';
import { createTransport, type Transport } from './transport.ts';
import { toWhere } from './where.ts';

/** A collection as the server describes it. */
interface ChromaCollection {
  readonly id: string;
  readonly name: string;
  readonly dimension: number | null;
  readonly metadata: JsonObject | null;
  readonly configuration_json: {
    readonly hnsw?: JsonObject | null;
    readonly spann?: JsonObject | null;
  };
}

const SPACES: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };

/** Bodies stay well below the server's 40 MiB. */
const BODY_BYTES = 16 * 1024 * 1024;
/** Collections a listing asks for at once. */
const LIST_PAGE = 500;
/** No collection has this id. */
const NO_COLLECTION = '00000000-0000-0000-0000-000000000000';

/** Collections of one Chroma database. Needs a server: Chroma's files cannot be opened from JavaScript. */
export function createChroma(options: ChromaOptions = {}): VectorStoreV1 {
  const connection = readOptions(options);
  const { origin, tenant, database, headers, location } = connection;
  const transport = createTransport(connection);
  let client: ChromaClient | undefined;
  const sdk = (): ChromaClient =>
    (client ??= new ChromaClient({
      host: origin.hostname,
      port: Number(origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : origin.port),
      ssl: origin.protocol === 'https:',
      tenant,
      database,
      headers,
    }));

  // Not through the SDK, which looks for the embedding function of every collection and prints a warning for each it lacks.
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

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'chroma',
    location,
    capabilities,
    async effectiveCapabilities(callOptions) {
      if (await takesLists(transport, callOptions?.signal)) return { ...capabilities, filter: [] };
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
      const space = Object.keys(SPACES).find((key) => SPACES[key] === vector.metric) as
        | 'l2'
        | 'cosine'
        | 'ip'
        | undefined;
      const native = schema.native?.['chroma'];
      const configuration = native?.['configuration'] as CreateCollectionConfiguration | undefined;
      const metadata = native?.['metadata'];
      try {
        await sdk().createCollection({
          name: schema.name,
          configuration: { ...configuration, hnsw: { ...configuration?.hnsw, ...(space !== undefined && { space }) } },
          ...(typeof metadata === 'object' && metadata !== null && { metadata: metadata as Record<string, string> }),
          // Left out, the SDK would store its default embedding function with the collection.
          embeddingFunction: null,
        });
      } catch (cause) {
        throw toVsmError(`cannot create collection "${schema.name}" in ${location}`, cause);
      }
      if (space !== undefined) return [];
      return [
        { type: 'approximated', feature: 'metric', detail: 'no metric was given, so Chroma takes l2 (euclidean)' },
      ];
    },
    async openCollection(name, callOptions) {
      const what = `cannot open collection "${name}" in ${location}`;
      try {
        const text = await transport.send(
          'GET',
          `collections/${encodeURIComponent(name)}`,
          what,
          undefined,
          callOptions?.signal,
        );
        return chromaCollection(JSON.parse(text) as ChromaCollection, transport);
      } catch (error) {
        if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
        const names = (await list(callOptions?.signal)).map((collection) => collection.name);
        throw collectionNotFound('chroma', name, location, names, error);
      }
    },
    async dropCollection(name) {
      try {
        await sdk().deleteCollection({ name });
      } catch (cause) {
        const error = toVsmError(`cannot drop collection "${name}" in ${location}`, cause);
        if (error.code !== 'NOT_FOUND') throw error;
      }
    },
    async close() {
      client = undefined;
    },
  });
}

/**
 * Whether metadata may hold lists, which servers of 1.0 refuse. The answer comes from a write to a collection that cannot exist:
 * a server without lists refuses the body before it looks for the collection.
 */
async function takesLists(transport: Transport, signal: AbortSignal | undefined): Promise<boolean> {
  const body = '{"ids":["probe"],"embeddings":[[0]],"metadatas":[{"list":["x"]}]}';
  try {
    await transport.send('POST', `collections/${NO_COLLECTION}/upsert`, 'cannot ask what it supports', body, signal);
    return true;
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'NOT_FOUND') return true;
    if (VsmError.isInstance(error) && 'status' in error && (error.status === 422 || error.status === 400)) return false;
    throw error;
  }
}

function chromaCollection(opened: ChromaCollection, transport: Transport): CollectionV1 {
  const { id, name } = opened;
  const call = (verb: string, body: string, signal?: AbortSignal): Promise<string> =>
    transport.send('POST', `collections/${id}/${verb}`, `cannot ${verb} in "${name}"`, body, signal);
  const get = async (request: object, signal?: AbortSignal): Promise<VectorRecord[]> =>
    fromAnswer(await call('get', JSON.stringify(request), signal));
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
      const request = {
        // Offsets count rows after `where`, so parts of a filtered scan cover what they did of the whole, and more.
        where: filter === undefined ? undefined : toWhere(filter).where,
        offset,
        limit: wanted,
        include: [
          ...(include.includes('vectors') ? ['embeddings'] : []),
          ...(include.includes('metadata') ? ['metadatas', 'documents', 'uris'] : []),
        ],
      };
      const records = await get(request, options?.signal);
      const next = offset + records.length;
      const ended = records.length < wanted || (last !== '' && next >= Number(last));
      return { records, cursor: ended ? null : String(next) };
    },
    async upsert(records, options) {
      for (const batch of batches(records)) {
        if (options?.mode === 'insert-only') {
          await call('add', toBody(batch), options.signal);
          continue;
        }
        // Chroma's upsert merges: old metadata keys, document and uri would survive. What is there is deleted first.
        const ids = batch.map((record) => record.id);
        const present = await get({ ids, include: [] }, options?.signal);
        await remove(
          present.map((record) => record.id),
          options?.signal,
        );
        await call('upsert', toBody(batch), options?.signal);
      }
      return { accepted: records.length, rejected: [] };
    },
    async fetch(ids, options) {
      // Without ids the server answers with everything.
      return ids.length === 0 ? [] : get({ ids, include: everything }, options?.signal);
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

function describeCollection(collection: ChromaCollection): CollectionDescription {
  const { hnsw, spann } = collection.configuration_json;
  const space = hnsw?.['space'] ?? spann?.['space'] ?? collection.metadata?.['hnsw:space'];
  return {
    name: collection.name,
    vectors: {
      '': {
        kind: 'dense',
        // Null until the first record.
        dimension: collection.dimension ?? undefined,
        metric: typeof space === 'string' ? SPACES[space] : undefined,
      },
    },
    ids: 'string',
    native: {
      chroma: {
        configuration: withoutNulls({ hnsw, spann }),
        ...(collection.metadata !== null && { metadata: collection.metadata }),
      },
    },
  };
}

function withoutNulls(object: Readonly<Record<string, JsonObject | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(
      (entry): entry is [string, JsonObject] => entry[1] !== null && entry[1] !== undefined,
    ),
  );
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
