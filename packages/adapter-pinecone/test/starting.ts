import { VsmError, type CollectionSchema, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import { startPineconeEmulator, type PineconeEmulator, type PineconeEmulatorOptions } from '@vsm/emulator-pinecone';
import { createPinecone, type PineconeOptions } from '@vsm/adapter-pinecone';
import { afterEach, expect } from 'vitest';

export const apiKey = 'a-secret-that-must-not-show';

/** Starts servers that end with each test of the file. */
export function starting(): (options?: PineconeEmulatorOptions) => Promise<PineconeEmulator> {
  const emulators: PineconeEmulator[] = [];
  afterEach(async () => {
    for (const emulator of emulators.splice(0)) await emulator.close();
  });
  return async (options = {}) => {
    const emulator = await startPineconeEmulator({
      readyAfterMs: 0,
      ...options,
      faults: { writeLagMs: 0, ...options.faults },
    });
    emulators.push(emulator);
    return emulator;
  };
}

export const DENSE: CollectionSchema['vectors'] = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } };
export const HYBRID: CollectionSchema['vectors'] = {
  '': { kind: 'dense', dimension: 2, metric: 'dot' },
  keywords: { kind: 'sparse' },
};

export async function create(
  emulator: PineconeEmulator,
  vectors: CollectionSchema['vectors'] = DENSE,
  options: PineconeOptions = {},
): Promise<CollectionV1> {
  const store = createPinecone({ controllerHost: emulator.url, apiKey, ...options });
  await store.createCollection({ name: 'docs', vectors });
  return store.openCollection('docs');
}

export const record = (id: string, more: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  vectors: { '': [1, 2] },
  metadata: {},
  ...more,
});
/** Into all directions, with components that float32 and decimals both hold exactly. */
export const many = (count: number, idOf: (at: number) => string): VectorRecord[] =>
  Array.from({ length: count }, (_, at) => {
    const vector = [Math.sin(at), Math.cos(at)].map((value) => Math.round(value * 64) / 64);
    return record(idOf(at), { vectors: { '': vector }, metadata: { at } });
  });

export async function readAll(collection: CollectionV1, request: object = {}): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: 500, include: ['vectors', 'metadata'], ...request, cursor });
    found.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export const errorOf = async (action: Promise<unknown>): Promise<VsmError & Record<string, unknown>> => {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!VsmError.isInstance(error)) throw new Error(`expected a VsmError, but got ${String(error)}`);
  return error as VsmError & Record<string, unknown>;
};

export async function post(url: string, body: object, init: { readonly headers?: object } = {}): Promise<void> {
  const headers = { 'api-key': apiKey, 'content-type': 'application/json', ...init.headers };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}

/** Resolves when such a request has arrived. */
export function arrival(emulator: PineconeEmulator, beginning: string): Promise<void> {
  return new Promise((resolve) => {
    emulator.onArrival = ({ method, url }) => {
      if (`${method} ${url}`.startsWith(beginning)) resolve();
    };
  });
}
