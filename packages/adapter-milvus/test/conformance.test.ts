import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, expect, it } from 'vitest';
import { createMilvus, openLocation } from '../src/index.ts';
import { RawClient } from './raw.ts';

// npm carries no server, and nothing but a server decides what a page or an upsert does: npm run test:servers -- milvus milvus-lite
const url = process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'];

const raw = new RawClient(url ?? '');
const busy: Http2Server = createServer();
busy.on('stream', (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14' }, { endStream: true });
});
afterAll(() => {
  raw.stop();
  busy.close();
});

it.runIf(url === undefined)('NOT RUN without a server: npm run test:servers -- milvus milvus-lite', () => {
  expect(url).toBeUndefined();
});

if (url !== undefined) {
  testAdapter({
    adapter: 'milvus',
    connect: () => createMilvus({ url }),
    raw: { read: (collection, id) => raw.read(collection, id) },
    async rules(store, name) {
      await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
      const record = { id: 'fits', vectors: { '': [0.25, -0.5, 0.75, 1] }, metadata: {} };
      return { fits: [record], unfit: [{ ...record, id: 'elsewhere', namespace: 'no partition' }] };
    },
    unreachable: () => createMilvus({ url: 'http://127.0.0.1:9' }),
    locations: {
      open: openLocation,
      of: (collection) => `milvus:${url.replace(/^http:/, '')}/${encodeURIComponent(collection)}`,
    },
    async busy() {
      await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
      const { port } = busy.address() as AddressInfo;
      return { store: createMilvus({ url: `http://127.0.0.1:${port}` }), call: (store) => store.listCollections() };
    },
    secret: process.env['MILVUS_API_KEY'] ?? 'conformance-secret',
  });
}
