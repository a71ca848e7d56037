import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createRedis } from '@vsm/adapter-redis';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { VectorStoreV1 } from '@vsm/core';
import { afterAll, beforeAll } from 'vitest';
import { BUCKET, startDoubles } from '../round-trip/doubles.ts';

export const MIDDLES = [
  'Chroma',
  'Postgres',
  'Qdrant',
  'Pinecone',
  'Weaviate',
  'OpenSearch',
  'Redis',
  'MongoDB',
  'Turbopuffer',
  'S3 Vectors',
  'Upstash',
  'LanceDB',
  'SQLite',
  'sqlite-vec',
  'libSQL',
  'a Parquet file',
  'a JSON Lines file',
] as const;
export type Middle = (typeof MIDDLES)[number];

/** The same cases in every run; VSM_SEED asks for others. */
export const seed = Number(process.env['VSM_SEED'] ?? 20261124);

/** Starts every store once for a file of tests. What is returned opens one, and is to be closed but for Postgres. */
export function middleStores(): (name: Middle) => VectorStoreV1 {
  const makers = new Map<Middle, () => VectorStoreV1>();
  let stop: () => Promise<unknown> = async () => undefined;
  beforeAll(async () => {
    const [{ urls, stop: stopDoubles }, folder] = await Promise.all([
      startDoubles(),
      mkdtemp(join(tmpdir(), 'vsm-property-')),
    ]);
    // One for all: starting Postgres takes seconds.
    const postgres = createPgvector({ dataDir: join(folder, 'db') });
    makers.set('Chroma', () => createChroma({ url: urls.chroma }));
    makers.set('Postgres', () => ({ ...postgres, close: async () => undefined }));
    makers.set('Qdrant', () => createQdrant({ url: urls.qdrant }));
    makers.set('Pinecone', () => createPinecone({ controllerHost: urls.pinecone, apiKey: 'any' }));
    makers.set('Weaviate', () => createWeaviate({ url: urls.weaviate }));
    makers.set('OpenSearch', () => createElasticsearch({ url: urls.opensearch }));
    makers.set('Redis', () => createRedis({ url: urls.redis }));
    makers.set('MongoDB', () => createMongodb({ url: urls.mongodb }));
    makers.set('Turbopuffer', () => createTurbopuffer({ url: urls.turbopuffer, apiKey: 'any' }));
    makers.set('S3 Vectors', () =>
      createS3Vectors({
        bucket: BUCKET,
        endpoint: urls.s3vectors,
        region: 'us-east-1',
        credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      }),
    );
    makers.set('Upstash', () => createUpstash({ controller: urls.upstash, email: 'any', apiKey: 'any' }));
    makers.set('LanceDB', () => createLanceDb({ uri: join(folder, 'lance') }));
    makers.set('SQLite', () => createSqlite({ path: join(folder, 'plain.db') }));
    makers.set('sqlite-vec', () => createSqlite({ path: join(folder, 'vec0.db'), tables: 'vec0' }));
    makers.set('libSQL', () => createSqlite({ path: join(folder, 'libsql.db'), engine: 'libsql', vectorIndex: false }));
    makers.set('a Parquet file', () => createFile({ path: join(folder, 'parquet'), format: 'parquet' }));
    makers.set('a JSON Lines file', () => createFile({ path: join(folder, 'jsonl'), format: 'jsonl' }));
    stop = async () => {
      await Promise.all([postgres.close(), stopDoubles()]);
      await rm(folder, { recursive: true, force: true });
    };
  });
  afterAll(() => stop());
  return (name) => {
    const make = makers.get(name);
    if (make === undefined) throw new Error(`there is no ${name} yet`);
    return make();
  };
}
