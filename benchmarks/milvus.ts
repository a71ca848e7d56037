// What a migration into and out of Milvus takes: MILVUS_URL=http://localhost:19530 npm run bench:milvus. Records of 384 dimensions are read
// alone, written alone, and migrated from one collection into another, by the engine and by a loop of the official client, in turn
// and twice; the better time counts. No verification on either side.
import { createMilvus } from '@vsm/adapter-milvus';
import { VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { makeRecord } from './records.ts';

const url = process.env['MILVUS_URL'];
if (url === undefined) throw new Error('MILVUS_URL names the server, such as http://localhost:19530');
const RECORDS = Number(process.env['RECORDS'] ?? 10_000);
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 2;

const store = createMilvus({ url });
const client = new MilvusClient({ address: url.replace('http://', ''), logLevel: 'error' });
await client.connectPromise;
const vectors = { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } as const;
const [from, to] = ['bench_source', 'bench_target'];

async function fresh(name: string): Promise<void> {
  await store.dropCollection?.(name);
  await store.createCollection({ name, vectors });
}

async function write(records: readonly VectorRecord[], name: string): Promise<void> {
  const collection = await store.openCollection(name);
  for (let at = 0; at < records.length; at += BATCH) await collection.upsert(records.slice(at, at + BATCH));
}

async function read(): Promise<VectorRecord[]> {
  const collection = await store.openCollection(from);
  const records: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: BATCH, cursor, include: ['vectors', 'metadata'] });
    records.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return records;
}

/** As its documentation has it: rows by the iterator, and an upsert for each batch. */
async function loop(): Promise<number> {
  const iterator = await client.queryIterator({
    collection_name: from,
    batchSize: BATCH,
    expr: '',
    output_fields: ['id', 'vector', 'metadata', 'document', 'vsm_absent'],
  });
  let count = 0;
  for await (const rows of iterator) {
    if (rows.length === 0) continue;
    await client.upsert({ collection_name: to, data: rows });
    count += rows.length;
  }
  return count;
}

async function migrate(): Promise<number> {
  const migrator = new VectorStoreMigrator({ source: store, target: store, checkpoints: false, validate: false });
  const result = await migrator.migrate({ sourceCollection: from, targetCollection: to });
  if (!result.success) throw new Error(result.errors.join('; '));
  return result.vectorsMigrated;
}

const best = new Map<string, number>();
async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (performance.now() - start) / 1000));
}

await fresh(from);
await write(
  Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: DIMENSION })),
  from,
);
await (await store.openCollection(from)).count();
for (let round = 0; round < ROUNDS; round += 1) {
  let records: VectorRecord[] = [];
  await time('reading alone', async () => (records = await read()));
  await fresh(to);
  await time('writing alone', () => write(records, to));
  await store.dropCollection?.(to);
  await time('migration', migrate);
  await fresh(to);
  await time('official client', loop);
}
const seconds = (name: string): number => best.get(name) ?? 0;
for (const [name, value] of best)
  console.log(`${name.padEnd(16)} ${value.toFixed(2)} s, ${(RECORDS / value).toFixed(0)} records/s`);
const [alone, migration] = [seconds('reading alone') + seconds('writing alone'), seconds('migration')];
console.log(`migration over reading and writing alone: ${(migration / alone).toFixed(2)}`);
console.log(`official client over migration: ${(seconds('official client') / migration).toFixed(2)}`);
await Promise.all([store.dropCollection?.(from), store.dropCollection?.(to)]);
await Promise.all([store.close(), client.closeConnection()]);
