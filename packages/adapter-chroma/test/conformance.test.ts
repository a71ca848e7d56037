import { testAdapter } from '@vsm/conformance/vitest';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll } from 'vitest';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChroma, openLocation } from '../src/index.ts';
import { readRaw } from './raw.ts';

// The same tests on another server: CHROMA_URL=http://host:8000
const given = process.env['CHROMA_URL'];

let server: Pick<ChromaServer, 'url' | 'stop'>;
beforeAll(async () => {
  server = given === undefined ? await startChroma() : { url: given, stop: async () => undefined };
});
const busy: Server = createServer((_request, response) => {
  response.writeHead(503).end();
});
afterAll(async () => {
  busy.close();
  await server.stop();
});

testAdapter({
  adapter: 'chroma',
  connect: () => createChroma({ url: server.url }),
  raw: { read: (collection, id) => readRaw(server.url, collection, id) },
  unreachable: () => createChroma({ url: 'http://127.0.0.1:9' }),
  locations: {
    open: openLocation,
    of: (collection) => `chroma:${server.url.replace(/^http:/, '')}/${collection}`,
  },
  async busy() {
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    return { store: createChroma({ url: `http://127.0.0.1:${port}` }), call: (store) => store.listCollections() };
  },
  secret: 'conformance-secret',
});
