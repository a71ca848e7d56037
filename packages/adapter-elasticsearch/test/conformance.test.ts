import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, beforeAll } from 'vitest';
import { createElasticsearch, openLocation } from '../src/index.ts';
import { readRaw } from './raw.ts';
import { vectorField } from './rest.ts';
import { given, startTestServer, type TestServer } from './server.ts';

// The same tests on a server: ELASTICSEARCH_URL=http://host:9200 or OPENSEARCH_URL.
const apiKey = given === undefined ? 'conformance-secret' : undefined;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(apiKey);
});
const busy: Server = createServer((_request, response) => {
  response.writeHead(503).end();
});
afterAll(async () => {
  busy.close();
  await server.close();
});

testAdapter({
  adapter: 'elasticsearch',
  connect: () => createElasticsearch({ url: server.url, apiKey }),
  raw: { read: (collection, id) => readRaw(server.url, collection, id, apiKey) },
  async rules(_store, name) {
    const opensearch = process.env['OPENSEARCH_URL'] !== undefined;
    const properties = { vector: vectorField(opensearch, 4), year: { type: 'long' } };
    const settings = { number_of_replicas: 0, ...(opensearch && { 'index.knn': true }) };
    const headers = {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `ApiKey ${apiKey}` }),
    };
    const body = JSON.stringify({ settings, mappings: { dynamic: 'strict', properties } });
    await fetch(`${server.url}/${name}`, { method: 'PUT', headers, body });
    const vectors = { '': [0.25, -0.5, 0.75, 1] };
    return {
      fits: [{ id: 'fits', vectors, metadata: { year: 2026 } }],
      unfit: [
        { id: 'of another type', vectors, metadata: { year: 'last' } },
        { id: 'without a field', vectors, metadata: { month: 11 } },
      ],
    };
  },
  unreachable: () => createElasticsearch({ url: 'http://127.0.0.1:9' }),
  locations: {
    open: (location) => openLocation(location, { apiKey }),
    of: (collection) => `opensearch:${server.url.replace(/^http:/, '')}/${collection}`,
  },
  async busy() {
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const store = createElasticsearch({ url: `http://127.0.0.1:${port}` });
    return { store, call: (one) => one.listCollections() };
  },
  secret: apiKey ?? process.env['ELASTICSEARCH_API_KEY'] ?? 'conformance-secret',
  timeoutMs: 120_000,
});
