import { Index } from '@upstash/vector';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUpstashEmulator, type UpstashEmulator } from '../src/index.ts';

const account = { email: 'someone@example.org', apiKey: 'key' };
const authorization = `Basic ${Buffer.from('someone@example.org:key').toString('base64')}`;
let emulator: UpstashEmulator;
beforeAll(async () => {
  emulator = await startUpstashEmulator({ account, faults: { writeLagMs: 0 } });
});
afterAll(() => emulator.close());

const manage = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${emulator.url}/v2/vector/index${path}`, {
    method,
    headers: { authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

interface Made {
  readonly id: string;
  readonly endpoint: string;
  readonly token: string;
}

async function makeIndex(name: string, more: object = {}): Promise<Index & { readonly made: Made }> {
  const shape = { region: 'us-east-1', similarity_function: 'COSINE', dimension_count: 2, type: 'payg', ...more };
  const response = await manage('POST', '', { name, ...shape });
  expect(response.status).toBe(200);
  const made = (await response.json()) as Made;
  return Object.assign(new Index({ url: made.endpoint, token: made.token, retry: false }), { made });
}

describe("with the vendor's client", () => {
  it('an index is made, told of, listed and deleted', async () => {
    const docs = await makeIndex('docs');
    expect(await docs.info()).toMatchObject({
      vectorCount: 0,
      pendingVectorCount: 0,
      dimension: 2,
      similarityFunction: 'COSINE',
      namespaces: { '': { vectorCount: 0 } },
    });
    expect((await manage('POST', '', { name: 'docs' })).status).toBeGreaterThanOrEqual(400);
    expect(await (await manage('GET', '')).json()).toContainEqual(expect.objectContaining({ name: 'docs' }));
    expect((await manage('DELETE', `/${docs.made.id}`)).status).toBe(200);
    await expect(docs.info()).rejects.toThrow('no such index');
  });

  it('vectors are put, got, ranged over, found and deleted, each in its namespace', async () => {
    const docs = await makeIndex('vectors');
    const vectors = [
      { id: 'a', vector: [1, 0], metadata: { n: 1, nested: { deep: [1] } } },
      { id: 'b', vector: [0, 1] },
      { id: 'c', vector: [1, 1] },
    ];
    expect(await docs.upsert(vectors)).toBe('Success');
    await docs.upsert({ id: 'a', vector: [5, 5] }, { namespace: 'other' });
    const all = { includeVectors: true, includeMetadata: true, includeData: true };
    expect(await docs.fetch(['a', 'z'], all)).toEqual([vectors[0], null]);
    const first = await docs.range({ cursor: '0', limit: 2 });
    expect(first).toEqual({ nextCursor: '2', vectors: [{ id: 'a' }, { id: 'b' }] });
    expect(await docs.range({ cursor: first.nextCursor, limit: 2 })).toEqual({
      nextCursor: '',
      vectors: [{ id: 'c' }],
    });
    const near = await docs.query({ vector: [1, 0.1], topK: 2 });
    expect(near.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(near[0]?.score).toBeGreaterThan(0.99);
    expect(await docs.listNamespaces()).toEqual(['', 'other']);
    expect(await docs.delete(['a', 'z'])).toEqual({ deleted: 1 });
    expect((await docs.info()).namespaces).toMatchObject({ '': { vectorCount: 2 }, other: { vectorCount: 1 } });
  });

  it('a record replaces the whole of the one before', async () => {
    const docs = await makeIndex('replaced');
    await docs.upsert({ id: 'a', vector: [1, 0], metadata: { n: 1 } });
    await docs.upsert({ id: 'a', vector: [2, 0] });
    expect(await docs.fetch(['a'], { includeMetadata: true, includeVectors: true })).toEqual([
      { id: 'a', vector: [2, 0] },
    ]);
  });

  it('an index of both kinds wants both of every vector, and a sparse one none that is dense', async () => {
    const hybrid = await makeIndex('hybrid', { index_type: 'HYBRID' });
    const sparseVector = { indices: [1, 7], values: [0.5, 2] };
    await hybrid.upsert({ id: 'a', vector: [1, 0], sparseVector });
    expect(await hybrid.fetch(['a'], { includeVectors: true })).toEqual([{ id: 'a', vector: [1, 0], sparseVector }]);
    await expect(hybrid.upsert({ id: 'b', vector: [1, 0] })).rejects.toThrow('requires sparse vectors');
    const sparse = await makeIndex('sparse', { index_type: 'SPARSE', dimension_count: 0 });
    await sparse.upsert({ id: 'a', sparseVector });
    await expect(sparse.upsert({ id: 'b', vector: [1, 0] })).rejects.toThrow('sparse vectors only');
  });

  it('writes show later, and until then they are pending', async () => {
    const docs = await makeIndex('late');
    emulator.faults.writeLagMs = 50;
    await docs.upsert({ id: 'a', vector: [1, 0] });
    emulator.faults.writeLagMs = 0;
    expect(await docs.info()).toMatchObject({ vectorCount: 0, pendingVectorCount: 1 });
    while ((await docs.info()).pendingVectorCount > 0) await delay(5);
    expect(await docs.info()).toMatchObject({ vectorCount: 1 });
  });

  it('another dimension and another token are refused', async () => {
    const docs = await makeIndex('refused');
    await expect(
      docs.upsert([
        { id: 'a', vector: [1, 0] },
        { id: 'b', vector: [1] },
      ]),
    ).rejects.toThrow('dimension');
    expect(await docs.info()).toMatchObject({ vectorCount: 0 });
    const other = new Index({ url: docs.made.endpoint, token: 'wrong', retry: false });
    await expect(other.info()).rejects.toThrow('Unauthorized');
  });
});
