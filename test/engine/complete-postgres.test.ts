import { migrate, plan, type MigrationPlan } from '@vsm/core';
import { createMemory } from '@vsm/adapter-memory';
import type { CollectionSchema, LackingSetting, VectorStoreV1 } from '@vsm/core/adapter';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPgvector } from '@vsm/adapter-pgvector';
import { openDatabase, type TestDatabase } from '../../packages/adapter-pgvector/test/database.ts';

let database: TestDatabase;
let target: VectorStoreV1;
let source: VectorStoreV1;
beforeAll(async () => {
  database = await openDatabase();
  target = createPgvector({ client: database.client, schema: database.schema });
});
afterAll(() => database.close());
beforeEach(async () => {
  source = createMemory();
  await source.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    indexes: [
      { path: 'topic', type: 'keyword' },
      { path: 'year', type: 'integer' },
      { path: 'place', type: 'geo' },
    ],
    native: {
      pgvector: {
        indexes: [{ vector: '', method: 'hnsw', operatorClass: 'vector_cosine_ops', options: { m: '24' } }],
        metadataIndex: 'jsonb_path_ops',
      },
    },
  });
  const collection = await source.openCollection('docs');
  await collection.upsert(
    Array.from({ length: 30 }, (_, at) => ({
      id: `d${at}`,
      vectors: { '': [at + 1, 1] },
      metadata: { topic: `t${at % 3}`, year: 2000 + at },
    })),
  );
});
afterEach(() => database.run('DROP TABLE IF EXISTS docs'));

const options = (): Parameters<typeof migrate>[0] => ({
  source,
  target,
  sourceCollection: 'docs',
  checkpoints: false,
});

const settings = ({ targetLacks = [] }: MigrationPlan): readonly LackingSetting[] => targetLacks;

/** As the database prints them, without their names. */
async function indexes(): Promise<string[]> {
  const rows = await database.rows(
    `SELECT indexdef FROM pg_indexes WHERE schemaname = '${database.schema}' AND tablename = 'docs'`,
  );
  return rows.map(({ indexdef }) => String(indexdef).replace(/^.* USING /, '')).toSorted();
}

const GEO = {
  setting: 'index on "place" (geo)',
  problem: 'there is none that fits every value a record may have there',
};

describe.each([
  {
    made: 'by an application, with columns of its own',
    make: () =>
      database.run('CREATE TABLE docs (id text PRIMARY KEY, embedding vector(2), year integer, metadata jsonb)'),
    year: 'btree (year)',
  },
  {
    made: 'by VSM, for another source',
    make: async () => {
      const vectors = { '': { kind: 'dense', dimension: 2 } } as const;
      await target.createCollection({ name: 'docs', vectors });
    },
    year: "btree (((metadata ->> 'year'::text))",
  },
])('a table that was made beforehand $made', ({ make, year }) => {
  beforeEach(make);

  it('is told which indexes it lacks, by name, and gets none', async () => {
    const before = await indexes();
    const made = await plan(options());
    expect(settings(made)).toEqual([
      { setting: 'search index on column "embedding" (hnsw)' },
      { setting: 'GIN index on the metadata (jsonb_path_ops)' },
      { setting: 'index on "topic" (keyword)' },
      { setting: 'index on "year" (integer)' },
      GEO,
    ]);
    expect(made.warnings).toContainEqual(
      expect.stringMatching(/the target lacks of the source: search index on .*--complete-target/),
    );
    expect(made.warnings).toContainEqual(expect.stringContaining('lacks index on "place" (geo) of the source'));
    expect(await migrate(options())).toMatchObject({ success: true });
    expect(await indexes()).toEqual(before);
  });

  it('is completed where that is asked for, and once is enough', async () => {
    const result = await migrate({ ...options(), completeTarget: true });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 30, verification: { passed: true } });
    const complete = await indexes();
    expect(complete).toHaveLength(5);
    expect(complete.join('\n')).toMatch(/hnsw \(embedding .*vector_cosine_ops\) WITH \(m='24'\)/);
    expect(complete).toContainEqual('gin (metadata jsonb_path_ops)');
    expect(complete).toContainEqual("gin (((metadata -> 'topic'::text)) jsonb_path_ops)");
    expect(complete.join('\n').replaceAll('CASE\n', '')).toContain(
      year.startsWith('btree (year') ? year : "'year'::text",
    );

    expect(settings(await plan(options()))).toEqual([GEO]);
    await migrate({ ...options(), completeTarget: true });
    expect(await indexes()).toEqual(complete);
  });
});

it('what VSM adds to its own table, the table tells of', async () => {
  await target.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  await migrate({ ...options(), completeTarget: true });
  const described = await (
    await createPgvector({ client: database.client, schema: database.schema }).openCollection('docs')
  ).describe();
  expect(described.indexes?.map(({ path }) => path)).toEqual(['topic', 'year']);
});

it('an index that the application spells otherwise is there already', async () => {
  await database.run(`CREATE TABLE docs (id text PRIMARY KEY, embedding vector(2), metadata jsonb);
    CREATE INDEX ON docs ((metadata ->> 'topic')); CREATE INDEX ON docs ((metadata ->> 'it''s a \\ path')); CREATE INDEX ON docs USING ivfflat (embedding vector_cosine_ops) WITH (lists = 5)`);
  expect(settings(await plan(options())).slice(0, 2)).toEqual([
    {
      setting: 'hnsw vector_cosine_ops m 24 index on column "embedding"',
      problem: 'it has ivfflat vector_cosine_ops lists 5, which stays',
    },
    { setting: 'GIN index on the metadata (jsonb_path_ops)' },
  ]);
  expect(settings(await plan(options())).map(({ setting }) => setting)).not.toContain('index on "topic" (keyword)');
  const odd = { name: 'docs', vectors: {}, indexes: [{ path: "it's a \\ path", type: 'keyword' }] } as const;
  expect(await (await database.open('docs')).lacks?.(odd)).toEqual([]);
});

it('a column that cannot have an index is said to have none', async () => {
  await database.run('CREATE TABLE docs (id text PRIMARY KEY, embedding vector, year integer)');
  const wanted: CollectionSchema = {
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    indexes: [{ path: 'topic', type: 'keyword' }],
  };
  const table = await database.open('docs');
  expect(await table.lacks?.(wanted)).toEqual([
    { setting: 'search index on column "embedding"', problem: expect.stringContaining('known beforehand') },
    { setting: 'index on "topic" (keyword)', problem: 'it keeps no metadata as jsonb' },
  ]);
  await table.complete?.(wanted);
  expect(await indexes()).toHaveLength(1);
});
