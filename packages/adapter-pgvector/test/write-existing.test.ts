import { float, type JsonObject, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import { createPgvector } from '../src/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const uuid = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const record = (id: string, metadata: Metadata = {}, document?: string): VectorRecord => ({
  id,
  vectors: { '': [1, 2] },
  metadata,
  ...(document !== undefined && { document }),
});

describe('writing into an existing table', () => {
  it('casts ids, fills plain columns, and puts the rest into the metadata', async () => {
    await database.run(`
      CREATE TABLE shop (id uuid PRIMARY KEY, content text, embedding vector(2), price numeric(10,2), stock integer, tags text[],
        seen timestamptz, added timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z', metadata jsonb)`);
    const table = await database.open('shop');
    const metadata = {
      price: 12.5,
      stock: 3,
      tags: ['a "b"', 'c\\d', null],
      seen: '2026-01-02T03:04:05.678901Z',
      color: 'red',
      size: null,
      price2: float(1),
    };
    const written = await table.upsert([
      record(uuid(1), metadata, 'text'),
      record(uuid(2), { added: '2026-01-01T00:00:00Z', stock: null }),
    ]);
    expect(written).toStrictEqual({ accepted: 2, rejected: [] });
    expect(await readAll(table)).toStrictEqual([
      record(uuid(1), { ...metadata, added: '2000-01-01T00:00:00Z' }, 'text'),
      // NULL is "missing", so the null is kept beside.
      record(uuid(2), { added: '2026-01-01T00:00:00Z', stock: null }),
    ]);
    expect(await database.rows(`SELECT price, stock, metadata->>'color' AS color FROM shop ORDER BY id`)).toMatchObject(
      [
        { price: '12.50', stock: 3, color: 'red' },
        { price: null, stock: null, color: null },
      ],
    );

    await table.upsert([record(uuid(1), { stock: 4 })]);
    const [replaced] = await table.fetch([uuid(1)]);
    expect(replaced).toStrictEqual(record(uuid(1), { stock: 4, added: '2000-01-01T00:00:00Z' }));
    await table.upsert([record(uuid(1), { stock: 5 }), record(uuid(3))], { mode: 'insert-only' });
    expect((await table.fetch([uuid(1)]))[0]?.metadata['stock']).toBe(4);
    expect((await table.count()).value).toBe(3);
  });

  it.each<[string, VectorRecord, string, string]>([
    ['an id that is no uuid', record('a'), 'invalid-id', 'of type uuid'],
    ['an id in another spelling', record('ABCDEF00-0000-4000-8000-000000000001'), 'invalid-id', 'of type uuid'],
    ['a fraction where integers are', record(uuid(8), { stock: 1.5 }), 'invalid-metadata', '"stock"'],
    ['a float where integers are', record(uuid(8), { stock: float(1) }), 'invalid-metadata', '"stock"'],
    ['an integer that is too large', record(uuid(8), { stock: 3_000_000_000 }), 'refused', 'out of range'],
    ['more decimals than the column', record(uuid(8), { price: 1.239 }), 'invalid-metadata', 'it would round 1.239'],
    ['more digits than the column', record(uuid(8), { price: 123456789012 }), 'refused', 'overflow'],
    ['a text where a list is', record(uuid(8), { tags: 'a' }), 'invalid-metadata', 'takes a list'],
    ['a number in a list of texts', record(uuid(8), { tags: [1] }), 'invalid-metadata', '"tags"'],
    ['a time without a zone', record(uuid(8), { seen: '2026-01-02T03:04:05' }), 'invalid-metadata', 'has no zone'],
    ['a finer time', record(uuid(8), { seen: '2026-01-02T03:04:05.1234567Z' }), 'invalid-metadata', 'would round'],
    ['what is no time', record(uuid(8), { seen: 'soon' }), 'refused', 'invalid input syntax'],
    ['a null where one must not be', record(uuid(8), { added: null }), 'refused', 'column "added" must have a value'],
  ])('refuses %s, and that record alone', async (_what, bad, reason, detail) => {
    const table = await database.open('shop');
    const good = [1, 2, 3, 4].map((n) => record(uuid(n)));
    const result = await table.upsert([...good.slice(0, 3), bad, ...good.slice(3)]);
    expect(result).toMatchObject({ accepted: 4, rejected: [{ id: bad.id, reason }] });
    expect(result.rejected[0]?.detail).toContain(detail);
    expect(await table.fetch([bad.id])).toStrictEqual([]);
  });

  it('refuses what has no column, where there is none for metadata or the document', async () => {
    await database.run('CREATE TABLE bare (id varchar(5) PRIMARY KEY, embedding vector(2) NOT NULL, kind varchar(3))');
    const table = await database.open('bare');
    const result = await table.upsert([
      record('a', { kind: 'abc' }),
      record('b', { other: 1 }),
      record('c', { kind: null }),
      record('d', {}, 'text'),
      record('e', { kind: 'abcd' }),
      record('toolong'),
      { id: 'f', vectors: {}, metadata: {} },
    ]);
    expect(result.accepted).toBe(1);
    expect(Object.fromEntries(result.rejected.map(({ id, detail }) => [id, detail]))).toStrictEqual({
      b: 'metadata "other": there is no column for it, and the table has none for metadata',
      c: 'metadata "kind": a plain column does not tell null from missing, and the table has none for metadata',
      d: 'the table has no column for the document',
      e: 'column "kind" (character varying(3)): got 4 characters',
      toolong: 'value too long for type character varying(5)',
      f: expect.stringContaining('column "embedding" must have a value') as string,
    });
  });

  it('says before the first write what its columns must have, and refuses records without it', async () => {
    await database.run(`
      CREATE TABLE strict (id text PRIMARY KEY, content text NOT NULL, embedding vector(2) NOT NULL, kind text NOT NULL, state text NOT NULL DEFAULT 'new', metadata jsonb NOT NULL)`);
    const table = await database.open('strict');
    expect((await table.describe()).restrictions).toStrictEqual({
      emptyRecords:
        '"strict" takes no record without a document (column "content"), a vector (column "embedding"), metadata "kind": those columns are NOT NULL',
    });
    const result = await table.upsert([
      record('a', { kind: 'x' }, 'text'),
      record('b', { kind: 'x' }),
      record('c', {}, 'text'),
      record('d', { kind: null }, 'text'),
      { id: 'e', vectors: {}, metadata: { kind: 'x' }, document: 'text' },
    ]);
    expect(result.accepted).toBe(1);
    expect(result.rejected.map(({ id, detail }) => [id, /column "(\w+)" must have/.exec(detail)?.[1]])).toStrictEqual([
      ['b', 'content'],
      ['c', 'kind'],
      ['d', 'kind'],
      ['e', 'embedding'],
    ]);
  });

  it('refuses a record with U+0000 in any text, and takes the others', async () => {
    await database.run(
      'CREATE TABLE texts (id text PRIMARY KEY, content text NOT NULL, embedding vector(2), kind text, metadata jsonb)',
    );
    const table = await database.open('texts');
    const result = await table.upsert([
      record('a', { kind: 'x' }, 'text'),
      record('b', {}, 'a page\0 break'),
      record('c', { kind: 'x\0' }, 'text'),
      record('d', { deep: { 'k\0': ['x'] } }, 'text'),
      record('e\0', {}, 'text'),
      record('f', {}, 'text'),
    ]);
    expect(result.accepted).toBe(2);
    expect(result.rejected.map(({ id }) => id)).toStrictEqual(['b', 'c', 'd', 'e\0']);
    expect(result.rejected.every(({ detail }) => detail.includes('U+0000'))).toBe(true);
  });

  it('is refused whole where a column must have what no record has', async () => {
    await database.run(`
      CREATE TABLE searched (id text PRIMARY KEY, content text, embedding vector(2), words tsvector NOT NULL, metadata jsonb)`);
    const table = await database.open('searched');
    const problem = '"words" must have a value, which no record has and the database does not make';
    expect((await table.describe()).restrictions?.['access']).toContain(problem);
    await expect(table.upsert([record('a')])).rejects.toThrow(problem);
    await database.run(
      `ALTER TABLE searched DROP COLUMN words; ALTER TABLE searched ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', content)) STORED`,
    );
    const mended = await database.open('searched');
    expect((await mended.describe()).restrictions).toBeUndefined();
    expect(await mended.upsert([record('a', {}, 'two words')])).toMatchObject({ accepted: 1 });
  });

  it('refuses components and entries that the type of the column would change', async () => {
    await database.run(`CREATE TABLE narrow (id text PRIMARY KEY, half halfvec(2), bits bit(64), words sparsevec(10))`);
    const table = await database.open('narrow');
    const bits = Array.from({ length: 64 }, (_, at) => at % 2);
    const rejected = await table.upsert([
      { id: 'a', vectors: { half: [0.5, -65504], bits, words: { indices: [9, 0], values: [1, 2] } }, metadata: {} },
      { id: 'b', vectors: { half: [0.1, 1] }, metadata: {} },
      { id: 'c', vectors: { half: [1, 70000] }, metadata: {} },
      { id: 'd', vectors: { bits: bits.map((bit) => bit / 2) }, metadata: {} },
      { id: 'e', vectors: { words: { indices: [1, 2], values: [1, 0] } }, metadata: {} },
      { id: 'f', vectors: { words: { indices: [10], values: [1] } }, metadata: {} },
    ]);
    expect(rejected.accepted).toBe(1);
    expect(rejected.rejected.map(({ id }) => id)).toStrictEqual(['b', 'c', 'd', 'e', 'f']);
    expect(rejected.rejected[3]?.detail).toContain('explicit zero');
    expect((await readAll(table))[0]?.vectors).toStrictEqual({
      half: [0.5, -65504],
      bits,
      words: { indices: [0, 9], values: [2, 1] },
    });
  });

  it('works on tables whose ids the database counts, where they have one of their own', async () => {
    await database.run(`
      CREATE TABLE counted (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, vector_id text UNIQUE NOT NULL, embedding vector(2), metadata jsonb);
      CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, embedding vector(2), metadata jsonb)`);
    const counted = await database.open('counted');
    await counted.upsert([record('a', { n: 1 }), record('b')]);
    await counted.upsert([record('a', { n: 2 })]);
    expect(await readAll(counted)).toStrictEqual([record('a', { n: 2 }), record('b')]);
    const numbered = await database.open('numbered');
    expect(await numbered.upsert([record('17'), record('a')])).toMatchObject({ accepted: 1, rejected: [{ id: 'a' }] });
    expect(await readAll(numbered)).toStrictEqual([record('17')]);
  });

  it('through a client that we do not know sends texts, with the same result', async () => {
    await database.run(
      `CREATE TABLE plain_client (id text PRIMARY KEY, dense vector(2), half halfvec(2), words sparsevec(10), metadata jsonb)`,
    );
    const client = { query: (sql: string, parameters?: unknown[]) => database.client.query(sql, parameters) };
    const table = await database.open('plain_client', { client });
    const vectors = { dense: [0.1, -0], half: [0.5, 2], words: { indices: [0, 9], values: [0.1, -1] } };
    await table.upsert([{ id: 'a', vectors, metadata: {} }]);
    await (await database.open('plain_client')).upsert([{ id: 'b', vectors, metadata: {} }]);
    const [a, b] = await readAll(table);
    expect(a?.vectors).toStrictEqual(vectors);
    expect(b?.vectors).toStrictEqual(vectors);
  });
});

describe('a table whose ids nothing keeps unique', () => {
  it('is written where somebody says that they are the ids, and all rows of an id are replaced together', async () => {
    await database.run(`
      CREATE TABLE nodes (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(2));
      INSERT INTO nodes (text, node_id) VALUES ('old', 'a'), ('older', 'a'), ('other', 'b')`);
    const store = createPgvector({ client: database.client, schema: database.schema });
    const table = await store.openCollection('nodes', { adapterOptions: { pgvector: { id: 'node_id' } } });
    expect(await table.upsert([record('a', {}, 'new'), record('c', {}, 'more')])).toMatchObject({ accepted: 2 });
    const rows = `SELECT node_id AS id, text FROM nodes ORDER BY node_id, text`;
    expect(await database.rows(rows)).toStrictEqual([
      { id: 'a', text: 'new' },
      { id: 'b', text: 'other' },
      { id: 'c', text: 'more' },
    ]);
    await table.upsert([record('a', {}, 'ignored')], { mode: 'insert-only' });
    expect(await database.rows(rows)).toMatchObject([{ text: 'new' }, { text: 'other' }, { text: 'more' }]);
    // Said by nobody, the rows are what their key numbers.
    expect(await readAll(await store.openCollection('nodes'))).toHaveLength(3);
  });

  it('takes the usual columns where they are, and named ones only if they are', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    const open = (pgvector: JsonObject): Promise<unknown> =>
      store.openCollection('nodes', { adapterOptions: { pgvector } });
    await expect(open({ usual: { container: 'nowhere', document: 'embedding' } })).resolves.toBeDefined();
    await expect(open({ container: 'nowhere' })).rejects.toThrow('it has no column "nowhere"');
    await expect(open({ ignore: ['nowhere'] })).rejects.toThrow('no field "nowhere"');
    await expect(open({ colour: 'red' })).rejects.toThrow(/columns are given by id, vector, document/);
  });
});
