import type { CollectionSchema, VectorStoreV1 } from '@vsm/core/adapter';
import { VectorStoreMigrator } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPgvector } from '../src/index.ts';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

let database: TestDatabase;
let store: VectorStoreV1;
beforeAll(async () => {
  database = await openDatabase();
  store = createPgvector({ client: database.client, schema: database.schema });
});
afterAll(() => database.close());

const indexes = async (table: string): Promise<unknown[]> =>
  (
    await database.rows(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = '${database.schema}' AND tablename = '${table}' ORDER BY indexdef`,
    )
  ).map(({ indexdef }) => String(indexdef).replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ /, ''));

describe('a new table', () => {
  const full: CollectionSchema = {
    name: 'full',
    vectors: {
      '': { kind: 'dense', dimension: 3, metric: 'cosine', datatype: undefined },
      half: { kind: 'dense', dimension: 4, metric: 'manhattan', datatype: 'float16' },
      bits: { kind: 'dense', dimension: 9, metric: 'jaccard', datatype: 'bit' },
      words: { kind: 'sparse', dimension: 1000 },
      open: { kind: 'sparse', dimension: undefined },
      id: { kind: 'dense', dimension: 2, metric: undefined, datatype: undefined },
      ['long'.repeat(30)]: { kind: 'dense', dimension: 2, metric: 'dot', datatype: undefined },
    },
    ids: 'uuid',
    namespaces: true,
    fields: { year: 'integer', title: 'string' },
    indexes: [
      { path: 'year', type: 'integer' },
      { path: "it's", type: 'keyword' },
    ],
  };

  it('is described as it was asked for, also after it was opened again', async () => {
    expect(await store.createCollection(full)).toStrictEqual([]);
    const again = createPgvector({ client: database.client, schema: database.schema });
    const described = await (await again.openCollection('full')).describe();
    expect(described).toMatchObject(full);
    expect(Object.keys(described.vectors)).toStrictEqual(Object.keys(full.vectors));
    expect(await store.listCollections()).toContain('full');
  });

  it('keeps all of a record, zeros in sparse vectors included', async () => {
    const table = await store.openCollection('full');
    const record = {
      id: '00000000-0000-4000-8000-000000000001',
      namespace: 'a',
      vectors: {
        '': [1, 2, 3],
        half: [0.5, -1, 2, 65504],
        bits: [1, 0, 1, 0, 1, 0, 1, 0, 1],
        words: { indices: [1, 7, 0, 5], values: [0.5, 2, 0, -0] },
        open: { indices: [999_999_999], values: [1] },
        id: [1, 2],
        ['long'.repeat(30)]: [3, 4],
      },
      metadata: { year: 'x'.repeat(5000), "it's": [1, { deep: 'y'.repeat(5000) }] },
      document: 'text',
    };
    expect(await table.upsert([record])).toStrictEqual({ accepted: 1, rejected: [] });
    expect(await readAll(table)).toStrictEqual([record]);
    const tooFar = { ...record, vectors: { open: { indices: [1_000_000_000], values: [1] } } };
    expect(await table.upsert([tooFar])).toMatchObject({ accepted: 0, rejected: [{ reason: 'invalid-vector' }] });
    const many = { indices: Array.from({ length: 16_001 }, (_, at) => at), values: Array(16_001).fill(1) as number[] };
    expect(await table.upsert([{ ...record, vectors: { open: many } }])).toMatchObject({ accepted: 0 });
  });

  it('says which index it does not get', async () => {
    const warnings = await store.createCollection({
      name: 'large',
      vectors: { '': { kind: 'dense', dimension: 2001, metric: 'cosine' } },
      indexes: [{ path: 'place', type: 'geo' }],
    });
    expect(warnings.map(({ detail }) => detail)).toStrictEqual([
      expect.stringContaining('at most 2000 dimensions'),
      expect.stringContaining('metadata "place" gets no index'),
    ]);
  });

  it('is refused where a name would be cut or a metric does not fit, and not made', async () => {
    const vectors = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
    await expect(store.createCollection({ name: 'x'.repeat(64), vectors })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    const odd = { '': { kind: 'dense', dimension: 8, metric: 'cosine', datatype: 'bit' } } as const;
    await expect(store.createCollection({ name: 'odd', vectors: odd })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(await store.listCollections()).not.toContain('odd');
  });
});

it('a migration to the same kind of store takes the indexes along', async () => {
  await database.run(`
    CREATE TABLE origin (id bigint PRIMARY KEY, embedding vector(3), half halfvec(2), words sparsevec(50), bits bit(64), metadata jsonb);
    CREATE INDEX ON origin USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32);
    CREATE INDEX ON origin USING ivfflat (embedding vector_l2_ops) WITH (lists = 2);
    CREATE INDEX ON origin USING hnsw (half halfvec_cosine_ops) WITH (m = 4);
    CREATE INDEX ON origin USING hnsw (words sparsevec_ip_ops);
    CREATE INDEX ON origin USING hnsw (bits bit_jaccard_ops);
    CREATE INDEX ON origin USING gin (metadata jsonb_path_ops);
    CREATE INDEX ON origin USING hnsw ((binary_quantize(embedding)::bit(3)) bit_hamming_ops);
    INSERT INTO origin SELECT n, ARRAY[n, 1, 2]::vector, '[0.5,1]', '{1:1,50:2}/50', ('1' || repeat('0', 63))::bit(64), jsonb_build_object('n', n)
      FROM generate_series(1, 30) n`);
  const before = (await indexes('origin')).filter((definition) => !/binary_quantize|btree/.test(String(definition)));
  const described = await (await store.openCollection('origin')).describe();
  expect(described.notes?.join()).toContain('binary_quantize');

  const migrator = new VectorStoreMigrator({ source: store, target: store, checkpoints: false });
  const result = await migrator.migrate({ sourceCollection: 'origin', targetCollection: 'copy' });
  expect(result.errors).toStrictEqual([]);
  expect(result).toMatchObject({ success: true, vectorsMigrated: 30 });
  const after = (await indexes('copy')).filter((definition) => !/btree/.test(String(definition)));
  expect(after).toStrictEqual(before);
  expect(after).toHaveLength(6);
  expect(await store.openCollection('copy').then((copy) => copy.describe())).toMatchObject({
    vectors: described.vectors,
    ids: 'int64',
    native: described.native,
  });
});

it('settings that are no settings never become part of a statement', async () => {
  const index = {
    vector: '',
    method: 'hnsw',
    operatorClass: 'vector_l2_ops',
    options: { m: '4); DROP TABLE full; --' },
  };
  await store.createCollection({
    name: 'careful',
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } },
    native: { pgvector: { indexes: [index], metadataIndex: 'jsonb_ops); DROP TABLE full; --' } },
  });
  expect(await indexes('careful')).toStrictEqual(['USING hnsw (embedding vector_l2_ops)', 'USING btree (id)']);
});
