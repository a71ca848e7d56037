import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient } from '@libsql/client';
import { RemoteError, type VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { openLocation } from '../src/index.ts';
import { blob, folderOfFiles, readAll } from './database.ts';

const { open, sql, path, database } = folderOfFiles();

/** Every file of the folder with a digest of its bytes. */
function digests(): Record<string, string> {
  const folder = dirname(path());
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

const TABLE = 'CREATE TABLE docs (id TEXT PRIMARY KEY, embedding F32_BLOB(1))';
const fill = (from: number, to: number): string =>
  `INSERT INTO docs VALUES ${Array.from({ length: to - from }, (_, at) => `('${String(from + at).padStart(4, '0')}', ${blob(from + at)})`).join(', ')}`;

describe.each(['delete', 'wal'])('as a source, in journal mode %s', (mode) => {
  it('a file is read without a byte changed or a file left behind', async () => {
    sql(
      `PRAGMA journal_mode = ${mode}`,
      TABLE,
      fill(0, 5),
      'CREATE VIRTUAL TABLE v USING vec0(embedding float[1])',
      `INSERT INTO v VALUES (1, ${blob(1)})`,
    );
    const before = digests();
    expect(Object.keys(before)).toEqual(['test.db']);
    const store = open();
    expect(await store.listCollections()).toEqual(['docs', 'v']);
    for (const name of ['docs', 'v']) {
      const collection = await store.openCollection(name);
      await collection.describe();
      await collection.count();
      await collection.partition?.(3);
      await readAll(collection);
      await collection.query({ vector: [1], topK: 1 }).catch(() => undefined);
    }
    expect(digests()).toEqual(before);
    await store.close();
    expect(digests()).toEqual(before);
  });

  it('what others write between two pages is seen, and no row is read twice or left out', async () => {
    sql(`PRAGMA journal_mode = ${mode}`, TABLE, fill(0, 6));
    const collection = await open().openCollection('docs');
    const first = await collection.scan({ limit: 2, include: ['vectors'] });
    sql(
      `DELETE FROM docs WHERE id = '0000'`,
      `UPDATE docs SET embedding = ${blob(77)} WHERE id IN ('0001', '0004')`,
      `INSERT INTO docs VALUES ('0002b', ${blob(9)}), ('0000b', ${blob(9)})`,
    );
    const rest = await readAll(collection, 2, first.cursor ?? '');
    expect([...first.records, ...rest].map(({ id, vectors }) => [id, (vectors[''] as Float32Array)[0]])).toEqual([
      ['0000', 0],
      ['0001', 1],
      ['0002', 2],
      ['0002b', 9],
      ['0003', 3],
      ['0004', 77],
      ['0005', 5],
    ]);
  });

  it('a snapshot is read as it was at the first call, while others write', async () => {
    sql(`PRAGMA journal_mode = ${mode}`, TABLE, fill(0, 6));
    const store = open({ snapshot: true });
    expect(store.capabilities).toMatchObject({ scan: 'snapshot', access: 'read-only' });
    const collection = await store.openCollection('docs');
    const first = await collection.scan({ limit: 2, include: [] });
    const writer = database();
    let refusal = '';
    try {
      writer.exec(`PRAGMA busy_timeout = 0; DELETE FROM docs WHERE id > '0001'`);
    } catch (error) {
      refusal = String(error);
    }
    // Without a write-ahead log, whoever reads keeps others from writing.
    expect(refusal.includes('locked')).toBe(mode === 'delete');
    writer.close();
    const rest = await readAll(collection, 2, first.cursor ?? '');
    expect(rest.map(({ id }) => id)).toEqual(['0002', '0003', '0004', '0005']);
    await expect(collection.upsert([{ id: 'x', vectors: {}, metadata: {} }])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });
});

it.each([false, true])(
  'what a process had half-written when it died is rolled back (snapshot: %s)',
  async (snapshot) => {
    sql(TABLE, fill(0, 400));
    const writer = database();
    // With no room in memory, a transaction reaches the file before it is committed.
    writer.exec('PRAGMA cache_size = 1; BEGIN; DELETE FROM docs; CREATE TABLE half (id)');
    writer.exec(
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO half SELECT i FROM n`,
    );
    const left = [path(), `${path()}-journal`].map((file) => [file, readFileSync(file)] as const);
    writer.exec('ROLLBACK');
    writer.close();
    for (const [file, bytes] of left) writeFileSync(file, bytes);
    const store = open({ snapshot });
    expect(await store.listCollections()).toEqual(['docs']);
    expect(await readAll(await store.openCollection('docs'))).toHaveLength(400);
    // While it is open, another one dies.
    if (snapshot) return;
    for (const [file, bytes] of left) writeFileSync(file, bytes);
    expect(await readAll(await store.openCollection('docs'))).toHaveLength(400);
  },
);

it('a file in WAL mode that somebody opens meanwhile is read through its log', async () => {
  sql('PRAGMA journal_mode = wal', TABLE, fill(0, 4));
  const collection = await open().openCollection('docs');
  expect((await collection.count()).value).toBe(4);
  const writer = database();
  writer.exec(`DELETE FROM docs WHERE id = '0003'`);
  expect((await collection.count()).value).toBe(3);
  writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  writer.exec(fill(10, 20));
  writer.close();
  expect((await collection.count()).value).toBe(13);
});

it.each(['sqlite', 'libsql'] as const)(
  'looking into a file that is not there does not make it, by %s',
  async (engine) => {
    const store = open({ engine });
    expect(await store.listCollections()).toEqual([]);
    await expect(store.openCollection('docs')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.dropCollection?.('docs');
    expect(existsSync(path())).toBe(false);
  },
);

/** Holds the file for writing, by the engine under test: those of one process do not see each other's locks. */
async function hold(engine: 'sqlite' | 'libsql'): Promise<() => Promise<void>> {
  if (engine === 'sqlite') {
    const writer = database();
    writer.exec('BEGIN IMMEDIATE');
    return async () => writer.close();
  }
  const client = createClient({ url: `file:${path()}` });
  const transaction = await client.transaction('write');
  return async () => {
    transaction.close();
    client.close();
  };
}

it.each(['sqlite', 'libsql'] as const)(
  'a file that somebody else is writing to is worth another try, by %s',
  async (engine) => {
    sql(TABLE);
    const collection = await open({ engine }).openCollection('docs');
    const letGo = await hold(engine);
    const record: VectorRecord = { id: 'a', vectors: { '': [1] }, metadata: {} };
    const error: unknown = await collection.upsert([record]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
    await letGo();
    expect(await collection.upsert([record])).toEqual({ accepted: 1, rejected: [] });
  },
);

it('a file that one engine has open is kept from the other, as neither sees the locks of the other', async () => {
  sql(TABLE);
  const first = open();
  await first.listCollections();
  const other = open({ engine: 'libsql' });
  await expect(other.listCollections()).rejects.toMatchObject({ code: 'CONFLICT' });
  await first.close();
  expect(await other.listCollections()).toEqual(['docs']);
  await expect(open().listCollections()).rejects.toThrow('cannot open');
});

it('what is no database says so', async () => {
  sql(TABLE);
  writeFileSync(path(), 'no database at all '.repeat(100));
  await expect(open().listCollections()).rejects.toThrow('is no SQLite database');
});

it('a bulk load drops the index of libSQL and builds it again as it was, others’ too', async () => {
  const client = createClient({ url: `file:${path()}` });
  await client.execute(TABLE.replace('(1)', '(2)'));
  await client.execute(`CREATE INDEX "mine" ON docs (libsql_vector_idx("embedding", 'metric=l2', 'max_neighbors=8'))`);
  const indexes = async (): Promise<unknown> =>
    (await client.execute(`SELECT sql FROM sqlite_schema WHERE sql LIKE '%libsql_vector_idx%'`)).rows.map(
      ({ sql: text }) => text,
    );
  const before = await indexes();
  const collection = await open({ engine: 'libsql' }).openCollection('docs');
  const token = (await collection.prepareBulkLoad?.()) ?? null;
  expect(await indexes()).toEqual(before);
  await collection.beginBulkLoad?.(token);
  expect(await indexes()).toEqual([]);
  await collection.upsert(['a', 'b', 'c'].map((id, at) => ({ id, vectors: { '': [at, 1] }, metadata: {} })));
  await collection.endBulkLoad?.(token);
  expect(await indexes()).toEqual(before);
  const { rows } = await client.execute(`SELECT id FROM vector_top_k('mine', vector('[2,1]'), 1)`);
  expect(rows).toHaveLength(1);
  client.close();
  // By the index, as nothing else was asked for.
  expect(await collection.query({ vector: [2, 1], topK: 2 })).toMatchObject([{ id: 'c' }, { id: 'b' }]);
});

describe('locations', () => {
  it('name the file and the table', async () => {
    sql(TABLE);
    for (const [location, collection, engine] of [
      [`sqlite:${path()}`, undefined, undefined],
      [`sqlite:${path()}/docs`, 'docs', undefined],
      [`sqlite:${path()}/*`, '*', undefined],
      [`sqlite:${path()}?table=a%2Fb`, 'a/b', undefined],
      [`sqlite-vec:${path('new.db')}/docs`, 'docs', undefined],
      [`libsql:${path()}/docs`, 'docs', 'libsql'],
    ] as const) {
      const opened = openLocation(location);
      expect(opened.collection).toBe(collection);
      expect(opened.store.location).toBe(`sqlite:${location.includes('new') ? path('new.db') : path()}`);
      expect(opened.store.capabilities.vectors.includes('named')).toBe(!location.startsWith('sqlite-vec'));
      expect(opened.store.capabilities.metrics.includes('manhattan')).toBe(engine !== 'libsql');
      await opened.store.close();
    }
  });

  it('lead to Turso, without the token', () => {
    const { store, collection } = openLocation('libsql://db-org.turso.io/docs', { apiKey: 'secret-token' });
    expect([store.location, collection]).toEqual(['libsql://db-org.turso.io', 'docs']);
    expect(openLocation('turso:db-org.turso.io/docs').store.location).toBe('libsql://db-org.turso.io');
    expect(() => openLocation('sqlite:./a.db/docs?tabel=x')).toThrow('Did you mean "table"');
  });
});

it('options that do not fit are refused by name', () => {
  expect(() => open({ path: 'a', url: 'libsql://b' })).toThrow('exactly one of path, url and client');
  expect(() => open({ engine: 'libsql', tables: 'vec0' })).toThrow('libSQL has no vec0 tables');
  expect(() => open({ engine: 'libsql', snapshot: true })).toThrow('snapshot is for a path');
});

it('a client of one’s own stays open, and must not round integers', async () => {
  sql(TABLE, fill(0, 2));
  const rounding = createClient({ url: `file:${path()}` });
  await expect(open({ client: rounding }).listCollections()).rejects.toThrow('intMode');
  rounding.close();
  const client = createClient({ url: `file:${path()}`, intMode: 'bigint' });
  const store = open({ client });
  expect(await readAll(await store.openCollection('docs'))).toHaveLength(2);
  await store.close();
  expect(client.closed).toBe(false);
  client.close();
});

it('records without a vector come and go under an index of libSQL', async () => {
  const store = open({ engine: 'libsql' });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection('docs');
  const bare = (id: string): VectorRecord => ({ id, vectors: {}, metadata: {} });
  const full = (id: string): VectorRecord => ({ id, vectors: { '': [1, 2] }, metadata: {} });
  expect(await collection.upsert([bare('a'), bare('b'), full('c')])).toMatchObject({ accepted: 3 });
  expect(await collection.upsert([full('a'), bare('c')])).toMatchObject({ accepted: 2 });
  await collection.delete(['b', 'c']);
  expect((await readAll(collection)).map(({ id }) => id)).toEqual(['a']);
  expect(await collection.query({ vector: [1, 2], topK: 3 })).toMatchObject([{ id: 'a' }]);
});

it('a row of a vec0 table that is replaced between two pages is read once', async () => {
  const store = open({ tables: 'vec0' });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1 } } });
  const collection = await store.openCollection('docs');
  const records = ['a', 'b', 'c', 'd'].map((id, at): VectorRecord => ({ id, vectors: { '': [at] }, metadata: {} }));
  await collection.upsert(records);
  const first = await collection.scan({ limit: 2, include: [] });
  // Replacing is deleting and inserting here: the rows get new numbers.
  await collection.upsert(records.slice(0, 3));
  const rest = await readAll(collection, 2, first.cursor ?? '');
  expect([...first.records, ...rest].map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(await collection.witness?.()).toMatchObject({ count: 4 });
});

it('where the index of libSQL finds too few, every row is compared', async () => {
  const client = createClient({ url: `file:${path()}`, intMode: 'bigint' });
  const store = open({
    client: {
      async execute(statement: { sql: string; args: (null | bigint | number | string | Uint8Array)[] }) {
        const { rows } = await client.execute(statement);
        // As about one search in fifty does after rows were replaced.
        return { rows: statement.sql.includes('vector_top_k') ? rows.slice(-1) : rows };
      },
      batch: (statements, mode) => client.batch(statements, mode),
      close: () => client.close(),
    },
  });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
  const collection = await store.openCollection('docs');
  await collection.upsert([1, 2, 3].map((at) => ({ id: `${at}`, vectors: { '': [at, 0] }, metadata: {} })));
  await collection.flush?.();
  expect((await collection.query({ vector: [0, 0], topK: 2 })).map(({ id }) => id)).toEqual(['1', '2']);
  await store.close();
  client.close();
});
