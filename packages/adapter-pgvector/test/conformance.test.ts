import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { testAdapter } from '@vsm/conformance/vitest';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createPgvector, type SqlClient } from '../src/index.ts';
import { readRaw } from './raw.ts';

// The same tests on a server: PGVECTOR_URL=postgresql://user@host/database
const url = process.env['PGVECTOR_URL'];

let client: SqlClient;
let close: () => Promise<void>;
beforeAll(async () => {
  if (url === undefined) {
    const database = await PGlite.create({ extensions: { vector } });
    client = database;
    close = () => database.close();
  } else {
    const pool = new pg.Pool({ connectionString: url });
    client = pool;
    close = () => pool.end();
  }
});
afterAll(() => close());

testAdapter({
  adapter: 'pgvector',
  connect: () => createPgvector({ client }),
  raw: { read: (collection, id, namespace) => readRaw(client, collection, id, namespace) },
  unreachable: () => createPgvector({ url: 'postgresql://nobody:conformance-secret@127.0.0.1:9/none' }),
  secret: 'conformance-secret',
});
