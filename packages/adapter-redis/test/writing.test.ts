import { DATATYPES, type CollectionSchema, type Datatype, type VectorRecord } from '@vsm/core/adapter';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedis } from '../src/index.ts';
import { startRedis } from './server.ts';

let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url, { protocol: 2 });
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

const HELD: Readonly<Partial<Record<Datatype, readonly number[]>>> = {
  float64: [0.1, 1e-300, -0, 1 / 3],
  float32: [Math.fround(0.1), 2 ** -149, -0, 3.4028234663852886e38],
  float16: [0.5, 2 ** -24, -0, 65_504],
  bfloat16: [0.5, 2 ** -133, -0, 3.3895313892515355e38],
};

it.each(Object.entries(HELD) as [Datatype, readonly number[]][])('keeps every bit of %s', async (datatype, vector) => {
  expect(DATATYPES).toContain(datatype);
  await using store = createRedis({ url: server.url });
  const name = `writing-${datatype}`;
  await store.dropCollection?.(name);
  const schema: CollectionSchema = {
    name,
    vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine', datatype } },
  };
  await store.createCollection(schema);
  const collection = await store.openCollection(name);
  expect(await collection.describe()).toMatchObject(schema);
  const record = { id: 'a', vectors: { '': vector }, metadata: {} };
  expect(await collection.upsert([record])).toEqual({ accepted: 1, rejected: [] });
  const [found] = await collection.fetch(['a']);
  expect(Array.from(found?.vectors[''] as ArrayLike<number>)).toEqual(vector);
  expect(await collection.witness?.()).toMatchObject({ count: 1 });
  await store.dropCollection?.(name);
});

it('rejects by name a number that half precision would change', async () => {
  await using store = createRedis({ url: server.url, index: 'none' });
  await store.dropCollection?.('writing-half');
  await store.createCollection({
    name: 'writing-half',
    vectors: { '': { kind: 'dense', dimension: 1, datatype: 'float16' } },
  });
  const collection = await store.openCollection('writing-half');
  const given: VectorRecord[] = [{ id: 'a', vectors: { '': [0.1] }, metadata: {} }];
  const foreseen = await collection.wouldReject?.(given);
  const { rejected } = await collection.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toMatchObject([
    { id: 'a', reason: 'invalid-vector', detail: expect.stringContaining('which float16 would change') },
  ]);
  await store.dropCollection?.('writing-half');
});

it('a record takes the place of all fields that its key had, and none of those that others added stays', async () => {
  await using store = createRedis({ url: server.url, index: 'none' });
  await store.dropCollection?.('writing-place');
  await store.createCollection({ name: 'writing-place', vectors: { '': { kind: 'dense', dimension: 1 } } });
  const collection = await store.openCollection('writing-place');
  await client.hset('writing-place:a', { metadata: '{"kept":true}', note: 'by hand', vector: Buffer.alloc(4) });
  expect(await collection.fetch(['a'])).toMatchObject([{ metadata: { kept: true, note: 'by hand' } }]);
  await collection.upsert([{ id: 'a', vectors: {}, document: 'new', metadata: {} }]);
  expect(await client.hgetall('writing-place:a')).toEqual({ document: 'new', metadata: '{}' });
  await collection.upsert([{ id: 'a', vectors: {}, document: 'newer', metadata: {} }], { mode: 'insert-only' });
  expect(await client.hget('writing-place:a', 'document')).toBe('new');
  await store.dropCollection?.('writing-place');
  expect(await client.exists('writing-place:a')).toBe(0);
});

it('collections keep apart whose names and ids would make one key', async () => {
  await using store = createRedis({ url: server.url, index: 'none' });
  for (const name of ['writing', 'writing:b']) {
    await store.dropCollection?.(name);
    await store.createCollection({ name, vectors: {} });
  }
  const [outer, inner] = [await store.openCollection('writing'), await store.openCollection('writing:b')];
  await outer.upsert([{ id: 'b:1', vectors: {}, metadata: { of: 'outer' } }]);
  await inner.upsert([{ id: '1', vectors: {}, metadata: { of: 'inner' } }]);
  expect(await outer.fetch(['b:1'])).toMatchObject([{ metadata: { of: 'outer' } }]);
  expect(await inner.fetch(['1'])).toMatchObject([{ metadata: { of: 'inner' } }]);
  await store.dropCollection?.('writing:b');
  expect((await outer.count()).value).toBe(1);
  await store.dropCollection?.('writing');
});
