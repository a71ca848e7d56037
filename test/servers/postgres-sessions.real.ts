import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator } from '@vsm/core';
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

it('a table is one place over a socket, over each spelling of the host, and by each name of its schema', async () => {
  const [settings] = (
    await server.query<{ socket: string }>(
      "SELECT split_part(current_setting('unix_socket_directories'), ',', 1) AS socket",
    )
  ).rows;
  const at = (host: string): string => Object.assign(new URL(`/${database}`, url), { hostname: host }).href;
  const user = encodeURIComponent(url.username);
  const addresses = [at('127.0.0.1'), at('localhost')];
  const socket = settings?.socket ?? '';
  const isHere = socket !== '' && existsSync(join(socket, `.s.PGSQL.${url.port}`));
  if (!isHere) console.log(`NOT RUN over a socket: the server has none on this machine ("${socket}")`);
  else addresses.push(`postgresql://${user}@/${database}?host=${encodeURIComponent(socket)}&port=${url.port}`);
  const stores = addresses.map((address) => createPgvector({ url: address }));
  const schema = { vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;
  for (const name of ['here', 'there']) await stores[0]?.createCollection({ ...schema, name });
  const found = await Promise.all(stores.map(async (store) => (await store.openCollection('here')).identify?.()));
  expect(found[0]).toMatch(/^\d+ \d+ \d+ \d+$/);
  expect(found).toHaveLength(isHere ? 3 : 2);
  expect(new Set(found).size).toBe(1);
  const [first, second] = stores;
  if (first === undefined || second === undefined) throw new Error('no stores');
  const migrator = new VectorStoreMigrator({ source: first, target: second, checkpoints: false });
  await expect(migrator.plan({ sourceCollection: 'here' })).rejects.toThrow('Source and target are the same place');
  await expect(migrator.plan({ sourceCollection: 'here', targetCollection: 'there' })).resolves.toBeDefined();
  await Promise.all(stores.map((store) => store.close()));
});

it('an index that the server still builds for a process that was killed is waited for, and is built once', async () => {
  const store = createPgvector({ url: new URL(`/${database}`, url).href });
  await store.createCollection({
    name: 'built',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    indexes: [],
  });
  const collection = await store.openCollection('built');
  const token = await collection.prepareBulkLoad?.();
  const [index] = (token as { indexes: { name: string; definition: string }[] }).indexes;
  if (index === undefined) throw new Error('no index was made');
  await collection.beginBulkLoad?.(token ?? null);
  const dead = new pg.Client({ connectionString: new URL(`/${database}`, url).href });
  await dead.connect();
  await dead.query(`BEGIN; ${index.definition}`);

  let ended = false;
  const restored = collection.endBulkLoad?.(token ?? null).finally(() => (ended = true));
  const waiting =
    "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'";
  while ((await server.query<{ waiting: number }>(waiting, [database])).rows[0]?.waiting !== 1)
    expect(ended).toBe(false);
  await dead.query('COMMIT');
  await restored;
  await dead.end();
  expect(await collection.prepareBulkLoad?.()).toEqual(token);
  await store.close();
});
