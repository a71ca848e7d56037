import { testAdapter } from '@vsm/conformance/vitest';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll } from 'vitest';
import { createChroma } from '../src/index.ts';
import { readRaw } from './raw.ts';

// The same tests on another server: CHROMA_URL=http://host:8000
const given = process.env['CHROMA_URL'];

let server: Pick<ChromaServer, 'url' | 'stop'>;
beforeAll(async () => {
  server = given === undefined ? await startChroma() : { url: given, stop: async () => undefined };
});
afterAll(() => server.stop());

testAdapter({
  adapter: 'chroma',
  connect: () => createChroma({ url: server.url }),
  raw: { read: (collection, id) => readRaw(server.url, collection, id) },
  unreachable: () => createChroma({ url: 'http://127.0.0.1:9' }),
  secret: 'conformance-secret',
});
