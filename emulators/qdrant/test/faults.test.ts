import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions } from '../src/index.ts';

let emulator: QdrantEmulator;
const call = async (
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(emulator.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
const start = async (options: QdrantEmulatorOptions): Promise<void> => {
  await emulator.close();
  emulator = await startQdrantEmulator(options);
};
const create = (): Promise<Response> => call('PUT', '/collections/docs', { vectors: { size: 2, distance: 'Dot' } });
const point = (id: number | string): object => ({ points: [{ id, vector: [1, 2], payload: { id: String(id) } }] });
const count = async (): Promise<number> =>
  ((await (await call('POST', '/collections/docs/points/count', {})).json()) as { result: { count: number } }).result
    .count;

beforeEach(async () => {
  emulator = await startQdrantEmulator();
});
afterEach(() => emulator.close());

describe('faults', () => {
  it('throttles with the seconds to wait', async () => {
    emulator.faults.retryAfterSeconds = 37;
    emulator.faults.failNext('throttle');
    const refused = await create();
    expect([refused.status, refused.headers.get('retry-after')]).toStrictEqual([429, '37']);
    expect((await create()).status).toBe(200);
  });

  it('drops a request before it is carried out, and cuts one after', async () => {
    await create();
    emulator.faults.failNext('drop');
    await expect(call('PUT', '/collections/docs/points?wait=true', point(1))).rejects.toThrow('fetch failed');
    expect(await count()).toBe(0);
    emulator.faults.failNext('cut');
    const cut = call('PUT', '/collections/docs/points?wait=true', point(1)).then((response) => response.text());
    await expect(cut).rejects.toThrow('terminated');
    expect(await count()).toBe(1);
  });

  it('fails the same requests for the same seed', async () => {
    const statuses = async (): Promise<number[]> => {
      await start({ faults: { failureRate: 0.5, failures: ['error', 'throttle'], seed: 7 } });
      const all: number[] = [];
      for (let turn = 0; turn < 20; turn += 1) all.push((await call('GET', '/collections')).status);
      return all;
    };
    const first = await statuses();
    expect(new Set(first)).toStrictEqual(new Set([200, 429, 500]));
    expect(await statuses()).toStrictEqual(first);
  });

  it('shows a write late unless the request waits for it', async () => {
    await start({ faults: { writeLagMs: 1000 } });
    await create();
    await call('PUT', '/collections/docs/points', point(1));
    expect(await count()).toBe(0);
    await call('PUT', '/collections/docs/points?wait=true', point(2));
    expect(await count()).toBe(2);
  });

  it('answers wait_timeout when the wait was too short', async () => {
    await start({ faults: { writeLagMs: 60_000 } });
    await create();
    await call('PUT', '/collections/docs/points', point(1));
    const answer = await call('PUT', '/collections/docs/points?wait=true&timeout=0', point(2));
    expect(await answer.json()).toMatchObject({ result: { status: 'wait_timeout' } });
  });

  it('lets nobody in without the key, and readers only read', async () => {
    await start({ apiKey: 'secret', readOnlyApiKey: 'reader' });
    expect((await call('GET', '/collections')).status).toBe(401);
    expect((await call('GET', '/collections', undefined, { 'api-key': 'wrong' })).status).toBe(401);
    expect((await call('GET', '/collections', undefined, { 'api-key': 'reader' })).status).toBe(200);
    const vectors = { vectors: { size: 2, distance: 'Dot' } };
    expect((await call('PUT', '/collections/docs', vectors, { 'api-key': 'reader' })).status).toBe(403);
    expect((await call('PUT', '/collections/docs', vectors, { 'api-key': 'secret' })).status).toBe(200);
  });
});

describe('slices of 1.19', () => {
  it('are disjoint and cover integers and UUIDs', async () => {
    await start({ version: '1.19.0' });
    await create();
    const uuids = Array.from({ length: 50 }, () => crypto.randomUUID());
    for (const id of [...uuids, ...Array.from({ length: 50 }, (_, at) => at)]) {
      await call('PUT', '/collections/docs/points', point(id));
    }
    const seen: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      const filter = { must: [{ slice: { total: 3, index } }] };
      const page = await call('POST', '/collections/docs/points/scroll', { limit: 100, filter, with_payload: false });
      const { result } = (await page.json()) as { result: { points: { id: number | string }[] } };
      expect(result.points.length).toBeGreaterThan(10);
      seen.push(...result.points.map(({ id }) => id));
    }
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
  });
});

describe('custom shard keys', () => {
  it('hold the same id once each, and a scroll without a key hides one of them', async () => {
    await start({ distributed: true });
    await call('PUT', '/collections/docs', { vectors: { size: 2, distance: 'Dot' }, sharding_method: 'custom' });
    expect((await call('PUT', '/collections/docs/points', point(1))).status).toBe(400);
    for (const key of ['a', 'b']) {
      await call('PUT', '/collections/docs/shards', { shard_key: key });
      await call('PUT', '/collections/docs/points', { ...point(1), shard_key: key });
    }
    expect(await count()).toBe(2);
    const page = await call('POST', '/collections/docs/points/scroll', { with_payload: false });
    expect(await page.json()).toMatchObject({ result: { points: [{ id: 1 }] } });
  });
});
