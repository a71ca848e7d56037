import { createPgvector } from '@vsm/adapter-pgvector';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

// What needs several sessions, which PGlite does not have.
const url = new URL(process.env['PGVECTOR_URL'] ?? '');
const database = `vsm_sessions_${process.pid}`;
const server = new pg.Client({ connectionString: url.href });
beforeAll(async () => {
  await server.connect();
  await server.query(`CREATE DATABASE ${database}`);
});
afterAll(async () => {
  await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await server.end();
});

it('the first collections of a database, created at once, find the extension', async () => {
  const stores = Array.from({ length: 8 }, () => createPgvector({ url: new URL(`/${database}`, url).href }));
  const names = stores.map((_, index) => `first_${index}`);
  await Promise.all(
    stores.map((store, index) =>
      store.createCollection({
        name: names[index] ?? '',
        vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
      }),
    ),
  );
  expect(await stores[0]?.listCollections()).toEqual(names);
  await Promise.all(stores.map((store) => store.close()));
});
