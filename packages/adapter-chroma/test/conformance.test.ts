import { testAdapter } from '@vsm/conformance/vitest';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll } from 'vitest';
import { createChroma } from '../src/index.ts';
import { readRaw } from './raw.ts';

let server: ChromaServer;
beforeAll(async () => {
  server = await startChroma();
});
afterAll(() => server.stop());

testAdapter({
  adapter: 'chroma',
  connect: () => createChroma({ url: server.url }),
  raw: { read: (collection, id) => readRaw(server.url, collection, id) },
  unreachable: () => createChroma({ url: 'http://127.0.0.1:9' }),
  secret: 'conformance-secret',
});
