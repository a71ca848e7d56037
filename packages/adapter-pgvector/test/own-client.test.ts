import pg from 'pg';
import { expect, it } from 'vitest';
import { createPgvector, type SqlClient } from '../src/index.ts';
import { createPglite } from './pglite.ts';

// A pool of pg stands in for the PGlite with PGVECTOR_URL=postgresql://user@host/database
const url = process.env['PGVECTOR_URL'];

async function ownClient(): Promise<{ client: SqlClient; close: () => Promise<void> }> {
  if (url === undefined) {
    const database = await createPglite();
    return { client: database, close: () => database.close() };
  }
  const pool = new pg.Pool({ connectionString: url });
  return { client: pool, close: () => pool.end() };
}

it('a client of yours serves several stores, and stays open when they are closed', async () => {
  const { client, close } = await ownClient();
  const name = `own_${Math.random().toString(36).slice(2)}`;
  try {
    const first = createPgvector({ client });
    const second = createPgvector({ client, snapshot: false });
    await first.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
    const table = await first.openCollection(name);
    await table.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }]);
    await first.close();
    await expect(table.count()).rejects.toMatchObject({ code: 'CLOSED' });
    expect((await (await second.openCollection(name)).count()).value).toBe(1);
    await second.close();
    expect((await client.query(`SELECT id FROM ${name}`)).rows).toStrictEqual([{ id: 'a' }]);
  } finally {
    await client.query(`DROP TABLE IF EXISTS ${name}`);
    await close();
  }
});

it('exactly one place is given', () => {
  const client: SqlClient = { query: async () => ({ rows: [] }) };
  expect(() => createPgvector({ client, url: 'postgresql://host/db' })).toThrow(
    'exactly one of url, dataDir and client',
  );
  expect(() => createPgvector({})).toThrow('exactly one of url, dataDir and client');
  for (const dataDir of ['memory://', 'idb://vsm', 'file:///tmp/vsm'])
    expect(() => createPgvector({ dataDir })).toThrow('dataDir is the path of a folder, but begins with');
});
