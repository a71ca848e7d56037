import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createElasticsearch, type ElasticsearchOptions } from '../src/index.ts';

// What an Elasticsearch 9.2.0 was recorded to answer, one node without the module of its root.
const HIT =
  '{"_index":"e1","_id":"1","_score":null,"_source":{"section":"x","metadata":{"n":9007199254740993,"x":1.0,"y":1000.0,"nul":null,"mix":[1,"a"]},"vector":[0.12345678,1.1,-0.0,2.8E-45]},"sort":[0]}';
const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  'GET /': [405, '{"error":"Incorrect HTTP method for uri [/] and method [GET], allowed: [DELETE]","status":405}'],
  'GET /_nodes': [200, '{"nodes":{"n":{"version":"9.2.0","build_flavor":"default"}}}'],
  'GET /_cluster/state/metadata': [200, '{"cluster_uuid":"c"}'],
  'GET /_resolve/index/e1': [200, '{"indices":[{"name":"e1","attributes":["open"]}],"aliases":[],"data_streams":[]}'],
  'GET /_resolve/index/logs': [
    200,
    '{"indices":[],"aliases":[],"data_streams":[{"name":"logs","backing_indices":[".ds-logs-1"]}]}',
  ],
  'GET /_resolve/index/both': [
    200,
    '{"indices":[],"aliases":[{"name":"both","indices":["e1","e2"]}],"data_streams":[]}',
  ],
  'GET /e1': [
    200,
    '{"e1":{"aliases":{},"mappings":{"dynamic":"false","properties":{"metadata":{"type":"object","enabled":false},"section":{"type":"keyword"},"vector":{"type":"dense_vector","dims":4,"index":true,"similarity":"cosine","index_options":{"type":"int8_hnsw","m":16,"ef_construction":100}}}},"settings":{"index":{"number_of_shards":"1","uuid":"u","version":{"created":"9039001"}}}}}',
  ],
  'POST /e1/_refresh': [403, '{"error":{"type":"security_exception","reason":"action is unauthorized"},"status":403}'],
  'POST /e1/_search': [
    200,
    `{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"hits":[${HIT}]}}`,
  ],
  'PUT /new': [200, '{"acknowledged":true,"shards_acknowledged":true,"index":"new"}'],
};

interface Asked {
  readonly route: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

let asked: Asked[];
let url: string;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const route = `${request.method} ${(request.url ?? '').replace(/\?.*/, '')}`;
    asked.push({ route, body: Buffer.concat(chunks).toString(), headers: request.headers });
    const [status, text] = ANSWERS[route] ?? [404, '{"error":{"reason":"no such index"},"status":404}'];
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
});
beforeEach(async () => {
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const connect = (options: ElasticsearchOptions = {}): ReturnType<typeof createElasticsearch> =>
  createElasticsearch({ url, ...options });
const bodyOf = (route: string): string | undefined => asked.findLast((one) => one.route === route)?.body;

it('vectors that Elasticsearch hides are asked for by name, and read with every digit beside them', async () => {
  await using store = connect();
  const collection = await store.openCollection('e1');
  const { records, cursor } = await collection.scan({ limit: 10, include: ['vectors', 'metadata'] });
  expect(cursor).toBeNull();
  expect(JSON.parse(bodyOf('POST /e1/_search') ?? '')).toMatchObject({
    _source: { exclude_vectors: false },
    sort: [{ _seq_no: 'asc' }],
  });
  const [record] = records;
  expect(Array.from(record?.vectors[''] as Float32Array)).toEqual(
    Array.from(Float32Array.from([0.12345678, 1.1, -0, 2.8e-45])),
  );
  expect(record?.metadata['n']).toBe(9007199254740993n);
  expect(record?.metadata['section']).toBe('x');
  const described = await collection.describe();
  expect(described.restrictions?.['rounds']).toMatch(/"vector" come back up to one step off/);
  expect(await collection.identify?.()).toBe('c/u');
});

it('what is made there keeps its vectors in the source', async () => {
  await using store = connect();
  await store.createCollection({ name: 'new', vectors: { '': { kind: 'dense', dimension: 4, metric: 'dot' } } });
  expect(JSON.parse(bodyOf('PUT /new') ?? '')).toMatchObject({
    settings: { index: { mapping: { exclude_source_vectors: false } } },
    mappings: { properties: { vector: { type: 'dense_vector', dims: 4, similarity: 'max_inner_product' } } },
  });
});

it.each([
  ['logs', /data stream/],
  ['both', /alias of several indices \(e1, e2\)/],
])('"%s" is refused by name', async (name, why) => {
  await using store = connect();
  await expect(store.openCollection(name)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(why),
  });
});

it('requests are signed for AWS, with what goes out', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret-that-stays');
  await using store = connect({ sign: { service: 'es', region: 'eu-west-1' } });
  await store.createCollection({ name: 'new', vectors: {} });
  const { headers, body } = asked.at(-1) as Asked;
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/es\/aws4_request, SignedHeaders=.*content-type;host.*, Signature=[0-9a-f]{64}$/,
  );
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/);
  expect(JSON.stringify(asked)).not.toContain('a-secret-that-stays');
});

it('a function of its own signs instead, and one way in is enough', async () => {
  await using store = connect({
    sign: ({ method, url: to }) => ({ authorization: `Mine ${method} ${new URL(to).pathname}` }),
  });
  await store.openCollection('e1');
  expect(asked.at(-1)?.headers.authorization).toBe('Mine GET /e1');
  expect(() => connect({ apiKey: 'k', sign: () => ({}) })).toThrow(/give one of `apiKey`, `sign`/);
});
