import { readRecords, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import { startRedisEmulator, type RedisEmulator } from '@vsm/emulator-redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedis } from '../src/index.ts';
import { empty, startRedis } from './server.ts';

const PREFIX = 'scanned:';
let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
beforeAll(async () => {
  server = await startRedis(1);
  client = new Redis(server.url, { protocol: 2 });
});
beforeEach(async () => {
  await empty(client);
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

async function fill(to: Redis, count: number, prefix = PREFIX): Promise<void> {
  const pipeline = to.pipeline();
  for (let number = 0; number < count; number += 1) pipeline.hset(`${prefix}${number}`, 'title', `number ${number}`);
  await pipeline.exec();
}

async function idsOf(
  collection: CollectionV1,
  limit: number,
  between?: (page: number) => Promise<unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page += 1) {
    const found = await collection.scan({ cursor, limit, include: ['metadata'] });
    ids.push(...found.records.map(({ id }) => id));
    if (found.cursor === null) return ids;
    ({ cursor } = found);
    await between?.(page);
  }
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, number) => String(number)).toSorted();

describe('a scan', () => {
  it('gives each key once while the table grows to four times its size and shrinks again', async () => {
    const store = createRedis({ url: server.url, prefix: PREFIX });
    await fill(client, 1000);
    const collection = await store.openCollection('scanned');
    const ids = await idsOf(collection, 50, async (page) => {
      if (page === 3) await fill(client, 3000, 'other:');
      if (page === 9) {
        const pipeline = client.pipeline();
        for (let number = 0; number < 3000; number += 1) pipeline.unlink(`other:${number}`);
        await pipeline.exec();
      }
    });
    expect(ids.toSorted()).toEqual(numbers(1000));
    await store.close();
  });

  it('finds few keys among many others, in pages that may be empty', async () => {
    const store = createRedis({ url: server.url, prefix: PREFIX });
    await fill(client, 3000, 'other:');
    await fill(client, 3);
    const collection = await store.openCollection('scanned');
    expect((await idsOf(collection, 2)).toSorted()).toEqual(['0', '1', '2']);
    expect(await collection.count()).toEqual({ value: 3, exact: true });
    await store.close();
  });

  it('rejects by name what is no record: a key of another type, and a key that is no text', async () => {
    const store = createRedis({ url: server.url, prefix: PREFIX });
    await fill(client, 2);
    await client.rpush(`${PREFIX}list`, 'x');
    await client.hset(Buffer.from(`${PREFIX}\xff\xfe`, 'latin1'), 'title', 'x');
    const collection = await store.openCollection('scanned');
    const records: VectorRecord[] = [];
    for await (const record of readRecords(collection)) records.push(record);
    const reasons = records.map(({ id, metadata }) => [id, JSON.stringify(metadata)]);
    expect(Object.fromEntries(reasons)).toEqual({
      '0': '{"title":"number 0"}',
      '1': '{"title":"number 1"}',
      list: '{"(key)":"(its key is no hash)"}',
      [String.raw`scanned:\xff\xfe`]: '{"(key)":"(its key is no UTF-8)"}',
    });
    expect(await collection.count()).toEqual({ value: 4, exact: true });
    await store.close();
  });

  it('refuses a vector set by name, under its name and under a prefix', async () => {
    await client.call('VADD', 'scanned:set', 'VALUES', '2', '1', '2', 'a');
    for (const [options, name] of [
      [{}, 'scanned:set'],
      [{ prefix: PREFIX }, 'scanned'],
    ] as const) {
      await using store = createRedis({ url: server.url, ...options });
      await expect(store.openCollection(name)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('is a vector set'),
      });
    }
  });

  it('takes a prefix as it is, whatever it means in a pattern', async () => {
    const store = createRedis({ url: server.url, prefix: String.raw`a*[b]?\:` });
    await fill(client, 2, String.raw`a*[b]?\:`);
    await fill(client, 2, String.raw`axxb?\:`);
    const [name = ''] = await store.listCollections();
    expect((await idsOf(await store.openCollection(name), 10)).toSorted()).toEqual(['0', '1']);
    await store.close();
  });
});

describe('what only an emulator does when it is told to', () => {
  let emulator: RedisEmulator;
  let other: Redis;
  beforeAll(async () => {
    emulator = await startRedisEmulator();
    other = new Redis(emulator.url, { protocol: 2 });
    await fill(other, 1000);
  });
  afterAll(async () => {
    other.disconnect();
    await emulator.close();
  });

  it('a key that SCAN gives twice comes once and counts once', async () => {
    const store = createRedis({ url: emulator.url, prefix: PREFIX });
    const collection = await store.openCollection('scanned');
    emulator.repeat(true);
    expect((await idsOf(collection, 70)).toSorted()).toEqual(numbers(1000));
    expect(await collection.count()).toEqual({ value: 1000, exact: true });
    emulator.repeat(false);
    await store.close();
  });

  it('after another start of the server a scan begins anew, gives no key twice in this process, and misses none in another', async () => {
    const store = createRedis({ url: emulator.url, prefix: PREFIX });
    const collection = await store.openCollection('scanned');
    const ids = await idsOf(collection, 100, async (page) => {
      if (page === 4) emulator.restart();
    });
    expect(ids.toSorted()).toEqual(numbers(1000));
    const first = await collection.scan({ limit: 400, include: [] });
    emulator.restart();
    const next = createRedis({ url: emulator.url, prefix: PREFIX });
    const rest = await (
      await next.openCollection('scanned')
    ).scan({ limit: 1000, include: [], cursor: first.cursor ?? '' });
    expect([...new Set([...first.records, ...rest.records].map(({ id }) => id))].toSorted()).toEqual(numbers(1000));
    await Promise.all([store.close(), next.close()]);
  });

  it('a page whose keys could not be read is asked for again whole', async () => {
    const store = createRedis({ url: emulator.url, prefix: PREFIX });
    const collection = await store.openCollection('scanned');
    const first = await collection.scan({ limit: 100, include: [] });
    const request = { limit: 100, include: ['metadata'], cursor: first.cursor ?? '' } as const;
    const page = await collection.scan(request);
    // It was given, and then lost on its way.
    expect(await collection.scan(request)).toMatchObject({ records: page.records });
    await store.close();
  });
});
