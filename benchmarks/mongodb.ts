// What MongoDB costs, on the server that MONGODB_URL names: 20,000 records of 384 dimensions, as binary vectors and as arrays, written and read
// by a plain loop of the client (insertMany a thousand; one cursor in the order of _id), by the adapter, and moved from one collection into
// another, in turn and twice; the better time counts. Ends with 1 where the adapter takes more than twice as long as the loop.
import { createMongodb } from '@vsm/adapter-mongodb';
import type { VectorRecord } from '@vsm/core';
import { Binary, MongoClient, type Document } from 'mongodb';
import { bestTimes, compare, moveWhole, rate, readWhole } from './beside-loop.ts';
import { makeRecord } from './records.ts';

const url = process.env['MONGODB_URL'] ?? '';
if (url === '') {
  console.log(
    'NOT RUN: set MONGODB_URL to a MongoDB, in whose database the collections bench and bench-copy are replaced.',
  );
  process.exit(2);
}
const RECORDS = Number(process.env['RECORDS'] ?? 20_000);
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 2;

const records = Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: DIMENSION }));
const batches = Array.from({ length: RECORDS / BATCH }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH));
const client = new MongoClient(url);
const store = createMongodb({ client });
const documents = client.db().collection('bench');

const FORMS = {
  binary: { datatype: 'float32', make: (vector: Float32Array): unknown => Binary.fromFloat32Array(vector) },
  array: { datatype: 'float64', make: (vector: Float32Array): unknown => [...vector] },
} as const;
type Form = keyof typeof FORMS;

const documentOf = ({ id, vectors, document, metadata }: VectorRecord, form: Form): Document => ({
  _id: id,
  vector: FORMS[form].make(vectors[''] as Float32Array),
  document,
  metadata,
});

async function writeByLoop(form: Form): Promise<void> {
  for (const batch of batches)
    await documents.insertMany(
      batch.map((record) => documentOf(record, form)),
      { ordered: false },
    );
}

async function readByLoop(): Promise<void> {
  let count = 0;
  for await (const { vector } of documents.find({}, { sort: { _id: 1 }, batchSize: BATCH })) {
    const numbers = vector instanceof Binary ? vector.toFloat32Array() : (vector as readonly number[]);
    if (numbers.length !== DIMENSION) throw new Error('not what was written');
    count += 1;
  }
  if (count !== RECORDS) throw new Error(`read ${count} of ${RECORDS}`);
}

async function create(form: Form): Promise<void> {
  for (const name of ['bench', 'bench-copy'])
    if ((await store.listCollections()).includes(name)) await store.dropCollection?.(name);
  const { datatype } = FORMS[form];
  await store.createCollection({ name: 'bench', vectors: { '': { kind: 'dense', dimension: DIMENSION, datatype } } });
}

async function writeByAdapter(): Promise<void> {
  const collection = await store.openCollection('bench');
  for (const batch of batches) await collection.upsert(batch);
}

try {
  for (const form of ['binary', 'array'] as const) {
    const { best, take } = bestTimes();
    for (let round = 0; round < ROUNDS; round += 1) {
      await create(form);
      await take('loopWrite', () => writeByLoop(form));
      await take('loopRead', readByLoop);
      await create(form);
      await take('write', writeByAdapter);
      await take('read', () => readWhole(store, 'bench', RECORDS));
      await take('move', () => moveWhole({ source: store, target: store }, 'bench', 'bench-copy'));
    }
    compare(`${form}, write`, RECORDS, best.loopWrite, best.write);
    compare(`${form}, read`, RECORDS, best.loopRead, best.read);
    const alone = best.read + best.write;
    console.log(
      `${form}, moved: ${rate(RECORDS, best.move)}, ${(best.move / alone).toFixed(2)} of the time of reading and writing alone`,
    );
  }
} finally {
  for (const name of ['bench', 'bench-copy'])
    if ((await store.listCollections()).includes(name)) await store.dropCollection?.(name);
  await client.close();
}
