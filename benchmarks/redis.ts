// What Redis costs, on the server that REDIS_URL names: 20,000 records of 384 dimensions written and read by a plain loop of the
// client (a pipeline of HSET a thousand; SCAN, and a pipeline of HGETALL), by the adapter, and moved from one collection into another,
// in turn and twice; the better time counts. Ends with 1 where the adapter takes more than twice as long as the loop.
import { createRedis, type RedisOptions } from '@vsm/adapter-redis';
import type { VectorRecord } from '@vsm/core';
import { Redis } from 'ioredis';
import { bestTimes, compare, moveWhole, rate, readWhole } from './beside-loop.ts';
import { makeRecord } from './records.ts';

const url = process.env['REDIS_URL'] ?? '';
if (url === '') {
  console.log(
    'NOT RUN: set REDIS_URL to a Redis with search, in which the collections bench and bench-copy are replaced.',
  );
  process.exit(2);
}
const RECORDS = 20_000;
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 2;

const records = Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: DIMENSION }));
const batches = Array.from({ length: RECORDS / BATCH }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH));
const client = new Redis(url, { protocol: 2 });

const wordsOf = ({ vectors, document, metadata }: VectorRecord): (string | Buffer)[] => {
  const { buffer, byteOffset, byteLength } = vectors[''] as Float32Array;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return ['vector', bytes, 'document', document ?? '', 'metadata', JSON.stringify(metadata)];
};

async function writeByLoop(): Promise<void> {
  for (const batch of batches) {
    const pipeline = client.pipeline();
    for (const record of batch) pipeline.hset(`bench:${record.id}`, ...wordsOf(record));
    await pipeline.exec();
  }
}

async function readByLoop(): Promise<void> {
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', 'bench:*', 'COUNT', BATCH);
    const pipeline = client.pipeline();
    for (const key of keys) pipeline.hgetallBuffer(key);
    const replies = (await pipeline.exec()) as [null, Record<string, Buffer>][];
    for (const [at, [, fields]] of replies.entries()) {
      seen.add(keys[at] ?? '');
      const bytes = Uint8Array.from(fields['vector'] ?? []); // own key: as it was written
      const metadata: unknown = JSON.parse(String(fields['metadata'])); // own key: as it was written
      if (new Float32Array(bytes.buffer).length !== DIMENSION || metadata === null)
        throw new Error('not what was written');
    }
    cursor = next;
  } while (cursor !== '0');
  if (seen.size !== RECORDS) throw new Error(`read ${seen.size} of ${RECORDS}`);
}

async function create(options: RedisOptions, name = 'bench'): Promise<void> {
  await using store = createRedis({ url, ...options });
  await store.dropCollection?.(name);
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } });
}

async function writeByAdapter(): Promise<void> {
  await using store = createRedis({ url });
  const collection = await store.openCollection('bench');
  for (const batch of batches) await collection.upsert(batch);
}

async function readByAdapter(): Promise<void> {
  await using store = createRedis({ url });
  await readWhole(store, 'bench', RECORDS);
}

async function move(): Promise<void> {
  await using source = createRedis({ url, index: 'none' });
  await using target = createRedis({ url, index: 'none' });
  await moveWhole({ source, target }, 'bench', 'bench-copy');
}

try {
  for (const index of ['none', 'flat'] as const) {
    const { best, take } = bestTimes();
    for (let round = 0; round < ROUNDS; round += 1) {
      await create({ index });
      await take('loopWrite', writeByLoop);
      await take('loopRead', readByLoop);
      await create({ index });
      await take('write', writeByAdapter);
      await take('read', readByAdapter);
      await using store = createRedis({ url });
      await store.dropCollection?.('bench-copy');
      if (index === 'none') await take('move', move);
    }
    compare(`index ${index}, write`, RECORDS, best.loopWrite, best.write);
    compare(`index ${index}, read`, RECORDS, best.loopRead, best.read);
    if (best.move < Infinity) {
      const alone = best.read + best.write;
      console.log(
        `index ${index}, moved: ${rate(RECORDS, best.move)}, ${(best.move / alone).toFixed(2)} of the time of reading and writing alone`,
      );
    }
  }
} finally {
  await using store = createRedis({ url });
  for (const name of ['bench', 'bench-copy']) await store.dropCollection?.(name);
  client.disconnect();
}
