import { Pinecone } from '@pinecone-database/pinecone';
import type { CollectionV1, VectorRecord } from '@vsm/core/adapter';
import { createPinecone } from '@vsm/adapter-pinecone';
import { describe, expect, it } from 'vitest';
import { apiKey, create, DENSE, errorOf, HYBRID, many, post, readAll, record, starting } from './starting.ts';

const start = starting();

describe('records', () => {
  it('are two where one id is in two namespaces', async () => {
    const collection = await create(await start());
    const records = [
      record('a', { metadata: { in: 'default' }, document: 'first' }),
      record('a', { namespace: 'red', vectors: { '': [3, 4] }, metadata: { in: 'red' } }),
    ];
    expect(await collection.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    expect(await readAll(collection)).toEqual(records);
    expect(await collection.listNamespaces?.()).toEqual(['', 'red']);
    expect(await collection.fetch(['a'], { namespace: 'red' })).toEqual([records[1]]);
    await collection.delete(['a'], { namespace: 'red' });
    await expect.poll(() => readAll(collection)).toEqual([records[0]]);
  });

  it('are in namespaces, of which those that were made ahead are told apart while they are empty', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    await collection.upsert([record('a'), record('a', { namespace: 'red' })]);
    expect(await collection.listEmptyNamespaces?.()).toEqual([]);
    const index = new Pinecone({ apiKey, controllerHostUrl: emulator.url }).index({ name: 'docs' });
    for (const name of ['ahead', 'blue']) expect(await index.createNamespace({ name })).toMatchObject({ name });
    await collection.upsert([record('b', { namespace: 'blue' })]);
    expect(await collection.listNamespaces?.()).toEqual(['', 'ahead', 'blue', 'red']);
    expect(await collection.listEmptyNamespaces?.()).toEqual(['ahead']);
    expect(await readAll(collection)).toHaveLength(3);
    await index.deleteNamespace('ahead');
    expect(await collection.listEmptyNamespaces?.()).toEqual([]);
  });

  it('keep a dense and a sparse vector each, under the name that the index was created with', async () => {
    const emulator = await start();
    const collection = await create(emulator, HYBRID);
    const sparse = { indices: [7, 3], values: [0.5, 2] };
    const records = [record('a', { vectors: { '': [1, 0], keywords: sparse } }), record('b')];
    expect(await collection.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    const again = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
    expect((await again.describe()).vectors).toEqual(HYBRID);
    await expect.poll(() => readAll(again)).toEqual(records);
    const found = await again.query({ vector: { indices: [3], values: [1] }, using: 'keywords', topK: 1 });
    expect(found).toEqual([{ id: 'a', score: 2 }]);
  });

  it('say themselves whether there is a sparse vector where the index was made by others', async () => {
    const emulator = await start();
    const fields = { _values: { type: 'dense_vector', dimension: 2, metric: 'dotproduct' } };
    await post(`${emulator.url}/indexes`, { name: 'docs', schema: { fields } });
    const open = (): Promise<CollectionV1> =>
      createPinecone({ controllerHost: emulator.url, apiKey, sparseName: 'splade' }).openCollection('docs');
    // Empty, it could hold both; with dense records alone, it is a dense one; with sparse values among them, it is a hybrid.
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['', 'splade']);
    await post(`${emulator.url}/hosts/docs/vectors/upsert`, { vectors: [{ id: 'a', values: [1, 2] }] });
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['']);
    const sparseValues = { indices: [1], values: [1] };
    await post(`${emulator.url}/hosts/docs/vectors/upsert`, { vectors: [{ id: 'b', values: [1, 2], sparseValues }] });
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['', 'splade']);
    expect((await (await open()).fetch(['b']))[0]?.vectors['splade']).toEqual(sparseValues);
  });

  it('that the service refuses are named, and the others of the batch land', async () => {
    const collection = await create(await start());
    const bad = [
      record('tiny', { vectors: { '': [1e-9, -1e-9] } }),
      record('long document', { document: 'x'.repeat(41_000) }),
      record('é'.repeat(100)),
    ];
    const good = many(20, (at) => `good-${at}`);
    const result = await collection.upsert([...good.slice(0, 7), ...bad, ...good.slice(7)]);
    expect(result.accepted).toBe(20);
    expect(result.rejected.map(({ id, reason }) => [id, reason])).toEqual([
      ['long document', 'too-large'],
      ['é'.repeat(100), 'invalid-id'],
      ['tiny', 'refused'],
    ]);
    await expect.poll(async () => (await readAll(collection)).length).toBe(20);
  });

  it('go out in requests of at most 2 MB and 1000 records', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    const sizes: number[] = [];
    emulator.onRequest = ({ url, bytes, body }) => {
      if (!url.endsWith('/upsert')) return;
      expect(bytes).toBeLessThanOrEqual(2_000_000);
      sizes.push((JSON.parse(body) as { vectors: unknown[] }).vectors.length);
    };
    const records = many(2200, (at) => `r${at}`).map((one, at) =>
      at < 200 ? { ...one, document: 'x'.repeat(30_000) } : one,
    );
    expect((await collection.upsert(records)).accepted).toBe(2200);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(sizes.length).toBeGreaterThanOrEqual(6);
  });
});

describe('scan', () => {
  it('fetches one page of ids while the next is listed, also across calls', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    await collection.upsert(many(1000, (at) => `r${at}`));
    await expect.poll(async () => (await collection.count()).value).toBe(1000);
    const running = { list: 0, fetch: 0 };
    let together = 0;
    const kindOf = (url: string): 'list' | 'fetch' | undefined =>
      url.includes('/vectors/list') ? 'list' : url.includes('/vectors/fetch') ? 'fetch' : undefined;
    emulator.onArrival = ({ url }) => {
      const kind = kindOf(url);
      if (kind === undefined) return;
      running[kind] += 1;
      if (running.list > 0 && running.fetch > 0) together += 1;
    };
    emulator.onRequest = ({ url }) => {
      const kind = kindOf(url);
      if (kind !== undefined) running[kind] -= 1;
    };
    emulator.faults.latencyMs = 20;
    // Ten pages of ids: nine can be listed while the one before is fetched.
    for (const limit of [1000, 100]) {
      together = 0;
      expect(await readAll(collection, { limit })).toHaveLength(1000);
      expect(together).toBeGreaterThanOrEqual(8);
    }
  });

  it('gives what it has when a request fails midway, and goes on from there', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    await collection.upsert(many(500, (at) => `r${at}`));
    await expect.poll(async () => (await collection.count()).value).toBe(500);
    const all = { limit: 500, include: ['metadata'] } as const;
    let fetches = 0;
    emulator.onArrival = ({ url }) => {
      if (!url.includes('/vectors/fetch')) return;
      fetches += 1;
      if (fetches === 3) emulator.faults.failNext('throttle', 1, /fetch/);
    };
    const first = await collection.scan(all);
    expect(first.records.length).toBeLessThan(500);
    expect(first.cursor).not.toBeNull();
    const rest = await readAll(collection, { ...all, cursor: first.cursor ?? undefined });
    emulator.onArrival = undefined;
    emulator.faults.failNext('error', 1, /list/);
    expect(await errorOf(collection.scan(all))).toMatchObject({ code: 'REMOTE_FAILED', status: 500, retryable: true });
    expect(rest.length).toBeGreaterThan(0);
  });

  it.each([
    ['UUIDs', () => crypto.randomUUID()],
    ['numbered ids', (at: number) => `record-${at.toString().padStart(6, '0')}`],
    // Some are the beginning of others, and some lie far from all others.
    ['ids within ids', (at: number) => ['Z', '~', '\x01', 'x', '__vsm:'][at] ?? `x${at}`],
  ])('splits a namespace of %s into parts without holes or overlaps', async (_what, idOf) => {
    const emulator = await start();
    const collection = await create(emulator);
    const records = [...many(5000, idOf), record('only', { namespace: 'small' })];
    for (let at = 0; at < records.length; at += 1000) await collection.upsert(records.slice(at, at + 1000));
    await expect.poll(async () => (await collection.count()).value).toBe(5001);
    const partitions = (await collection.partition?.(4)) ?? [];
    const large = partitions.filter(({ namespace }) => namespace === '');
    expect(large.length).toBeGreaterThan(3);
    expect(partitions.filter(({ namespace }) => namespace === 'small')).toHaveLength(1);
    const found: VectorRecord[] = [];
    const sizes: number[] = [];
    for (const partition of partitions) {
      const part = await readAll(collection, {
        partition: JSON.parse(JSON.stringify(partition)),
        include: ['metadata'],
      });
      sizes.push(part.length);
      found.push(...part);
    }
    expect(found).toHaveLength(5001);
    const keys = new Set(found.map(({ id, namespace = '' }) => `${namespace}/${id}`));
    expect(keys).toEqual(new Set(records.map(({ id, namespace = '' }) => `${namespace}/${id}`)));
    expect(Math.max(...sizes)).toBeLessThan(2600);
  });

  it('reads namespace after namespace from one cursor, in a new process too', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    const records = ['', 'a', 'b/c', 'é'].flatMap((namespace) =>
      many(3, (at) => `r${at}`).map((one) => (namespace === '' ? one : { ...one, namespace })),
    );
    await collection.upsert(records);
    await expect.poll(async () => (await collection.count()).value).toBe(12);
    const found: VectorRecord[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const fresh = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
      const page = await fresh.scan({ limit: 5, include: ['vectors', 'metadata'], cursor });
      found.push(...page.records);
      cursor = page.cursor;
    }
    const byKey = (all: readonly VectorRecord[]): unknown =>
      new Map(all.map((one) => [`${one.namespace ?? ''}/${one.id}`, one]));
    expect(found).toHaveLength(12);
    expect(byKey(found)).toEqual(byKey(records));
  });
});

describe('flush', () => {
  it('returns once every accepted write can be read', async () => {
    const emulator = await start({ faults: { writeLagMs: 150 } });
    const collection = await create(emulator);
    await collection.upsert([record('a'), record('b', { namespace: 'red' })]);
    expect(await collection.fetch(['a'])).toEqual([]);
    await collection.flush?.();
    expect(await readAll(collection)).toHaveLength(2);
    await collection.delete(['a']);
    await collection.flush?.();
    expect(await readAll(collection)).toHaveLength(1);
  });

  it('gives up within its bound, and says what is missing', async () => {
    const emulator = await start({ faults: { writeLagMs: 60_000 } });
    const collection = await create(emulator, DENSE, { flushTimeoutMs: 100 });
    await collection.upsert([record('a')]);
    const error = await errorOf(collection.flush?.() ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
    expect(error.message).toMatch(/accepted, but cannot be read yet.*stands at 0 of 1/);
  });
});
