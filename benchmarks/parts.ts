// npm run bench:parts [-- --records N] [STORE…]: what reading a whole collection costs when it is asked for in 16, 256, 2,000 and 5,000 parts,
// against one scan, for every store that is at hand: those of files, Chroma, and the servers that variables name (PGVECTOR_URL, QDRANT_URL,
// WEAVIATE_URL, MILVUS_URL, ELASTICSEARCH_URL, OPENSEARCH_URL, REDIS_URL, MONGODB_URL), in which the collection bench_parts is replaced. Compare
// ratios; a store that cannot split gives one part, whatever is asked for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocation as openChroma } from '@vsm/adapter-chroma';
import { openLocation as openFile } from '@vsm/adapter-file';
import { openLocation as openLance } from '@vsm/adapter-lancedb';
import { openLocation as openMemory } from '@vsm/adapter-memory';
import { openLocation as openElasticsearch } from '@vsm/adapter-elasticsearch';
import { openLocation as openMilvus } from '@vsm/adapter-milvus';
import { openLocation as openMongodb } from '@vsm/adapter-mongodb';
import { openLocation as openPostgres } from '@vsm/adapter-pgvector';
import { openLocation as openQdrant } from '@vsm/adapter-qdrant';
import { openLocation as openRedis } from '@vsm/adapter-redis';
import { openLocation as openSqlite } from '@vsm/adapter-sqlite';
import { openLocation as openWeaviate } from '@vsm/adapter-weaviate';
import type { AdapterModuleV1, ReadableCollection } from '@vsm/core';
import { scanParts } from '@vsm/core/engine';
import { startChroma } from '@vsm/service-chroma';
import { uuid5 } from '../packages/core/src/mapping/uuid5.ts';
import { makeRecord } from './records.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string', default: '20000' } },
});
const RECORDS = Number(values.records);
const DIMENSION = 64;
const BATCH = 500;
const COLLECTION = 'bench_parts';
const ASKED = [16, 256, 2000, 5000];
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'vsm-parts-'));
const chroma = await startChroma().catch(() => undefined);
const server = (variable: string, scheme?: string): string | undefined => {
  const url = process.env[variable];
  return scheme === undefined ? url : url?.replace(/^http/, scheme);
};
const stores: readonly (readonly [
  name: string,
  open: AdapterModuleV1['openLocation'],
  location: string | undefined,
])[] = [
  ['memory', openMemory, 'memory:'],
  ['Parquet', openFile, `file:${join(folder, 'bench_parts.parquet')}`],
  ['JSON Lines', openFile, `file:${join(folder, 'bench_parts.jsonl')}`],
  ['LanceDB', openLance, `lancedb:${join(folder, 'lance')}`],
  ['SQLite', openSqlite, `sqlite:${join(folder, 'bench_parts.db')}`],
  ['PGlite', openPostgres, `pglite:${join(folder, 'pglite')}?table=bench_parts`],
  ['Chroma', openChroma, chroma?.url.replace(/^http/, 'chroma')],
  ['PostgreSQL', openPostgres, server('PGVECTOR_URL')],
  ['Qdrant', openQdrant, server('QDRANT_URL', 'qdrant')],
  ['Weaviate', openWeaviate, server('WEAVIATE_URL', 'weaviate')],
  ['Milvus', openMilvus, server('MILVUS_URL', 'milvus')],
  ['Elasticsearch', openElasticsearch, server('ELASTICSEARCH_URL', 'elasticsearch')],
  ['OpenSearch', openElasticsearch, server('OPENSEARCH_URL', 'opensearch')],
  ['Redis', openRedis, server('REDIS_URL')],
  ['MongoDB', openMongodb, server('MONGODB_URL')],
];

interface Reading {
  readonly parts: number;
  readonly seconds: number;
}

/** Reads everything, one part after the other. */
async function readAll(collection: ReadableCollection, asked: number): Promise<Reading> {
  const started = performance.now();
  const parts = await scanParts(collection, asked, {});
  let read = 0;
  for (const { partition } of parts) {
    for (let cursor: string | undefined | null; cursor !== null;) {
      const page = await collection.scan({ partition, cursor, limit: 1000, include: ['vectors', 'metadata'] });
      read += page.records.length;
      ({ cursor } = page);
    }
  }
  if (read !== RECORDS) throw new Error(`${read} records were read in ${parts.length} parts, of ${RECORDS}`);
  return { parts: parts.length, seconds: (performance.now() - started) / 1000 };
}

console.log(`${RECORDS} records of ${DIMENSION} dimensions; parts given, and time against one scan\n`);
console.log(`| store | one scan | ${ASKED.map((asked) => `${asked} parts`).join(' | ')} |`);
console.log(`| --- | --- | ${ASKED.map(() => '---').join(' | ')} |`);
for (const [name, open, location] of stores) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  if (location === undefined) {
    console.log(`| ${name} | NOT RUN |`);
    continue;
  }
  try {
    const { store } = open(location);
    if ((await store.listCollections()).includes(COLLECTION)) await store.dropCollection?.(COLLECTION);
    await store.createCollection({
      name: COLLECTION,
      vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
    });
    const collection = await store.openCollection(COLLECTION);
    for (let at = 0; at < RECORDS; at += BATCH) {
      const { rejected } = await collection.upsert(
        Array.from({ length: BATCH }, (_, index) => ({
          ...makeRecord(at + index, { dimension: DIMENSION, metadataBytes: 200 }),
          // Weaviate takes nothing but UUIDs, and splits them where they are spread evenly.
          id: uuid5(String(at + index)),
        })),
      );
      if (rejected.length > 0) throw new Error(`not written: ${rejected[0]?.reason}`);
    }
    await collection.flush?.();
    const best = new Map<number, Reading>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const asked of [1, ...ASKED]) {
        const reading = await readAll(collection, asked);
        if (reading.seconds < (best.get(asked)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(asked, reading);
      }
    }
    const whole = best.get(1)?.seconds ?? 0;
    const cells = ASKED.map((asked) => {
      const { parts = 0, seconds = 0 } = best.get(asked) ?? {};
      return `${parts}: ${(seconds / whole).toFixed(2)}`;
    });
    console.log(`| ${name} | ${whole.toFixed(2)} s | ${cells.join(' | ')} |`);
    await store.dropCollection?.(COLLECTION);
    await store.close();
  } catch (error) {
    console.log(`| ${name} | FAILED: ${error instanceof Error ? error.message : String(error)} |`);
    process.exitCode = 1;
  }
}
await chroma?.stop();
rmSync(folder, { recursive: true, force: true });
