import { testAdapter } from '@vsm/conformance/vitest';
import { startWeaviateEmulator, type WeaviateEmulator } from '@vsm/emulator-weaviate';
import { afterAll, beforeAll } from 'vitest';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWeaviate, openLocation } from '../src/index.ts';
import { readRaw } from './raw.ts';

// The same tests on a server: WEAVIATE_URL=http://host:8080
const given = process.env['WEAVIATE_URL'];

let emulator: Pick<WeaviateEmulator, 'url' | 'close'>;
beforeAll(async () => {
  emulator = given === undefined ? await startWeaviateEmulator() : { url: given, close: async () => undefined };
});
const busy: Server = createServer((_request, response) => {
  response.writeHead(503).end();
});
afterAll(async () => {
  busy.close();
  await emulator.close();
});

// A server without keys refuses one.
const apiKey = given === undefined ? 'conformance-secret' : undefined;

testAdapter({
  adapter: 'weaviate',
  connect: () => createWeaviate({ url: emulator.url, apiKey }),
  raw: { read: (collection, id) => readRaw(emulator.url, collection, id) },
  unreachable: () => createWeaviate({ url: 'http://127.0.0.1:9' }),
  locations: {
    open: openLocation,
    of: (collection) => `weaviate:${emulator.url.replace(/^http:/, '')}/${collection}`,
  },
  async busy() {
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    return { store: createWeaviate({ url: `http://127.0.0.1:${port}` }), call: (store) => store.listCollections() };
  },
  async rules(store, name) {
    await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
    const record = { id: '00000000-0000-4000-8000-000000000001', vectors: { '': [0.25, -0.5, 0.75, 1] }, metadata: {} };
    return {
      fits: [record],
      unfit: [{ ...record, id: '00000000-0000-4000-8000-000000000002', namespace: 'no tenant' }],
    };
  },
  secret: apiKey ?? process.env['WEAVIATE_API_KEY'] ?? 'conformance-secret',
});
