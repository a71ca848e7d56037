import { createChroma } from '@vsm/adapter-chroma';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createFile } from '@vsm/adapter-file';
import { createMilvus } from '@vsm/adapter-milvus';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createRedis } from '@vsm/adapter-redis';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import type { VectorStoreV1 } from '@vsm/core';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startChroma } from '@vsm/service-chroma';

interface Ends {
  /** Starts what one of them runs on: a server, by its URL, or nothing. */
  readonly start?: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
  /** `url` is that of the server, and `home` a folder that outlives the target. */
  readonly source: (url: string, home: string) => VectorStoreV1;
  readonly target: (folder: string, url: string) => VectorStoreV1;
}

async function startQdrant(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startQdrantEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

/** A server that a variable names, or else one that stands in for it. */
async function startOpenSearch(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const given = process.env['ELASTICSEARCH_URL'] ?? process.env['OPENSEARCH_URL'];
  if (given !== undefined) return { url: given, stop: async () => undefined };
  const emulator = await startElasticsearchEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

/** The server that REDIS_URL names, whose collections are dropped, else an emulator. */
async function startRedis(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const url = process.env['REDIS_URL'];
  if (url === undefined) {
    const emulator = await startRedisEmulator();
    return { url: emulator.url, stop: () => emulator.close() };
  }
  await using store = createRedis({ url });
  for (const name of await store.listCollections()) await store.dropCollection?.(name);
  return { url, stop: async () => undefined };
}

async function startMongodb(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startMongodbEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

async function startTurbopuffer(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startTurbopufferEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

async function startS3Vectors(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startS3VectorsEmulator({ buckets: ['bucket'] });
  return { url: emulator.url, stop: () => emulator.close() };
}

function openS3Vectors(endpoint: string): VectorStoreV1 {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return createS3Vectors({ bucket: 'bucket', endpoint, region: 'us-east-1', credentials });
}

async function startUpstash(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startUpstashEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

export const PAIRS = {
  'chroma-postgres': {
    start: startChroma,
    source: (url) => createChroma({ url }),
    target: (folder) => createPgvector({ dataDir: `${folder}/db` }),
  },
  'qdrant-file': {
    start: startQdrant,
    source: (url) => createQdrant({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-qdrant': {
    start: startQdrant,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createQdrant({ url }),
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
    start: startMongodb,
    source: (url) => createMongodb({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-mongodb': {
    start: startMongodb,
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
    start: startTurbopuffer,
    source: (url) => createTurbopuffer({ url, apiKey: 'any' }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-turbopuffer': {
    start: startTurbopuffer,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createTurbopuffer({ url, apiKey: 'any' }),
  },
  's3vectors-file': {
    start: startS3Vectors,
    source: (url) => openS3Vectors(url),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-s3vectors': {
    start: startS3Vectors,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => openS3Vectors(url),
  },
  'upstash-file': {
    start: startUpstash,
    source: (url) => createUpstash({ controller: url, email: 'any', apiKey: 'any' }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-upstash': {
    start: startUpstash,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createUpstash({ controller: url, email: 'any', apiKey: 'any' }),
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

export function endsOf(pair: Pair): Ends {
  return { ...PAIRS, ...SERVER_PAIRS }[pair];
}
