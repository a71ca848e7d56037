import { createUpstash, openLocation, type UpstashOptions } from '@vsm/adapter-upstash';
import type { CollectionV1, DisposableStore, VectorRecord } from '@vsm/core/adapter';
import { startUpstashEmulator, type UpstashEmulator } from '@vsm/emulator-upstash';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { safeUrl } from '../src/client.ts';
import { rawIndex } from './raw.ts';

afterEach(() => vi.unstubAllEnvs());

const account = { email: 'someone@example.org', apiKey: 'key' };

async function start(): Promise<{ emulator: UpstashEmulator; open: (options?: UpstashOptions) => DisposableStore }> {
  const emulator = await startUpstashEmulator({ account });
  onTestFinished(() => emulator.close());
  return {
    emulator,
    open(options) {
      const store = createUpstash({ controller: emulator.url, ...account, ...options });
      onTestFinished(() => store.close());
      return store;
    },
  };
}

/** As an application makes it, at the console. */
async function makeIndex(
  emulator: UpstashEmulator,
  name: string,
  kind: string,
): Promise<{ endpoint: string; token: string }> {
  const authorization = `Basic ${Buffer.from(`${account.email}:${account.apiKey}`).toString('base64')}`;
  const shape = {
    region: 'us-east-1',
    similarity_function: 'COSINE',
    dimension_count: kind === 'SPARSE' ? 0 : 2,
    type: 'free',
  };
  const body = JSON.stringify({ name, index_type: kind, ...shape });
  const response = await fetch(`${emulator.url}/v2/vector/index`, { method: 'POST', headers: { authorization }, body });
  return (await response.json()) as { endpoint: string; token: string };
}

const all = async (collection: CollectionV1): Promise<unknown[]> =>
  [...(await collection.scan({ limit: 100, include: ['vectors', 'metadata'] })).records].toSorted((left, right) =>
    left.id < right.id ? -1 : 1,
  );

it('an index of both kinds of vectors is read and written, and a record that lacks one is rejected', async () => {
  const { emulator, open } = await start();
  await makeIndex(emulator, 'both', 'HYBRID');
  const raw = await rawIndex({ controller: emulator.url, ...account }, 'both');
  await raw.upsert({ id: 'a', vector: [1, 2], sparseVector: { indices: [3], values: [0.5] }, metadata: { n: 1 } });
  const both = await open({ sparseName: 'words' }).openCollection('both');
  await both.flush?.();
  expect((await both.describe()).vectors).toEqual({
    '': { kind: 'dense', dimension: 2, metric: 'cosine' },
    words: { kind: 'sparse' },
  });
  const vectors = { '': Float32Array.of(1, 2), words: { indices: Uint32Array.of(3), values: Float32Array.of(0.5) } };
  expect(await all(both)).toEqual([{ id: 'a', vectors, metadata: { n: 1 } }]);
  const given: VectorRecord[] = [
    { id: 'b', vectors, metadata: {}, document: 'text' },
    { id: 'c', vectors: { '': [1, 2] }, metadata: {} },
  ];
  const foreseen = await both.wouldReject?.(given);
  const { accepted, rejected } = await both.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(accepted).toBe(1);
  expect(rejected).toMatchObject([{ id: 'c', reason: 'invalid-vector', detail: expect.stringContaining('"words"') }]);
  await both.flush?.();
  expect(await raw.fetch(['b'], { includeData: true })).toMatchObject([{ id: 'b', data: 'text' }]);
});

it('a token of one index is enough for it, and makes no others', async () => {
  const { emulator } = await start();
  const { endpoint, token } = await makeIndex(emulator, 'one', 'DENSE');
  vi.stubEnv('UPSTASH_VECTOR_REST_URL', endpoint);
  vi.stubEnv('UPSTASH_VECTOR_REST_TOKEN', token);
  const { store, collection } = openLocation('upstash:');
  onTestFinished(() => store.close());
  expect(collection).toBe('one');
  expect(await store.listCollections()).toEqual(['one']);
  const one = await store.openCollection('one');
  await one.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {}, namespace: 'team a/b' }]);
  await one.flush?.();
  expect(await one.listNamespaces?.()).toEqual(['team a/b']);
  expect(await one.count({ namespace: 'team a/b' })).toEqual({ value: 1, exact: true });
  const vectors = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
  await expect(store.createCollection({ name: 'two', vectors })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('`email` and `apiKey`'),
  });
});

it('flush says how many vectors cannot be read yet, once it has waited for long enough', async () => {
  const { emulator, open } = await start();
  await makeIndex(emulator, 'late', 'DENSE');
  emulator.faults.writeLagMs = 60_000;
  const late = await open({ flushTimeoutMs: 1 }).openCollection('late');
  await late.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }]);
  await expect(late.flush?.()).rejects.toMatchObject({
    retryable: true,
    message: expect.stringContaining('1 vectors'),
  });
});

it('the token of an index goes nowhere but to hosts of the service, over TLS', () => {
  const service = 'https://api.upstash.com';
  expect(() => safeUrl('https://evil.example.org', service)).toThrow('would not be safe');
  expect(() => safeUrl('https://upstash.io.example.org', service)).toThrow('would not be safe');
  expect(() => safeUrl('http://a-vector.upstash.io', service)).toThrow('would not be safe');
  expect(safeUrl('https://a-vector.upstash.io/', service)).toBe('https://a-vector.upstash.io');
  expect(() => safeUrl('http://localhost:1', 'https://gateway.example.org')).toThrow('would not be safe');
});

it('a namespace of which every record was deleted is told apart from those that hold some', async () => {
  const { emulator, open } = await start();
  await makeIndex(emulator, 'docs', 'DENSE');
  const docs = await open().openCollection('docs');
  const vectors = { '': [1, 2] };
  await docs.upsert(['red', 'blue'].map((namespace) => ({ id: 'a', namespace, vectors, metadata: {} })));
  await docs.delete(['a'], { namespace: 'red' });
  // What waits is counted of writes, and not of deletions.
  await expect.poll(() => docs.listEmptyNamespaces?.()).toEqual(['red']);
});
