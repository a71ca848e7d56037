import { createMemory } from '@vsm/adapter-memory';
import { readRecords, VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRedis, type RedisOptions } from '../src/index.ts';
import { empty, startRedis } from './server.ts';

let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
/** Two hours from now. */
const time = Date.now() + 7_200_000;

beforeAll(async () => {
  server = await startRedis(2);
  client = new Redis(server.url, { protocol: 2 });
});
beforeEach(async () => {
  await empty(client);
  await client.hset('session:kept', { title: 'kept', embedding: Buffer.from(Float32Array.of(1, 2).buffer) });
  await client.hset('session:short', { title: 'short', embedding: Buffer.from(Float32Array.of(3, 4).buffer) });
  await client.pexpireat('session:short', time);
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

function open(options: RedisOptions = {}): ReturnType<typeof createRedis> {
  return createRedis({ url: server.url, prefix: 'session:', ...options });
}

async function recordsOf(options: RedisOptions): Promise<VectorRecord[]> {
  await using store = open(options);
  const records: VectorRecord[] = [];
  for await (const record of readRecords(await store.openCollection('session'))) records.push(record);
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

it('keys that expire stop a migration before the first write, with the options that decide', async () => {
  await using source = open();
  await using target = createMemory();
  const migrator = new VectorStoreMigrator({ source, target });
  await expect(migrator.migrate({ sourceCollection: 'session' })).rejects.toThrow(
    /such as "short": say expires=<name> to carry the time .*, or expires=#drop/,
  );
  expect(await target.listCollections()).toEqual([]);
});

it('the time goes with the record, and with it into another Redis', async () => {
  const records = await recordsOf({ expires: 'until' });
  expect(records.map(({ metadata }) => metadata)).toEqual([{ title: 'kept' }, { title: 'short', until: time }]);
  await using store = createRedis({ url: server.url, expires: 'until' });
  await store.createCollection({ name: 'copy', vectors: { '': { kind: 'dense', dimension: 2 } } });
  const collection = await store.openCollection('copy');
  for (const mode of ['replace', 'insert-only'] as const) {
    await collection.delete(['kept', 'short']);
    expect(await collection.upsert(records, { mode })).toEqual({ accepted: 2, rejected: [] });
    expect(await client.call('PEXPIRETIME', 'copy:kept')).toBe(-1);
    expect(await client.call('PEXPIRETIME', 'copy:short')).toBe(time);
    expect(JSON.parse((await client.hget('copy:short', 'metadata')) ?? '')).toEqual({ title: 'short' });
  }
});

it('is left out where that is said, and not asked about where nothing expires', async () => {
  expect((await recordsOf({ expires: '#drop' })).map(({ metadata }) => metadata)).toEqual([
    { title: 'kept' },
    { title: 'short' },
  ]);
  await client.unlink('session:short');
  await using store = open();
  expect((await (await store.openCollection('session')).describe()).undecided).toBeUndefined();
});

it('is no other entry of the metadata, and no time that is over', async () => {
  const [, short] = await recordsOf({ expires: 'title' });
  expect(JSON.stringify(short?.metadata)).toContain('say another one with expires=');
  await using store = createRedis({ url: server.url, expires: 'until' });
  await store.createCollection({ name: 'copy', vectors: {} });
  const collection = await store.openCollection('copy');
  const given: VectorRecord[] = [{ id: 'old', vectors: {}, metadata: { until: 1000 } }];
  const foreseen = await collection.wouldReject?.(given);
  const { rejected } = await collection.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toEqual([
    { id: 'old', namespace: undefined, reason: 'refused', detail: 'it expired at 1970-01-01T00:00:01.000Z' },
  ]);
});

it('a record that is replaced no longer expires', async () => {
  await using store = open();
  const collection = await store.openCollection('session');
  await collection.upsert([{ id: 'short', vectors: { '': [5, 6] }, metadata: { name: 'new' } }]);
  expect(await client.call('PEXPIRETIME', 'session:short')).toBe(-1);
  expect(Object.keys(await client.hgetall('session:short')).toSorted()).toEqual(['embedding', 'name']);
});
