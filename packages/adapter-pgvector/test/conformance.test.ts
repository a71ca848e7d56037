import type { RuledRecords } from '@vsm/conformance';
import { testAdapter } from '@vsm/conformance/vitest';
import { guardStore, type VectorStoreV1 } from '@vsm/core/adapter';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { createPgvector, openLocation, type SqlClient } from '../src/index.ts';
import { createPglite } from './pglite.ts';
import { readRaw } from './raw.ts';

// The same tests on a server: PGVECTOR_URL=postgresql://user@host/database
const url = process.env['PGVECTOR_URL'];

let client: SqlClient;
let close: () => Promise<void>;
beforeAll(async () => {
  if (url === undefined) {
    const database = await createPglite();
    client = database;
    close = () => database.close();
  } else {
    const pool = new pg.Pool({ connectionString: url });
    client = pool;
    close = () => pool.end();
  }
});
afterAll(() => close());

describe('tables with text ids', () => {
  testAdapter({
    adapter: 'pgvector',
    connect: () => createPgvector({ client }),
    raw: { read: (collection, id, namespace) => readRaw(client, collection, id, namespace) },
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
    rules: (_store, name) => makeRuled(name, 'text', ['plain', 'without title', 'long']),
  });
});

describe('tables with uuid ids', () => {
  testAdapter({
    adapter: 'pgvector',
    connect: () => withUuids(createPgvector({ client })),
    rules: (_store, name) => makeRuled(name, 'uuid', UUIDS),
    raw: { read: (collection, id, namespace) => readRaw(client, collection, id, namespace) },
  });
});

const UUIDS = [1, 2, 3].map((number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);

/** A table as an application makes it. */
async function makeRuled(name: string, ids: 'text' | 'uuid', names: readonly string[]): Promise<RuledRecords> {
  const columns = `id ${ids} PRIMARY KEY, embedding vector(4), title varchar(5) NOT NULL, year int`;
  await client.query(`CREATE TABLE "${name}" (${columns})`);
  const [fitting = '', untitled = '', wordy = ''] = names;
  const record = { vectors: { '': [0.25, -0.5, 0.75, 1] } };
  return {
    fits: [{ ...record, id: fitting, metadata: { title: 'short', year: 2026 } }],
    unfit: [
      { ...record, id: untitled, metadata: { year: 2026 } },
      { ...record, id: wordy, metadata: { title: 'short', year: 'last' } },
    ],
  };
}

/** The same store, in which every new table has a uuid column for its key. */
function withUuids(store: VectorStoreV1): VectorStoreV1 {
  return guardStore({
    ...store,
    capabilities: { ...store.capabilities, ids: ['uuid'] },
    effectiveCapabilities: async () => ({ ...store.capabilities, ids: ['uuid'] }),
    createCollection: (schema, options) => store.createCollection({ ...schema, ids: 'uuid' }, options),
  });
}
