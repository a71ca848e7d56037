import { testAdapter } from '@vsm/conformance/vitest';
import { startWeaviateEmulator, type WeaviateEmulator } from '@vsm/emulator-weaviate';
import { afterAll, beforeAll } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { readRaw } from './raw.ts';

// The same tests on a server: WEAVIATE_URL=http://host:8080
const given = process.env['WEAVIATE_URL'];

let emulator: Pick<WeaviateEmulator, 'url' | 'close'>;
beforeAll(async () => {
  emulator = given === undefined ? await startWeaviateEmulator() : { url: given, close: async () => undefined };
});
afterAll(() => emulator.close());

// A server without keys refuses one.
const apiKey = given === undefined ? 'conformance-secret' : undefined;

testAdapter({
  adapter: 'weaviate',
  connect: () => createWeaviate({ url: emulator.url, apiKey }),
  raw: { read: (collection, id) => readRaw(emulator.url, collection, id) },
  unreachable: () => createWeaviate({ url: 'http://127.0.0.1:9' }),
  secret: apiKey ?? process.env['WEAVIATE_API_KEY'] ?? 'conformance-secret',
});
