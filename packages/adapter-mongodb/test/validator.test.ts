import type { VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createMongodb } from '../src/index.ts';
import { testServer } from './server.ts';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';

// FerretDB has no validators, so that this is shown on the emulator alone.
const { server, client } = await testServer(startMongodbEmulator);

const $jsonSchema = {
  bsonType: 'object',
  required: ['embedding', 'title'],
  properties: {
    _id: {},
    title: { bsonType: 'string', maxLength: 5 },
    price: { bsonType: 'string' },
    reason: {},
    detail: {},
    embedding: { bsonType: 'array', minItems: 2, maxItems: 2 },
  },
  additionalProperties: false,
};

const NO_SUCH_STAGE = {
  code: 40_324,
  codeName: 'Location40324',
  message: "Unrecognized pipeline stage name: '$documents'",
};

const record = (id: string, metadata: VectorRecord['metadata']): VectorRecord => ({
  id,
  vectors: { '': Float32Array.of(1, 2) },
  metadata,
});
const RECORDS = [
  record('fits', { title: 'x', reason: 'any', detail: 'any' }),
  record('reads-like-an-expression', { title: 'x', price: '$5' }),
  record('lacks', {}),
  record('long', { title: 'too long' }),
  record('unknown', { title: 'x', other: 1 }),
];
const REFUSED = ['lacks', 'long', 'unknown'];

const make = async (validation: object): Promise<void> => {
  await client.db().createCollection('docs', { validator: { $jsonSchema }, ...validation });
  await client
    .db()
    .collection('docs')
    .insertOne({ title: 'x', embedding: [0.5, 1] });
};

it('what the validator of a collection refuses is foreseen, and rejected', async () => {
  await make({});
  await using store = createMongodb({ url: server.url, vector: 'embedding' });
  const collection = await store.openCollection('docs');
  const foreseen = (await collection.wouldReject?.(RECORDS)) ?? [];
  expect(foreseen.map(({ id }) => id)).toEqual(REFUSED);
  expect((await collection.count()).value).toBe(1);
  const { accepted, rejected } = await collection.upsert(RECORDS);
  expect(rejected.map(({ id }) => id)).toEqual(REFUSED);
  expect(accepted).toBe(2);
});

it('a validator that only warns refuses nothing', async () => {
  await make({ validationAction: 'warn' });
  await using store = createMongodb({ url: server.url, vector: 'embedding' });
  const collection = await store.openCollection('docs');
  expect(await collection.wouldReject?.(RECORDS)).toEqual([]);
  expect(await collection.upsert(RECORDS)).toMatchObject({ accepted: RECORDS.length });
});

it('a server without the stage that is asked foresees nothing of it, and rejects all the same', async () => {
  await make({});
  await using store = createMongodb({ url: server.url, vector: 'embedding' });
  const collection = await store.openCollection('docs');
  server.onCommand = (_name, { pipeline: [first = {}] = [] }: { pipeline?: object[] }) => {
    server.refuse('$documents' in first ? NO_SUCH_STAGE : undefined);
  };
  try {
    expect(await collection.wouldReject?.(RECORDS)).toEqual([]);
  } finally {
    server.onCommand = undefined;
    server.refuse();
  }
  expect(await collection.upsert(RECORDS)).toMatchObject({ accepted: 2 });
});
