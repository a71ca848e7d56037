import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll } from 'vitest';
import { createElasticsearch, openLocation } from '../src/index.ts';

const url = process.env['ELASTICSEARCH_URL'] ?? '';
const busy: Server = createServer((_request, response) => {
  response.writeHead(503).end();
});
afterAll(() => {
  busy.close();
});

testAdapter({
  adapter: 'elasticsearch',
  connect: () => createElasticsearch({ url }),
  unreachable: () => createElasticsearch({ url: 'http://127.0.0.1:9' }),
  locations: {
    open: openLocation,
    of: (collection) => `elasticsearch:${url.replace(/^http:/, '')}/${collection}`,
  },
  async busy() {
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    return {
      store: createElasticsearch({ url: `http://127.0.0.1:${port}` }),
      call: (store) => store.listCollections(),
    };
  },
  secret: 'conformance-secret',
});
