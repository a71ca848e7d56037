import type { VectorRecord } from '@vsm/core/adapter';
import { startWeaviateEmulator, type WeaviateEmulator } from '@vsm/emulator-weaviate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { id } from './server.ts';

// What a server does only now and then: the stand-in does it when asked.
let emulator: WeaviateEmulator;
beforeEach(async () => {
  emulator = await startWeaviateEmulator();
});
afterEach(() => emulator.close());

const record = (number: number): VectorRecord => ({
  id: id(number),
  vectors: { '': Float32Array.of(number, -0) },
  metadata: { number, part: 0.5, nothing: null },
  document: `text ${number}`,
});

async function create(): ReturnType<ReturnType<typeof createWeaviate>['openCollection']> {
  const store = createWeaviate({ url: emulator.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  return store.openCollection('docs');
}

it('what is reported as failed and stored all the same is accepted', async () => {
  const collection = await create();
  emulator.complain = (one) => (one === id(2) ? 'insert to vector index: some trouble' : undefined);
  expect(await collection.upsert([record(1), record(2)])).toEqual({ accepted: 2, rejected: [] });
  expect(await collection.fetch([id(2)])).toEqual([record(2)]);
});

it('what is reported as failed and does not read back is rejected by name', async () => {
  const collection = await create();
  await collection.upsert([record(1), record(2)]);
  emulator.complain = (one) => (one === id(2) ? 'insert to vector index: some trouble' : undefined);
  emulator.faults.failNext({ status: 404, message: '' }, 1, /^GET .*000000000002/);
  const { accepted, rejected } = await collection.upsert([record(1), record(2)]);
  expect(accepted).toBe(1);
  expect(rejected).toEqual([
    { id: id(2), namespace: undefined, reason: 'refused', detail: 'insert to vector index: some trouble' },
  ]);
});

it.each([
  ['store is read-only due to: disk usage too high', false],
  ['context deadline exceeded', true],
])('"%s" is no fault of a record: the batch is given up', async (reason, retryable) => {
  const collection = await create();
  emulator.complain = () => reason;
  await expect(collection.upsert([record(1)])).rejects.toMatchObject({ code: 'REMOTE_FAILED', retryable });
});

it('no key is shown, and a server that has none says to leave it out', async () => {
  const secret = 'a-key-of-mine';
  emulator.faults.failNext({
    status: 401,
    message: "no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided",
  });
  const error: unknown = await createWeaviate({ url: emulator.url, apiKey: secret })
    .listCollections()
    .catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining('leave the key out') });
  expect(JSON.stringify(error) + String(error)).not.toContain(secret);
});
