import { testAdapter } from '@vsm/conformance/vitest';
import type { Metadata, VectorRecord } from '@vsm/core/adapter';
import { startPineconeEmulator, type PineconeEmulator } from '@vsm/emulator-pinecone';
import { createPinecone, openLocation } from '@vsm/adapter-pinecone';
import { afterAll } from 'vitest';

// PINECONE_API_KEY leads to the real service, and nothing else changes. Without it there is an emulator behind a key of its own.
const realKey = process.env['PINECONE_API_KEY'];
const secret = realKey ?? 'a-secret-that-must-not-show';
const emulator: PineconeEmulator | undefined =
  realKey === undefined ? await startPineconeEmulator({ apiKey: secret }) : undefined;
const controllerHost = emulator?.url ?? process.env['PINECONE_HOST'] ?? 'https://api.pinecone.io';
const others: PineconeEmulator[] = [];
afterAll(async () => {
  await emulator?.close();
  for (const other of others) await other.close();
});

testAdapter({
  adapter: 'pinecone',
  connect: () => createPinecone({ controllerHost, apiKey: secret }),
  raw: { read: readRecord },
  locations: {
    open: (location) => openLocation(location, { apiKey: secret }),
    of: (collection) => `pinecone:${collection}?host=${encodeURIComponent(controllerHost)}`,
  },
  async busy() {
    const busy = await startPineconeEmulator({ faults: { failureRate: 1, failures: ['throttle'] } });
    others.push(busy);
    return {
      store: createPinecone({ controllerHost: busy.url, apiKey: secret }),
      call: (store) => store.listCollections(),
    };
  },
  async rules(store, name) {
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
    const record = { id: 'fits', vectors: { '': [0.25, -0.5, 0.75, 1] }, metadata: {} };
    return { fits: [record], unfit: [{ ...record, id: 'long', document: 'x'.repeat(41 * 1024) }] };
  },
  unreachable: async () => createPinecone({ controllerHost: await closedUrl(), apiKey: secret }),
  secret,
  ...(realKey !== undefined && { settleMs: 60_000, timeoutMs: 600_000 }),
});

/** Of a server that has just gone. */
async function closedUrl(): Promise<string> {
  const gone = await startPineconeEmulator();
  await gone.close();
  return gone.url;
}

interface RawRecord {
  readonly values?: readonly number[];
  readonly metadata?: Metadata;
}

/** Past the adapter and its client. */
async function readRecord(collection: string, id: string, namespace?: string): Promise<VectorRecord | undefined> {
  const headers = { 'api-key': secret, 'x-pinecone-api-version': '2025-10' };
  const get = async (url: string): Promise<unknown> => (await fetch(url, { headers })).json();
  const { host } = (await get(`${controllerHost}/indexes/${collection}`)) as { readonly host: string };
  const origin = host.startsWith('http') ? host : `https://${host}`;
  const query = `ids=${encodeURIComponent(id)}&namespace=${encodeURIComponent(namespace ?? '')}`;
  const { vectors } = (await get(`${origin}/vectors/fetch?${query}`)) as {
    readonly vectors: Readonly<Record<string, RawRecord>>;
  };
  const found = vectors[id];
  if (found === undefined) return undefined;
  const { text, ...metadata } = found.metadata ?? {};
  return {
    id,
    vectors: { '': found.values ?? [] },
    metadata,
    ...(typeof text === 'string' && { document: text }),
  };
}
