// What Weaviate costs, on the server that WEAVIATE_URL and WEAVIATE_GRPC_PORT name: 5,000 records of 384 dimensions written and read by a
// plain loop of the official client (insertMany a thousand; its iterator), by the adapter, and moved from one collection into another, in
// turn and twice; the better time counts. Ends with 1 where the adapter takes more than twice as long as the loop.
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { VectorRecord } from '@vsm/core';
import weaviate, { configure, dataType, vectors } from 'weaviate-client';
import { bestTimes, compare, moveWhole, rate, readWhole } from './beside-loop.ts';
import { makeRecord } from './records.ts';

const { WEAVIATE_URL: url = '', WEAVIATE_GRPC_PORT: grpcPort = '50051' } = process.env;
if (url === '') {
  console.log(
    'NOT RUN: set WEAVIATE_URL, and WEAVIATE_GRPC_PORT, to a Weaviate in which the classes Bench, Bench_loop and Bench_copy are replaced.',
  );
  process.exit(2);
}
const RECORDS = Number(process.env['RECORDS'] ?? 5000);
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 2;

/** Ids are UUIDs there. */
const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const records = Array.from({ length: RECORDS }, (_, index): VectorRecord => ({
  ...makeRecord(index, { dimension: DIMENSION }),
  id: idOf(index),
}));
const batches = Array.from({ length: Math.ceil(RECORDS / BATCH) }, (_, at) =>
  records.slice(at * BATCH, (at + 1) * BATCH),
);
const { hostname, port } = new URL(url);
const client = await weaviate.connectToLocal({ host: hostname, port: Number(port), grpcPort: Number(grpcPort) });
const store = createWeaviate({ url });

/** With the types that the adapter makes of the same metadata. */
async function createForLoop(): Promise<void> {
  await client.collections.delete('Bench_loop');
  await client.collections.create({
    name: 'Bench_loop',
    vectorizers: vectors.selfProvided({
      vectorIndexConfig: configure.vectorIndex.hnsw({ distanceMetric: 'l2-squared' }),
    }),
    properties: [
      ...['section', 'author', 'language', 'homepage', 'document'].map((name) => ({ name, dataType: dataType.TEXT })),
      ...['index', 'year'].map((name) => ({ name, dataType: dataType.INT })),
      { name: 'price', dataType: dataType.NUMBER },
      { name: 'published', dataType: dataType.BOOLEAN },
    ],
  });
}

async function writeByLoop(): Promise<void> {
  const collection = client.collections.use('Bench_loop');
  for (const batch of batches) {
    const { hasErrors } = await collection.data.insertMany(
      batch.map(({ id, vectors: own, metadata, document }) => ({
        id,
        // It takes no Float32Array.
        vectors: Array.from(own[''] as Float32Array),
        properties: {
          ...(metadata as Record<string, string | number | boolean>),
          price: Number(metadata['price']),
          document: document ?? '',
        },
      })),
    );
    if (hasErrors) throw new Error('the client could not write a batch');
  }
}

async function readByLoop(): Promise<void> {
  let count = 0;
  for await (const { vectors: own } of client.collections.use('Bench_loop').iterator({ includeVector: true })) {
    if (own['default']?.length !== DIMENSION) throw new Error('not what was written');
    count += 1;
  }
  if (count !== RECORDS) throw new Error(`read ${count} of ${RECORDS}`);
}

async function create(name: string): Promise<void> {
  await store.dropCollection?.(name);
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } });
}

async function writeByAdapter(): Promise<void> {
  const collection = await store.openCollection('Bench');
  for (const batch of batches) await collection.upsert(batch);
}

try {
  const { best, take } = bestTimes();
  for (let round = 0; round < ROUNDS; round += 1) {
    await createForLoop();
    await take('loopWrite', writeByLoop);
    await take('loopRead', readByLoop);
    await create('Bench');
    await take('write', writeByAdapter);
    await take('read', () => readWhole(store, 'Bench', RECORDS));
    await store.dropCollection?.('Bench_copy');
    await take('move', () => moveWhole({ source: store, target: store }, 'Bench', 'Bench_copy'));
  }
  compare('write', RECORDS, best.loopWrite, best.write);
  compare('read', RECORDS, best.loopRead, best.read);
  const [alone, loop] = [best.read + best.write, best.loopRead + best.loopWrite];
  console.log(
    `moved: ${rate(RECORDS, best.move)}, ${(best.move / alone).toFixed(2)} of the time of reading and writing alone, ${(loop / best.move).toFixed(2)} times as fast as the loop`,
  );
} finally {
  for (const name of ['Bench', 'Bench_loop', 'Bench_copy']) await store.dropCollection?.(name);
  await Promise.all([store.close(), client.close()]);
}
