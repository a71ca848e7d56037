import { testAdapter } from '@vsm/conformance/vitest';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { createMongodb, openLocation } from '../src/index.ts';
import { rawReader } from './raw.ts';
import { startMongodb } from './server.ts';

const SECRET = 'conformance-secret';

let url = '';
let server: Awaited<ReturnType<typeof startMongodb>>;
const busy = await startMongodbEmulator();
busy.refuse({ code: 91, codeName: 'ShutdownInProgress', message: 'The server is in quiesce mode and will shut down' });
beforeAll(async () => {
  server = await startMongodb();
  ({ url } = server);
});
afterAll(async () => {
  await Promise.all([server.close(), busy.close()]);
});

testAdapter({
  adapter: 'mongodb',
  connect: () => createMongodb({ url }),
  raw: { read: (...words) => rawReader(url).read(...words) },
  secret: SECRET,
  async rules(store, name) {
    await store.createCollection({ name, vectors: {} });
    const record = { id: 'fits', vectors: {}, metadata: {} };
    return { fits: [record], unfit: [{ ...record, id: 'large', document: 'x'.repeat(17 * 1024 * 1024) }] };
  },
  unreachable: () => createMongodb({ url: `mongodb://user:${SECRET}@127.0.0.1:9/vsm?serverSelectionTimeoutMS=100` }),
  locations: { open: openLocation, of: (collection) => url.replace(/\?|$/, (query) => `/${collection}${query}`) },
  async givenClient() {
    const client = new MongoClient(url);
    return {
      store: createMongodb({ client }),
      use: () => client.db().command({ ping: 1 }),
      end: () => client.close(),
    };
  },
  busy: async () => ({ store: createMongodb({ url: busy.url }), call: (store) => store.listCollections() }),
});
