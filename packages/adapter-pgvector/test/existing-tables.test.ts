import { float } from '@vsm/core/adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPgvector } from '../src/index.ts';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

describe('ids of type', () => {
  it.each([
    ['bigint', ['-5', '7', '9223372036854775807']],
    ['smallint', ['-1', '0', '2']],
    ['uuid', ['00000000-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001']],
    ['varchar(20)', ["o'clock", 'Äpfel', 'a', 'b']],
    ['text', ['', 'B', 'a', '10', '9']],
    ['numeric', ['1', '2.50', '12345678901234567890123']],
    ['date', ['2024-02-29', '2025-01-01']],
  ])('%s are read, fetched and split', async (type, ids) => {
    const name = `ids_${type.replace(/\W/g, '')}`;
    await database.run(`CREATE TABLE ${name} (id ${type} PRIMARY KEY, embedding vector(2))`);
    for (const id of ids) await database.client.query(`INSERT INTO ${name} VALUES ($1, '[1,2]')`, [id]);
    const table = await database.open(name);
    const sorted = ids.toSorted();
    expect((await readAll(table, 1)).map(({ id }) => id)).toStrictEqual(sorted);
    const found = await table.fetch([...ids, 'no such id', '99', '99999999999999999999999999']);
    expect(found.map(({ id }) => id).toSorted()).toStrictEqual(sorted);

    const partitions = (await table.partition?.(2)) ?? [];
    expect(partitions).toHaveLength(2);
    const parts = await Promise.all(
      partitions.map(async (partition) => (await table.scan({ limit: 9, include: [], partition })).records),
    );
    expect(parts.flatMap((records) => records.map(({ id }) => id)).toSorted()).toStrictEqual(sorted);
    expect(parts.every((records) => records.length > 0)).toBe(true);
  });
});

describe('a table', () => {
  it('whose key has several columns gives JSON lists as ids', async () => {
    await database.run(`
      CREATE TABLE composite (tenant text, number integer, embedding vector(2), PRIMARY KEY (tenant, number));
      INSERT INTO composite VALUES ('b', 1, '[1,2]'), ('a', 10, '[3,4]'), ('a', 9, '[5,6]')`);
    const table = await database.open('composite');
    const pages = await table.scan({ limit: 2, include: [] });
    expect(pages.records.map(({ id }) => id)).toStrictEqual(['["a","9"]', '["a","10"]']);
    expect((await readAll(table, 1)).map(({ id }) => id)).toStrictEqual(['["a","10"]', '["a","9"]', '["b","1"]']);
    expect(await table.fetch(['["a","9"]', '["a","x"]', 'a'])).toMatchObject([{ vectors: { '': [5, 6] } }]);
    await table.delete(['["a","9"]']);
    expect((await table.count()).value).toBe(2);
  });

  it('without any key is read by the places of its rows, and not written', async () => {
    await database.run(`
      CREATE TABLE keyless (embedding vector(2), note text);
      INSERT INTO keyless SELECT ARRAY[n, 0]::vector, 'row ' || n FROM generate_series(1, 7) n`);
    const table = await database.open('keyless');
    const records = await readAll(table, 3);
    expect(new Set(records.map(({ metadata }) => metadata['note']))).toStrictEqual(
      new Set([1, 2, 3, 4, 5, 6, 7].map((n) => `row ${n}`)),
    );
    expect(records).toHaveLength(7);
    const described = await table.describe();
    expect(described.notes?.[0]).toContain('places of the rows (ctid)');
    expect(described.undecided?.[0]).toContain('no field is called id: say id=<field>');
    expect((await (await database.open('keyless', { id: '#row' })).describe()).undecided).toBeUndefined();
    expect(described.restrictions).toHaveProperty('access');
    await expect(table.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  it('with an id that repeats, or is missing, loses no row', async () => {
    await database.run(`
      CREATE TABLE repeating (id text, embedding vector(2));
      INSERT INTO repeating VALUES ('a', '[1,2]'), ('a', '[3,4]'), ('b', '[5,6]'), (NULL, '[7,8]')`);
    const table = await database.open('repeating');
    expect((await readAll(table, 1)).map(({ id }) => id)).toStrictEqual(['', 'a', 'a', 'b']);
  });

  it('in partitions is read whole, with a key and without', async () => {
    await database.run(`
      CREATE TABLE parted (id integer, region text, embedding vector(2), PRIMARY KEY (id, region)) PARTITION BY LIST (region);
      CREATE TABLE parted_eu PARTITION OF parted FOR VALUES IN ('eu');
      CREATE TABLE parted_us PARTITION OF parted FOR VALUES IN ('us');
      INSERT INTO parted SELECT n, CASE WHEN n % 2 = 0 THEN 'eu' ELSE 'us' END, '[1,2]' FROM generate_series(1, 6) n;
      CREATE TABLE parted_keyless (embedding vector(2), region text) PARTITION BY LIST (region);
      CREATE TABLE parted_keyless_eu PARTITION OF parted_keyless FOR VALUES IN ('eu');
      CREATE TABLE parted_keyless_us PARTITION OF parted_keyless FOR VALUES IN ('us');
      INSERT INTO parted_keyless SELECT '[1,2]', region FROM parted`);
    expect(await readAll(await database.open('parted'))).toHaveLength(6);
    const keyless = await readAll(await database.open('parted_keyless'));
    expect(new Set(keyless.map(({ id }) => id)).size).toBe(6);
  });

  it('that is a view is read by its id, equal ids and nulls included', async () => {
    await database.run(`
      CREATE TABLE base (id text PRIMARY KEY, embedding vector(2));
      INSERT INTO base VALUES ('a', '[1,2]'), ('b', '[3,4]');
      CREATE VIEW seen AS SELECT id, embedding, 1 AS version FROM base UNION ALL SELECT id, embedding, 2 FROM base;
      CREATE VIEW blind AS SELECT embedding FROM base`);
    const records = await readAll(await database.open('seen'), 1);
    expect(records.map(({ id }) => id)).toStrictEqual(['a', 'a', 'b', 'b']);
    await expect(database.open('blind')).rejects.toThrow(
      'it is a view, and no column is called id: say which one to take with id=<column>',
    );
  });

  it('of any name is read and written, and no other is touched', async () => {
    const name = '"; drop table x; --';
    await database.run(`
      CREATE TABLE x (id text PRIMARY KEY, embedding vector(2));
      CREATE TABLE """; drop table x; --" ("the ""id""" text PRIMARY KEY, "Em bed'ding" vector(2), "pageContent" text, "a;b" integer);
      INSERT INTO """; drop table x; --" VALUES ('1', '[1,2]', 'text', 5)`);
    const table = await database.open(name, { id: 'the "id"' });
    const record = { id: '2', vectors: { '': [3, 4] }, metadata: { 'a;b': 6 }, document: "it's" };
    expect(await table.upsert([record])).toStrictEqual({ accepted: 1, rejected: [] });
    expect(await readAll(table)).toStrictEqual([
      { id: '1', vectors: { '': [1, 2] }, metadata: { 'a;b': 5 }, document: 'text' },
      record,
    ]);
    expect(await table.partition?.(2)).toHaveLength(2);
    expect(await table.query({ vector: [3, 4], topK: 1, filter: { op: 'eq', path: 'a;b', value: 6 } })).toHaveLength(1);
    expect((await (await database.open('x')).count()).value).toBe(0);
  });
});

describe('vectors', () => {
  it('of every type, in several columns', async () => {
    await database.run(`
      CREATE TABLE vectors (id text PRIMARY KEY, dense vector(3), half halfvec(3), words sparsevec(1000), bits bit(64), flags bit(2));
      INSERT INTO vectors VALUES ('a', '[0.1,-0,3e-40]', '[0.1,65504,-2]', '{1:0.5,1000:-1}/1000', b'${'10'.repeat(32)}', b'10')`);
    const table = await database.open('vectors');
    const [record] = await readAll(table);
    expect(record?.vectors).toStrictEqual({
      dense: [0.1, -0, 3e-40],
      half: [0.099975586, 65504, -2],
      words: { indices: [0, 999], values: [0.5, -1] },
      bits: Array.from({ length: 64 }, (_, at) => 1 - (at % 2)),
    });
    expect(record?.metadata).toStrictEqual({ flags: '10' });
    expect((await table.describe()).vectors).toStrictEqual({
      dense: { kind: 'dense', dimension: 3, metric: undefined, datatype: undefined },
      half: { kind: 'dense', dimension: 3, metric: undefined, datatype: 'float16' },
      words: { kind: 'sparse', dimension: 1000 },
      bits: { kind: 'dense', dimension: 64, metric: undefined, datatype: 'bit' },
    });
  });

  it('in columns of a domain, and other columns of domains, are what the type below is', async () => {
    await database.run(`
      CREATE DOMAIN small_vector AS vector(2) CHECK (vector_dims(VALUE) = 2); CREATE DOMAIN my_vector AS small_vector;
      CREATE DOMAIN mark AS integer NOT NULL DEFAULT 3 CHECK (VALUE > 0); CREATE DOMAIN key AS uuid;
      CREATE TABLE domains (id key PRIMARY KEY, embedding my_vector, stars mark, metadata jsonb)`);
    const table = await database.open('domains');
    const id = '00000000-0000-4000-8000-000000000001';
    const given = [
      { id, vectors: { '': [1, 2] }, metadata: { stars: 5, other: 1 } },
      { id: id.replace('1', '2'), vectors: { '': [3, 2] }, metadata: {} },
      { id: id.replace('1', '3'), vectors: { '': [3, 2] }, metadata: { stars: -1 } },
    ];
    expect(await table.upsert(given)).toMatchObject({ accepted: 2, rejected: [{ id: given[2]?.id }] });
    expect((await readAll(table, 1)).find((record) => record.id === id)).toStrictEqual(given[0]);
    expect((await table.describe()).vectors['']).toMatchObject({ kind: 'dense', dimension: 2 });
    expect(await table.query({ vector: [1, 2], topK: 1, exact: true })).toMatchObject([{ id }]);
    expect(await createPgvector({ client: database.client, schema: database.schema }).listCollections()).toContain(
      'domains',
    );
  });

  it('of different lengths in one column are read, and said to be', async () => {
    await database.run(`
      CREATE TABLE uneven (id text PRIMARY KEY, embedding vector);
      INSERT INTO uneven VALUES ('a', '[1,2]'), ('b', '[1,2,3]'), ('c', NULL)`);
    const table = await database.open('uneven');
    expect((await readAll(table)).map(({ vectors }) => vectors)).toStrictEqual([{ '': [1, 2] }, { '': [1, 2, 3] }, {}]);
    const { vectors, notes } = await table.describe();
    expect(vectors['']).toMatchObject({ dimension: undefined });
    expect(notes?.join()).toContain('of different lengths, from 2 to 3');
  });
});

describe('plain columns', () => {
  it('keep what their types hold', async () => {
    await database.run(`
      CREATE TYPE mood AS ENUM ('good', 'bad');
      CREATE TABLE typed (id text PRIMARY KEY, embedding vector(2), big bigint, exact numeric, price numeric(10,2), ratio double precision,
        small real, flag boolean, moment timestamptz, local timestamp, day date, mood mood, tags text[], scores double precision[],
        counts integer[], key uuid, extra jsonb, span interval, nothing text);
      INSERT INTO typed VALUES ('a', '[1,2]', 9007199254740993, 123456789012345678901234567890.5, 12.50, 1, 0.1, true,
        '2026-01-02 03:04:05.678901+02', '2026-01-02 03:04:05.000001', '2026-01-02', 'good', '{a,NULL,"b c"}', '{1,2.5}',
        '{1,2}', '00000000-0000-4000-8000-000000000001', '{"deep": [1.0, {"x": null}]}', '1 day 2 hours', NULL),
        ('b', '[1,2]', 1, 100, 3, 'NaN', 'Infinity', false, 'infinity', NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL)`);
    const [a, b] = await readAll(await database.open('typed'));
    expect(a?.metadata).toStrictEqual({
      big: 9007199254740993n,
      // A double would round it.
      exact: '123456789012345678901234567890.5',
      price: 12.5,
      ratio: float(1),
      small: 0.1,
      flag: true,
      moment: '2026-01-02T01:04:05.678901Z',
      local: '2026-01-02T03:04:05.000001',
      day: '2026-01-02',
      mood: 'good',
      tags: ['a', null, 'b c'],
      scores: [float(1), 2.5],
      counts: [1, 2],
      key: '00000000-0000-4000-8000-000000000001',
      extra: { deep: [float(1), { x: null }] },
      span: '1 day 02:00:00',
    });
    expect(b?.metadata).toStrictEqual({
      big: 1,
      exact: 100,
      price: float(3),
      ratio: 'NaN',
      small: 'Infinity',
      flag: false,
      moment: 'infinity',
      tags: [],
    });
  });

  it('do not hide metadata of the same name, nor the other way round', async () => {
    await database.run(`
      CREATE TABLE doubled (id text PRIMARY KEY, embedding vector(2), source text, metadata jsonb);
      INSERT INTO doubled VALUES ('a', '[1,2]', 'column', '{"source": "metadata"}'), ('b', '[1,2]', 'column', '{}'), ('c', '[1,2]', 'column', '[1]')`);
    expect((await readAll(await database.open('doubled'))).map(({ metadata }) => metadata)).toStrictEqual([
      { source: 'metadata', source__column: 'column' },
      { source: 'column' },
      { source: 'column', metadata: [1] },
    ]);
  });
});

it('a table without vectors, or without the column that was asked for, is refused with the reason', async () => {
  await database.run('CREATE TABLE plain (id text PRIMARY KEY, flags bit(8))');
  await expect(database.open('plain')).rejects.toThrow('it has no vector column');
  await database.run('CREATE TABLE asked (id text PRIMARY KEY, embedding vector(2))');
  await expect(database.open('asked', { document: 'body' })).rejects.toThrow('no field "body"');
});
