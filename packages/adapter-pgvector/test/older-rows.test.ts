import type { Partition } from '@vsm/core/adapter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../src/client.ts';
import { readTable } from '../src/catalog.ts';
import { OlderRows } from '../src/older-rows.ts';
import { scanPage } from '../src/read.ts';
import { openDatabase, type TestDatabase } from './database.ts';

const ROWS = 300;
const usual = { latest: 'node_id' };

let database: TestDatabase;
/** Row number → the newest row of its node, where it has a newer one. */
const newest = new Map<number, number>();

beforeAll(async () => {
  database = await openDatabase();
  const nodes = Array.from({ length: ROWS }, (_, at) => (at * at) % 71);
  const last = new Map(nodes.map((node, at) => [node, at + 1]));
  for (const [at, node] of nodes.entries()) if (last.get(node) !== at + 1) newest.set(at + 1, last.get(node) ?? 0);
  await database.run(`
    CREATE TABLE ${database.schema}.nodes (id bigserial PRIMARY KEY, node_id varchar, embedding vector(2));
    INSERT INTO ${database.schema}.nodes (node_id, embedding)
      SELECT 'node ' || (at * at) % 71, '[1,0]' FROM generate_series(0, ${ROWS - 1}) AS at;
    INSERT INTO ${database.schema}.nodes (node_id, embedding) VALUES (NULL, '[1,0]'), (NULL, '[1,0]')`);
});
afterAll(() => database.close());

it.each([2, 7, 1000])('all are told, with the newest of each, while %i are remembered at once', async (remembered) => {
  const connection = connect({ client: database.client, schema: database.schema });
  const table = await readTable(connection, database.schema, 'nodes', { columns: { usual }, visibleRowsOnly: false });
  if (table === undefined) throw new Error('there is no table');
  if (table.layout.latest === undefined) throw new Error('nothing says which row is newer');
  const older = new OlderRows(connection, table, table.layout.latest, remembered);
  expect(await older.count()).toBe(newest.size);
  const found = new Map<number, number>();
  let rows = 0;
  const read = async (partition?: Partition): Promise<void> => {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await scanPage(connection, table, { limit: 20, include: [], cursor, partition }, older);
      rows += page.records.length;
      for (const { id, superseded } of page.records) {
        const [, newer] = /^row (\d+) has the same node_id and is newer$/.exec(superseded ?? '') ?? [];
        if (newer !== undefined) found.set(Number(id), Number(newer));
      }
      cursor = page.cursor;
    }
  };
  await read();
  expect(rows).toBe(ROWS + 2);
  expect(found).toEqual(newest);
  // Parts that are read side by side, more of them than are remembered.
  found.clear();
  const collection = await database.open('nodes');
  await Promise.all(((await collection.partition?.(12)) ?? []).map(read));
  expect(found).toEqual(newest);
});

it('a page that is read again after a crash, by another process, tells the same', async () => {
  const options = { adapterOptions: { pgvector: { usual } } };
  const open = async () => {
    const { createPgvector } = await import('../src/index.ts');
    return createPgvector({ client: database.client, schema: database.schema }).openCollection('nodes', options);
  };
  const first = await (await open()).scan({ limit: 150, include: [] });
  const request = { limit: 150, include: [], cursor: first.cursor ?? undefined } as const;
  const again = await (await open()).scan(request);
  const told = [...first.records, ...again.records].filter(({ superseded }) => superseded !== undefined);
  expect(told.map(({ id }) => Number(id))).toEqual([...newest.keys()]);
});

it('a description says how many there are', async () => {
  const { createPgvector } = await import('../src/index.ts');
  const store = createPgvector({ client: database.client, schema: database.schema });
  const collection = await store.openCollection('nodes', { adapterOptions: { pgvector: { usual } } });
  expect((await collection.describe()).superseded).toEqual({
    records: newest.size,
    detail: `${newest.size} rows of "nodes" have a node_id that a newer row has too, of the highest id`,
  });
  expect((await (await store.openCollection('nodes')).describe()).superseded).toBeUndefined();
});

it.each(['json', 'jsonb'])('a filter does not make an older row the newest, over %s', async (type) => {
  const name = `filtered_${type}`;
  await database.run(`
    CREATE TABLE ${database.schema}.${name} (id bigserial PRIMARY KEY, node_id varchar, metadata_ ${type}, embedding vector(2));
    INSERT INTO ${database.schema}.${name} (node_id, metadata_, embedding) VALUES
      ('changed', '{"lang":"en"}', '[1,0]'), ('kept', '{"lang":"en"}', '[1,0]'),
      ('twice', '{"lang":"en"}', '[1,0]'), ('changed', '{"lang":"de"}', '[1,0]'), ('twice', '{"lang":"en"}', '[1,0]')`);
  const { createPgvector } = await import('../src/index.ts');
  const store = createPgvector({ client: database.client, schema: database.schema });
  const columns = { id: 'id', container: 'metadata_', usual };
  const collection = await store.openCollection(name, { adapterOptions: { pgvector: columns } });
  const filter = { op: 'eq', path: 'lang', value: 'en' } as const;
  const { records } = await collection.scan({ limit: 10, include: ['metadata'], filter });
  const newer = (row: number): string => `row ${row} has the same node_id and is newer`;
  expect(records.map(({ id, superseded }) => [id, superseded])).toEqual([
    ['1', newer(4)],
    ['2', undefined],
    ['3', newer(5)],
    ['5', undefined],
  ]);
});
