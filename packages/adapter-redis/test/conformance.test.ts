import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { testAdapter } from '@vsm/conformance/vitest';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { createRedis, openLocation } from '../src/index.ts';
import { rawReader } from './raw.ts';
import { startRedis } from './server.ts';

// A user without a password takes any.
const SECRET = 'conformance-secret';

let url = '';
let server: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  server = await startRedis();
  ({ url } = server);
});

const loading: Server = createServer((socket) => {
  socket.on('data', (sent) => {
    // Commands may come together; each begins with its number of words.
    for (const _ of sent.toString().matchAll(/^\*\d+\r$/gm))
      socket.write('-LOADING Redis is loading the dataset in memory\r\n');
  });
  socket.on('error', () => undefined);
});
afterAll(async () => {
  loading.close();
  await server.close();
});

testAdapter({
  adapter: 'redis',
  connect: () => createRedis({ url, password: SECRET }),
  raw: { read: (...words) => rawReader(url).read(...words) },
  secret: SECRET,
  async rules(store, name) {
    const vector = { kind: 'dense', dimension: 1, metric: 'cosine', datatype: 'float16' } as const;
    await store.createCollection({ name, vectors: { '': vector } });
    const record = { id: 'fits', vectors: { '': [0.5] }, metadata: {} };
    return { fits: [record], unfit: [{ ...record, id: 'between two halves', vectors: { '': [0.1] } }] };
  },
  unreachable: () => createRedis({ url: 'redis://127.0.0.1:9' }),
  locations: { open: openLocation, of: (collection) => `${url}/${collection}` },
  async givenClient() {
    const client = new Redis(url);
    return { store: createRedis({ client }), use: () => client.ping(), end: async () => client.disconnect() };
  },
  async busy() {
    await new Promise<void>((resolve) => loading.listen(0, '127.0.0.1', resolve));
    const { port } = loading.address() as AddressInfo;
    return { store: createRedis({ url: `redis://127.0.0.1:${port}` }), call: (store) => store.listCollections() };
  },
});
