import { createChroma } from '@vsm/adapter-chroma';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMilvus } from '@vsm/adapter-milvus';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createRedis } from '@vsm/adapter-redis';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { VectorStoreV1 } from '@vsm/core';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma } from '@vsm/service-chroma';

interface Ends {
  /** Starts what one of them runs on: a server, by its URL, or nothing. */
  readonly start?: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
  /** `url` is that of the server, and `home` a folder that outlives the target. */
  readonly source: (url: string, home: string) => VectorStoreV1;
  readonly target: (folder: string, url: string) => VectorStoreV1;
}

/** What stands in for a server, unless a variable names one. */
function standIn(
  start: () => Promise<{ readonly url: string; readonly close: () => Promise<void> }>,
  ...variables: readonly string[]
): NonNullable<Ends['start']> {
  return async () => {
    const given = variables.map((variable) => process.env[variable]).find((url) => url !== undefined);
    if (given !== undefined) return { url: given, stop: async () => undefined };
    const emulator = await start();
    return { url: emulator.url, stop: () => emulator.close() };
  };
}

const startOpenSearch = standIn(startElasticsearchEmulator, 'ELASTICSEARCH_URL', 'OPENSEARCH_URL');
const startWeaviate = standIn(startWeaviateEmulator, 'WEAVIATE_URL');

/** The server that REDIS_URL names, whose collections are dropped, else an emulator. */
async function startRedis(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = await standIn(startRedisEmulator, 'REDIS_URL')();
  await using store = createRedis({ url: server.url });
  for (const name of await store.listCollections()) await store.dropCollection?.(name);
  return server;
}

function openS3Vectors(endpoint: string): VectorStoreV1 {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return createS3Vectors({ bucket: 'bucket', endpoint, region: 'us-east-1', credentials });
}

export const PAIRS = {
  'chroma-postgres': {
    start: startChroma,
    source: (url) => createChroma({ url }),
    target: (folder) => createPgvector({ dataDir: `${folder}/db` }),
  },
  'qdrant-file': {
    start: standIn(startQdrantEmulator),
    source: (url) => createQdrant({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-qdrant': {
    start: standIn(startQdrantEmulator),
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createQdrant({ url }),
  },
  'file-lancedb': {
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (folder) => createLanceDb({ uri: `${folder}/tables`, takeOver: true }),
  },
  'opensearch-file': {
    start: startOpenSearch,
    source: (url) => createElasticsearch({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-opensearch': {
    start: startOpenSearch,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createElasticsearch({ url }),
  },
  'redis-file': {
    start: startRedis,
    source: (url) => createRedis({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-redis': {
    start: startRedis,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createRedis({ url, index: 'hnsw' }),
  },
  'mongodb-file': {
    start: standIn(startMongodbEmulator),
    source: (url) => createMongodb({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-mongodb': {
    start: standIn(startMongodbEmulator),
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createMongodb({ url }),
  },
  'sqlite-libsql': {
    source: (_url, home) => createSqlite({ path: `${home}/source.db` }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, engine: 'libsql' }),
  },
  'libsql-vec0': {
    source: (_url, home) => createSqlite({ path: `${home}/source.db`, engine: 'libsql', vectorIndex: false }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, tables: 'vec0' }),
  },
  'turbopuffer-file': {
    start: standIn(startTurbopufferEmulator),
    source: (url) => createTurbopuffer({ url, apiKey: 'any' }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-turbopuffer': {
    start: standIn(startTurbopufferEmulator),
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createTurbopuffer({ url, apiKey: 'any' }),
  },
  's3vectors-file': {
    start: standIn(() => startS3VectorsEmulator({ buckets: ['bucket'] })),
    source: (url) => openS3Vectors(url),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-s3vectors': {
    start: standIn(() => startS3VectorsEmulator({ buckets: ['bucket'] })),
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => openS3Vectors(url),
  },
  'upstash-file': {
    start: standIn(startUpstashEmulator),
    source: (url) => createUpstash({ controller: url, email: 'any', apiKey: 'any' }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-upstash': {
    start: standIn(startUpstashEmulator),
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createUpstash({ controller: url, email: 'any', apiKey: 'any' }),
  },
  'weaviate-file': {
    start: startWeaviate,
    source: (url) => createWeaviate({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-weaviate': {
    start: startWeaviate,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createWeaviate({ url }),
  },
} as const satisfies Record<string, Ends>;

const milvus = async (): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => ({
  url: process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'] ?? '',
  stop: async () => undefined,
});

/** Pairs with a server that npm does not carry, and that runs already. */
const SERVER_PAIRS = {
  'milvus-file': {
    start: milvus,
    source: (url) => createMilvus({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-milvus': {
    start: milvus,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createMilvus({ url }),
  },
} as const satisfies Record<string, Ends>;

export type Pair = keyof typeof PAIRS | keyof typeof SERVER_PAIRS;

export function isPair(word: string): word is Pair {
  return Object.hasOwn(PAIRS, word) || Object.hasOwn(SERVER_PAIRS, word);
}

export function endsOf(pair: Pair): Ends {
  return { ...PAIRS, ...SERVER_PAIRS }[pair];
}
