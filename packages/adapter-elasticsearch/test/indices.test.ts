import type { VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';
import { ask, vectorField } from './rest.ts';
import { given, testIndex } from './server.ts';

const { server, opensearch, index } = await testIndex('indices');

const connect = (): ReturnType<typeof createElasticsearch> => createElasticsearch({ url: server.url });
const record = (id: string, vector: readonly number[], metadata: VectorRecord['metadata'] = {}): VectorRecord => ({
  id,
  vectors: { '': vector },
  metadata,
});

it('an id over 512 bytes is rejected by its id, and its batch is written', async () => {
  await using store = connect();
  await store.createCollection({ name: index, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
  const collection = await store.openCollection(index);
  const long = 'ä'.repeat(257);
  const { accepted, rejected } = await collection.upsert([
    record('a', [1, 2]),
    record(long, [1, 2]),
    record('ä'.repeat(256), [3, 4]),
  ]);
  expect([accepted, rejected.map(({ id, reason }) => [id, reason])]).toEqual([2, [[long, 'invalid-id']]]);
});

it('a write to an index that is gone makes none', async () => {
  await using store = connect();
  await store.createCollection({ name: index, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
  const collection = await store.openCollection(index);
  await collection.upsert([record('a', [1, 2])]);
  await ask(server.url, 'DELETE', index);
  await expect(collection.upsert([record('b', [1, 2])])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await store.listCollections()).not.toContain(index);
});

it('a part is a shard, in the order of its numbers, and goes on in another process', async () => {
  const properties = { vector: vectorField(opensearch, 2) };
  const settings = { number_of_shards: 3, ...(opensearch && { knn: true }) };
  await ask(server.url, 'PUT', index, { settings: { index: settings }, mappings: { properties } });
  const numbers = Array.from({ length: 200 }, (_, at) => at);
  await using store = connect();
  const collection = await store.openCollection(index);
  await collection.upsert(numbers.map((at) => record(`r${at}`, [at, 1])));
  const parts = (await collection.partition?.(8)) ?? [];
  expect(parts.map(({ id }) => id)).toEqual(['0', '1', '2']);
  const seen: string[] = [];
  for (const partition of parts) {
    for (let cursor: string | undefined; ;) {
      await using fresh = connect();
      const page = await (
        await fresh.openCollection(index)
      ).scan({ partition, cursor, limit: 30, include: ['vectors'] });
      seen.push(...page.records.map(({ id }) => id));
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
  }
  expect(seen.toSorted()).toEqual(numbers.map((at) => `r${at}`).toSorted());
});

it('settings that a bulk load defers are restored by another process, as they were or unset', async () => {
  await using store = connect();
  await store.createCollection({ name: index, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
  await ask(server.url, 'PUT', `${index}/_settings`, { index: { number_of_replicas: 2 } });
  const settings = async (): Promise<unknown[]> => {
    const { [index]: found } = await ask(server.url, 'GET', `${index}/_settings`);
    const { settings: all } = found as { settings: { index: Readonly<Record<string, string>> } };
    return [all.index['refresh_interval'], all.index['number_of_replicas']];
  };
  const collection = await store.openCollection(index);
  const token = (await collection.prepareBulkLoad?.()) ?? null;
  expect(token).toEqual({ refresh_interval: null, number_of_replicas: '2' });
  await collection.beginBulkLoad?.(token);
  expect(await settings()).toEqual(['-1', '0']);
  await using other = connect();
  const again = await other.openCollection(index);
  await again.endBulkLoad?.(JSON.parse(JSON.stringify(token)));
  await again.endBulkLoad?.(JSON.parse(JSON.stringify(token)));
  expect(await settings()).toEqual([undefined, '2']);
});

it('bytes, bits and vectors without a direction come back as they were', async () => {
  await using store = connect();
  const vectors = {
    '': { kind: 'dense', dimension: 3, metric: 'cosine' },
    bytes: { kind: 'dense', dimension: 4, metric: 'euclidean', datatype: 'int8' },
    bits: { kind: 'dense', dimension: 16, metric: 'hamming', datatype: 'bit' },
  } as const;
  await store.createCollection({ name: index, vectors });
  const collection = await store.openCollection(index);
  const bits = Array.from({ length: 16 }, (_, at) => (at % 3 === 0 ? 1 : 0));
  const whole = { '': [0, 0, 0], bytes: [-128, 0, 1, 127], bits };
  const good = { id: 'good', vectors: whole, metadata: { n: 2n ** 70n } };
  const bad = [
    { id: 'half', vectors: { bits: bits.map((one) => one / 2) }, metadata: {} },
    { id: 'wide', vectors: { bytes: [1, 2, 3, 200] }, metadata: {} },
  ];
  const { accepted, rejected } = await collection.upsert([good, ...bad]);
  expect([accepted, rejected.map(({ id }) => id).toSorted()]).toEqual([1, ['half', 'wide']]);
  await collection.flush?.();
  for (const [read] of [
    await collection.fetch(['good']),
    (await collection.scan({ limit: 9, include: ['vectors', 'metadata'] })).records,
  ]) {
    expect(
      Object.fromEntries(Object.entries(read?.vectors ?? {}).map(([name, one]) => [name, Array.from(one as number[])])),
    ).toEqual(whole);
    expect(read?.metadata).toEqual({ n: 2n ** 70n });
  }
  const [nearest] = await collection.query({ vector: bits, using: 'bits', topK: 1 });
  expect(nearest?.id).toBe('good');
});

it.each(['Docs', 'a b', 'a*', '-a', '_all', '<x>', 'a,b', '..', 'é'.repeat(128)])(
  '"%s" is no name of an index, and leads to none',
  async (name) => {
    await using store = connect();
    await expect(store.createCollection({ name, vectors: {} })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(store.openCollection(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
);

it.runIf(given !== undefined)(
  'an alias leads to its index, but not to several or a part; NOT RUN without a real server',
  async () => {
    await using store = connect();
    await store.createCollection({
      name: index,
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } },
    });
    await ask(server.url, 'PUT', `${index}/_alias/${index}-alias`);
    await ask(server.url, 'PUT', `${index}/_alias/${index}-part`, { filter: { exists: { field: 'document' } } });
    const [own, alias] = [await store.openCollection(index), await store.openCollection(`${index}-alias`)];
    expect(alias.name).toBe(`${index}-alias`);
    expect(await alias.identify?.()).toBe(await own.identify?.());
    expect((await own.describe()).aliases).toContain(`${index}-alias`);
    await expect(store.openCollection(`${index}-part`)).rejects.toThrow(/shows a part of/);
    await store.dropCollection?.(`${index}-alias`);
    expect(await store.listCollections()).toContain(index);
  },
);
