import { testAdapter } from '@vsm/conformance/vitest';
import pg from 'pg';
import { createPgvector, openLocation } from '../src/index.ts';
import { makeRuled, sharedClient, url } from './conform.ts';
import { createPglite } from './pglite.ts';
import { readRaw } from './raw.ts';

const client = sharedClient();

testAdapter({
  adapter: 'pgvector',
  connect: () => createPgvector({ client: client() }),
  raw: { read: (collection, id, namespace) => readRaw(client(), collection, id, namespace) },
  unreachable: () => createPgvector({ url: 'postgresql://nobody:conformance-secret@127.0.0.1:9/none' }),
  async givenClient() {
    if (url !== undefined) {
      const pool = new pg.Pool({ connectionString: url });
      return { store: createPgvector({ client: pool }), use: () => pool.query('SELECT 1'), end: () => pool.end() };
    }
    const database = await createPglite();
    const use = (): Promise<unknown> => database.query('SELECT 1');
    return { store: createPgvector({ client: database }), use, end: () => database.close() };
  },
  locations: {
    open: openLocation,
    inFolder: (folder, collection) => `pglite:${folder}?table=${collection}`,
  },
  async busy() {
    const query = async (): Promise<never> => {
      throw Object.assign(new Error('sorry, too many clients already'), { code: '53300' });
    };
    return { store: createPgvector({ client: { query } }), call: (store) => store.listCollections() };
  },
  secret: 'conformance-secret',
  rules: (_store, name) => makeRuled(client(), name, 'text', ['plain', 'without title', 'long']),
});
