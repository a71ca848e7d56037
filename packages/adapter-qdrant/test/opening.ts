import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions } from '@vsm/emulator-qdrant';
import { createQdrant, type QdrantOptions } from '@vsm/adapter-qdrant';
import { afterEach, expect, vi } from 'vitest';

interface Opening {
  readonly start: (options?: QdrantEmulatorOptions) => Promise<QdrantEmulator>;
  readonly connect: (emulator: { readonly url: string }, options?: QdrantOptions) => VectorStoreV1;
}

/** Starts servers and opens stores, which end with each test of the file. */
export function opening(): Opening {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const one of open.splice(0).toReversed()) await one.close();
  });
  return {
    async start(options = {}) {
      const emulator = await startQdrantEmulator(options);
      open.push(emulator);
      return emulator;
    },
    connect({ url }, options = {}) {
      const store = createQdrant({ url, ...options });
      open.push(store);
      return store;
    },
  };
}

export async function request(emulator: QdrantEmulator, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(emulator.url + path, { method, body: body === undefined ? null : JSON.stringify(body) });
  const { result, status } = (await answer.json()) as { readonly result: unknown; readonly status: unknown };
  expect(status).toBe('ok');
  return result;
}

export async function docs(store: VectorStoreV1, dimension = 2): Promise<CollectionV1> {
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension, metric: 'dot' } } });
  return store.openCollection('docs');
}

export const record = (id: number | string, changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id: String(id),
  vectors: { '': [1, 2] },
  metadata: { n: Number(id) },
  ...changes,
});
export const records = (count: number): VectorRecord[] => Array.from({ length: count }, (_, at) => record(at + 1));

export async function readAll(collection: CollectionV1, limit = 100): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit, include: ['vectors', 'metadata'], cursor });
    found.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
