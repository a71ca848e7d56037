import { createChroma } from '@vsm/adapter-chroma';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma } from '@vsm/service-chroma';

export const KEY = 'key-that-must-stay';
const COUNT = 50;

/** What the options of all stores over HTTP have in common. */
interface CommonOptions {
  readonly timeoutMs?: number;
  readonly maxAnswerBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caFile?: string;
}

/** A store over HTTP, whose server is right. */
export interface HttpStore {
  readonly name: string;
  readonly start: () => Promise<{ readonly url: string; readonly close: () => Promise<unknown> }>;
  /** At a server, or at what stands in front of it. */
  readonly connect: (url: string, options?: CommonOptions) => VectorStoreV1;
  /** A request that counts, and where the count stands in its answer; `undefined` where no answer has one. */
  readonly counts: { readonly request: RegExp; readonly inAnswer: RegExp } | undefined;
  /** The request for a page of records. */
  readonly pages: RegExp;
  /** The answer for the page of this number of a scan that never ends. */
  readonly endless: (text: string, page: number) => string;
}

/** Of a kind that every store takes. */
export const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

const PAGE = 1000;
const idsOf = (page: number): number[] => Array.from({ length: PAGE }, (_, at) => page * PAGE + at);

export const STORES: readonly HttpStore[] = [
  {
    name: 'chroma',
    async start() {
      const server = await startChroma();
      return { url: server.url, close: async () => server.stop() };
    },
    connect: (url, options) => createChroma({ url, apiKey: KEY, ...options }),
    counts: { request: /^GET .*\/count$/, inAnswer: /^\d+/ },
    pages: /^POST .*\/get$/,
    endless(_text, page) {
      const nothing = JSON.stringify(idsOf(page).map(() => null));
      const ids = JSON.stringify(idsOf(page).map(String));
      return `{"ids":${ids},"embeddings":null,"metadatas":${nothing},"documents":${nothing},"uris":${nothing}}`;
    },
  },
  {
    name: 'qdrant',
    start: () => startQdrantEmulator({ apiKey: KEY }),
    connect: (url, options) => createQdrant({ url, apiKey: KEY, ...options }),
    counts: { request: /^POST .*\/points\/count$/, inAnswer: /(?<="count":)\d+/ },
    pages: /^POST .*\/points\/scroll$/,
    endless: (_text, page) =>
      JSON.stringify({ result: { points: idsOf(page).map((id) => ({ id })), next_page_offset: (page + 1) * PAGE } }),
  },
  {
    name: 'pinecone',
    start: () => startPineconeEmulator({ apiKey: KEY }),
    connect: (url, options) => createPinecone({ controllerHost: url, apiKey: KEY, ...options }),
    counts: { request: /^GET .*\/namespaces/, inAnswer: /(?<="record_count":)"?\d+"?/ },
    pages: /^GET .*\/vectors\/list/,
    // Without an id, which the service may give, and always with a next page.
    endless: (_text, page) => JSON.stringify({ vectors: [], pagination: { next: `token-${page}` } }),
  },
  {
    name: 'weaviate',
    start: () => startWeaviateEmulator({ apiKey: KEY }),
    connect: (url, options) => createWeaviate({ url, apiKey: KEY, ...options }),
    counts: { request: /^POST .*\/graphql$/, inAnswer: /(?<="count":)\d+/ },
    pages: /^GET .*\/objects\?/,
    endless: (_text, page) => JSON.stringify({ objects: idsOf(page).map((id) => ({ id: idOf(id), properties: {} })) }),
  },
  {
    name: 'elasticsearch',
    start: () => startElasticsearchEmulator({ apiKey: KEY }),
    connect: (url, options) => createElasticsearch({ url, apiKey: KEY, ...options }),
    counts: { request: /^POST .*\/_count$/, inAnswer: /(?<="count":)\d+/ },
    pages: /^POST .*\/_search/,
    endless: (_text, page) => {
      const hits = idsOf(page).map((id) => ({ _id: String(id), _source: {}, sort: [id] }));
      return JSON.stringify({ _shards: { total: 1, successful: 1 }, hits: { hits } });
    },
  },
  {
    name: 'upstash',
    start: () => startUpstashEmulator({ token: KEY }),
    connect: (url, options) =>
      createUpstash({ controller: url, email: 'someone@example.org', apiKey: KEY, ...options }),
    counts: { request: /^POST .*\/info$/, inAnswer: /(?<="vectorCount":)\d+/ },
    pages: /^POST .*\/range$/,
    endless: (_text, page) =>
      JSON.stringify({
        result: { nextCursor: String((page + 1) * PAGE), vectors: idsOf(page).map((id) => ({ id: String(id) })) },
      }),
  },
  {
    name: 's3vectors',
    start: () => startS3VectorsEmulator({ buckets: ['bucket'] }),
    connect: (url, options) =>
      createS3Vectors({
        bucket: 'bucket',
        endpoint: url,
        region: 'us-east-1',
        // Only the first of them is ever sent.
        credentials: { accessKeyId: KEY, secretAccessKey: 'never-sent' },
        ...options,
      }),
    // It counts by listing, and no number is in any answer.
    counts: undefined,
    pages: /^POST .*\/ListVectors$/,
    endless: (_text, page) => JSON.stringify({ vectors: [], nextToken: `token-${page}` }),
  },
  {
    name: 'turbopuffer',
    start: () => startTurbopufferEmulator({ apiKey: KEY }),
    connect: (url, options) => createTurbopuffer({ url, apiKey: KEY, ...options }),
    counts: { request: /^POST .*\/query$/, inAnswer: /(?<="n":)\d+/ },
    pages: /^POST .*\/query$/,
    // A count is asked for at the same address.
    endless: (text, page) =>
      text.includes('"aggregations"') ? text : JSON.stringify({ rows: idsOf(page).map((id) => ({ id: idOf(id) })) }),
  },
];

export const records: readonly VectorRecord[] = Array.from({ length: COUNT }, (_, at) => ({
  id: idOf(at + 1),
  vectors: { '': [at + 1, 2, 3] },
  metadata: { n: at },
}));

/** A collection of 50 records, called docs. */
export async function fill(store: VectorStoreV1): Promise<void> {
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } } });
  const docs = await store.openCollection('docs');
  await docs.upsert(records);
  await docs.flush?.();
}
