import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRedis } from '../src/index.ts';
import { startRedis } from './server.ts';

// The fields that a layout asks for, so that an application finds its own hashes.
let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url, { protocol: 2 });
});
beforeEach(async () => {
  const store = createRedis({ url: server.url });
  await store.dropCollection?.('given').catch(() => undefined);
  await store.close();
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

const schema = (fields: NonNullable<CollectionSchema['native']>[string]): CollectionSchema => ({
  name: 'given',
  vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
  native: { redis: { fields } },
});
const record: VectorRecord = { id: 'a', vectors: { '': Float32Array.of(1, 2) }, metadata: {}, document: 'text' };

async function written(fields: NonNullable<CollectionSchema['native']>[string], given: VectorRecord): Promise<unknown> {
  const store = createRedis({ url: server.url });
  await store.createCollection(schema(fields));
  const collection = await store.openCollection('given');
  expect(await collection.upsert([given])).toStrictEqual({ accepted: 1, rejected: [] });
  const [read] = await collection.fetch(['a']);
  await store.close();
  return read;
}

it('metadata is JSON text, and beside it what the index knows', async () => {
  const filters = [
    { field: 'page', type: 'number' },
    { field: 'title', type: 'text' },
  ];
  const given = { ...record, metadata: { page: 3, title: 'x', tags: ['a'] } };
  const fields = { document: 'text', vector: 'embedding', metadata: '_json', name: '_index_name', filters };
  expect(await written(fields, given)).toMatchObject(given);
  const { embedding, ...others } = await client.hgetall('given:a');
  expect(others).toStrictEqual({
    text: 'text',
    _index_name: 'given',
    _json: '{"page":3,"title":"x","tags":["a"]}',
    page: '3',
    title: 'x',
  });
  expect(embedding).toBeDefined();
});

it('where metadata has no field of its own, it is texts, behind the separator that was asked for', async () => {
  const filters = [{ field: 'page', type: 'number' }];
  const given = { ...record, metadata: { page: '3', title: 'x' } };
  const fields = { document: 'text', vector: 'vector', separator: '_', filters };
  expect(await written(fields, given)).toMatchObject(given);
  const { vector, ...others } = await client.hgetall('given_a');
  expect(others).toStrictEqual({ text: 'text', page: '3', title: 'x' });
  expect(vector).toBeDefined();
});

it('nothing is made of what has no place, or no name', async () => {
  const store = createRedis({ url: server.url });
  const one = { kind: 'dense', dimension: 2, metric: 'cosine' } as const;
  const fields = { document: 'text', vector: 'v', filters: [] };
  await expect(store.createCollection({ ...schema(fields), vectors: { a: one, b: one } })).rejects.toThrow(
    /one dense vector, in "v", but the collection has a, b/,
  );
  await expect(store.createCollection(schema({ document: '', vector: 'v' }))).rejects.toThrow(/must name fields/);
  await store.close();
});
