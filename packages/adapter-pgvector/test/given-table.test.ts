import type { CollectionSchema, JsonObject } from '@vsm/core/adapter';
import { createPgvector } from '../src/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

// Tables of the form that an application makes for itself, as a layout asks for them.

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const A = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01';

function schemaOf(name: string, table: JsonObject): CollectionSchema {
  return {
    name,
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } },
    indexes: [{ path: 'page', type: 'integer' }],
    native: { pgvector: { table } },
  };
}

async function columnsOf(table: string): Promise<unknown[]> {
  return database.rows(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required FROM pg_attribute a
     WHERE a.attrelid = '${database.schema}.${table}'::regclass AND a.attnum > 0 ORDER BY a.attname`,
  );
}

describe('a given table', () => {
  it('has the columns that were asked for, takes records and gives them back', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    const warnings = await store.createCollection(
      schemaOf('lines', {
        id: { column: 'id', type: 'uuid' },
        document: { column: 'pageContent', type: 'text', notNull: true },
        metadata: { column: 'meta', type: 'json' },
        vector: { column: 'vec' },
        fields: [{ column: 'tenant', type: 'varchar' }],
      }),
    );
    expect(warnings.map(({ feature }) => feature)).toStrictEqual(['index']);
    expect(await columnsOf('lines')).toStrictEqual([
      { name: 'id', type: 'uuid', required: true },
      { name: 'meta', type: 'json', required: false },
      { name: 'pageContent', type: 'text', required: true },
      { name: 'tenant', type: 'character varying', required: false },
      { name: 'vec', type: 'vector(3)', required: false },
    ]);
    const table = await store.openCollection('lines');
    const record = { id: A, vectors: { '': [1, 2, 3] }, metadata: { tenant: 'a', page: 1 }, document: 'first' };
    expect(await table.upsert([record])).toStrictEqual({ accepted: 1, rejected: [] });
    expect(await readAll(table)).toStrictEqual([record]);
    expect((await table.describe()).vectors).toMatchObject({ '': { dimension: 3, metric: 'cosine' } });
  });

  it('may number its rows and know them by another id', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    await store.createCollection(
      schemaOf('numbered', {
        id: { column: 'node_id', type: 'varchar' },
        metadata: { column: 'metadata_', type: 'jsonb' },
        vector: { column: 'embedding', type: 'halfvec' },
        fields: [{ column: 'id', type: 'bigint', serial: true }],
      }),
    );
    const table = await store.openCollection('numbered');
    const record = { id: 'node-a', vectors: { '': [1, 2, 3] }, metadata: { page: 1 } };
    await table.upsert([record]);
    await table.upsert([record]);
    expect(await readAll(table)).toStrictEqual([record]);
    expect(await database.rows(`SELECT id::int AS id FROM ${database.schema}.numbered`)).toHaveLength(1);
  });

  it.each<[string, JsonObject]>([
    [
      'a type of its own',
      {
        id: { column: 'id', type: 'text); DROP TABLE lines; --' },
        metadata: { column: 'm', type: 'jsonb' },
        vector: { column: 'v' },
      },
    ],
    ['no id', { metadata: { column: 'm', type: 'jsonb' }, vector: { column: 'v' } }],
    [
      'a name that is none',
      { id: { column: '', type: 'text' }, metadata: { column: 'm', type: 'jsonb' }, vector: { column: 'v' } },
    ],
  ])('is refused with %s', async (_what, table) => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    await expect(store.createCollection(schemaOf('bad', table))).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(await database.rows(`SELECT 1 FROM pg_class WHERE relname = 'bad'`)).toStrictEqual([]);
  });

  it('is refused for vectors that it has no place for', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    const schema = schemaOf('two', {
      id: { column: 'id', type: 'text' },
      metadata: { column: 'm', type: 'jsonb' },
      vector: { column: 'v' },
    });
    const vectors = { ...schema.vectors, more: { kind: 'sparse' } } as const;
    await expect(store.createCollection({ ...schema, vectors })).rejects.toThrow(/has one dense vector, in "v"/);
  });

  it('has the search vector, the indexes and the table of names that were asked for', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    await store.createCollection(
      schemaOf('searched', {
        id: { column: 'node_id', type: 'varchar', unique: false },
        document: { column: 'text', type: 'varchar' },
        metadata: { column: 'meta', type: 'jsonb', index: 'searched_gin', keyIndexes: ['ref_doc_id'] },
        vector: { column: 'embedding' },
        search: { column: 'tsv', language: 'english' },
        fields: [
          { column: 'id', type: 'bigint', serial: true },
          { column: 'page', type: 'integer' },
          {
            column: 'set_id',
            type: 'uuid',
            references: { table: 'sets', key: 'uuid', name: 'name', metadata: 'cmetadata' },
          },
        ],
      }),
    );
    const open = await store.openCollection('searched');
    const scope = { path: 'set_id', value: A, name: 'mine', metadata: { made: true } };
    await open.makeScope?.(scope);
    await open.makeScope?.(scope);
    const given = await store.openCollection('searched', {
      adapterOptions: { pgvector: { id: 'node_id' } },
    });
    const record = { id: 'n', vectors: { '': [1, 2, 3] }, metadata: { page: 1, set_id: A }, document: 'two words' };
    expect(await given.upsert([record])).toStrictEqual({ accepted: 1, rejected: [] });
    expect(await given.listScopes?.('set_id')).toStrictEqual([{ ...scope, count: 1 }]);
    expect(await given.listScopes?.('page')).toStrictEqual([{ path: 'page', value: '1', count: 1 }]);
    expect(await database.rows(`SELECT tsv @@ to_tsquery('word') AS found FROM searched`)).toStrictEqual([
      { found: true },
    ]);
    await expect(open.makeScope?.({ ...scope, value: A.replace('3b', '4b') })).rejects.toThrow(
      /another row has that name/,
    );
  });

  it('takes no language that is no word', async () => {
    const store = createPgvector({ client: database.client, schema: database.schema });
    const table = {
      id: { column: 'id', type: 'uuid' },
      document: { column: 'text', type: 'text' },
      metadata: { column: 'meta', type: 'json' },
      vector: { column: 'vec' },
      search: { column: 'tsv', language: "english', 'x" },
    };
    await expect(store.createCollection(schemaOf('evil', table))).rejects.toThrow(/native.pgvector.table/);
  });
});
