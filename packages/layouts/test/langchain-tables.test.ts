import type { PGlite } from '@electric-sql/pglite';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import {
  VectorStoreMigrator,
  type MigrateOptions,
  type MigrationResult,
  type RecordLayout,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { checkLayout, createLayout, listScopes, resolveScopes, splitScopes } from '@vsm/layouts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// The pair of tables in which PGVector of langchain-postgres keeps all its collections, as the framework makes it.

const FIRST = 'd412033f-0b2c-4ba7-bf5e-4f38476c18da';
const SECOND = '91b854b4-4424-467a-b61b-6e97b097cfd4';
const TABLE = 'langchain_pg_embedding';

let database: PGlite;
let store: VectorStoreV1;
beforeAll(async () => {
  database = await createPglite();
  store = createPgvector({ client: database });
  await database.exec('CREATE EXTENSION vector');
});
afterAll(() => database.close());
beforeEach(() =>
  database.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION vector;
    CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
    CREATE TABLE ${TABLE} (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection (uuid) ON DELETE CASCADE,
      embedding vector, document varchar, cmetadata jsonb);
    CREATE INDEX ix_cmetadata_gin ON ${TABLE} USING gin (cmetadata jsonb_path_ops);
    INSERT INTO langchain_pg_collection VALUES ('${FIRST}', 'first', '{"made": "first"}'), ('${SECOND}', 'second', NULL);
    INSERT INTO ${TABLE} VALUES ('a', '${FIRST}', '[1,0]', 'A', '{"page": 1}'), ('b', '${FIRST}', '[0,1]', 'B', '{}'),
      ('c', '${SECOND}', '[1,1]', 'C', '{"page": 2}');`),
);

const record = (id: string): VectorRecord => ({
  id,
  vectors: { '': [1, 2] },
  metadata: { page: 9 },
  document: `new ${id}`,
});

async function rows(): Promise<Record<string, string[]>> {
  const { rows: found } = await database.query<{ name: string; ids: string[] }>(
    `SELECT COALESCE(c.name, '') AS name, array_agg(e.id || ' ' || e.document ORDER BY e.id) AS ids
     FROM ${TABLE} e LEFT JOIN langchain_pg_collection c ON c.uuid = e.collection_id GROUP BY 1`,
  );
  return Object.fromEntries(found.map(({ name, ids }) => [name, ids]));
}

async function memoryWith(records: readonly VectorRecord[], name = 'docs'): Promise<VectorStoreV1> {
  const source = createMemory();
  await source.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  await (await source.openCollection(name)).upsert(records);
  return source;
}

const layoutOf = async (request: Parameters<typeof resolveScopes>[0]): Promise<RecordLayout> =>
  createLayout({ ...request, scopes: await resolveScopes(request) });

async function moveIn(
  ids: readonly string[],
  scope: string | undefined,
  options: Partial<MigrateOptions> = {},
  target = store,
): Promise<MigrationResult> {
  const source = await memoryWith(ids.map(record));
  const ends = { source, target, sourceCollection: 'docs', targetCollection: TABLE };
  const to = `langchain-py:version=1${scope === undefined ? '' : `,scope=${scope}`}`;
  const layout = await layoutOf({ from: 'langchain-py:store=chroma', to, ...ends });
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  return migrator.migrate({ ...collectionsOf(ends), layout, ...options });
}

describe('into one collection of several', () => {
  const mirror = { mode: 'sync', deleteExtra: true } as const;

  it('is by its name or its uuid, and the others keep every row', async () => {
    for (const scope of ['second', SECOND]) {
      expect(await moveIn(['x', 'y'], scope, mirror)).toMatchObject({
        success: true,
        verification: { passed: true, targetCount: 2 },
      });
      expect(await rows()).toStrictEqual({ first: ['a A', 'b B'], second: ['x new x', 'y new y'] });
    }
  });

  it('takes no id from another one', async () => {
    await expect(moveIn(['a', 'z'], 'second')).rejects.toThrow(
      /rejected-records: these ids belong to another part of "langchain_pg_embedding" already.*: a \(1 of 2 sampled records\)/,
    );
    const result = await moveIn(['a', 'z'], 'second', { allowLoss: ['rejected-records'] });
    expect(result).toMatchObject({ vectorsMigrated: 1, vectorsFailed: 1, rejected: [{ id: 'a' }] });
    expect(await rows()).toStrictEqual({ first: ['a A', 'b B'], second: ['c C', 'z new z'] });
  });

  it('is not begun where no record would arrive, whatever was allowed', async () => {
    await expect(moveIn(['a', 'b'], 'second', { allowLoss: ['rejected-records'] })).rejects.toThrow(
      /Every one of 2 sampled records .* would be rejected/,
    );
    expect(await rows()).toStrictEqual({ first: ['a A', 'b B'], second: ['c C'] });
  });

  it('asks which one, where the table is there', async () => {
    await expect(moveIn(['x'], undefined)).rejects.toThrow(
      /finds only rows of a collection, and "langchain_pg_embedding" has "first" \(2 records\), "second" \(1 records\).*scope=docs,version=1/,
    );
    await expect(moveIn(['x'], FIRST.replace('d4', 'e4'))).rejects.toThrow(/has no collection e412033f/);
  });

  it('makes the row of a new one, once', async () => {
    await moveIn(['x'], 'third');
    await moveIn(['y'], 'third');
    expect(await rows()).toStrictEqual({ first: ['a A', 'b B'], second: ['c C'], third: ['x new x', 'y new y'] });
    expect((await checkLayout(store, TABLE, 'langchain-py:version=1')).passed).toBe(true);
  });

  it('makes both tables as the framework does, where they are not there', async () => {
    await database.exec(`DROP TABLE ${TABLE}, langchain_pg_collection`);
    expect(await moveIn(['x'], undefined)).toMatchObject({ success: true });
    expect(await rows()).toStrictEqual({ docs: ['x new x'] });
    const { rows: facts } = await database.query<{ text: string }>(
      `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE contype IN ('f', 'u') AND connamespace = 'public'::regnamespace UNION ALL
       SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = 'ix_cmetadata_gin'::regclass`,
    );
    expect(facts.map(({ text }) => text).toSorted()).toStrictEqual([
      `CREATE INDEX ix_cmetadata_gin ON public.${TABLE} USING gin (cmetadata jsonb_path_ops)`,
      'FOREIGN KEY (collection_id) REFERENCES langchain_pg_collection(uuid) ON DELETE CASCADE',
      'UNIQUE (name)',
    ]);
  });

  it('a row of no collection is a problem to whoever checks', async () => {
    await database.exec(`INSERT INTO ${TABLE} VALUES ('lost', NULL, '[1,0]', 'L', '{}')`);
    const { findings } = await checkLayout(store, TABLE, 'langchain-py:version=1');
    expect(findings).toContainEqual(expect.objectContaining({ about: 'scope', level: 'problem' }));
  });
});

interface Collections {
  readonly sourceCollection: string;
  readonly targetCollection: string;
}

const collectionsOf = ({ sourceCollection, targetCollection }: Collections): Collections => ({
  sourceCollection,
  targetCollection,
});

describe('out of one collection of several', () => {
  const request = (from: string, target: VectorStoreV1) => ({
    from,
    to: 'langchain-py:store=chroma',
    source: store,
    target,
    sourceCollection: TABLE,
    targetCollection: 'out',
  });

  it('is by its name, and the others are neither read nor refused', async () => {
    const target = createMemory();
    const ends = request('langchain-py:version=1,scope=first', target);
    const migrator = new VectorStoreMigrator({ source: store, target, checkpoints: false });
    const layout = await layoutOf(ends);
    expect(await migrator.migrate({ ...collectionsOf(ends), layout })).toMatchObject({
      success: true,
      vectorsMigrated: 2,
      metadata: { vectorsRead: 2, plan: { totalVectors: 2, source: { scope: { name: 'first', value: FIRST } } } },
    });
    const { records } = await (await target.openCollection('out')).scan({ limit: 9, include: ['metadata'] });
    expect(records.map(({ metadata }) => metadata)).toStrictEqual([{ page: 1 }, {}]);
    // Nothing but a table like this one has a place for it.
    expect(layout.adapt({ name: TABLE, vectors: {} }).notes).toContainEqual(
      'what is kept with the name of "first" itself stays behind ("made"): records alone are moved',
    );
  });

  it('has to be said only where there are several', async () => {
    const target = createMemory();
    await expect(layoutOf(request('langchain-py:version=1', target))).rejects.toThrow(
      /several collections of LangChain for Python: "first" \(2 records\), "second" \(1 records\).*scope=first,version=1/,
    );
    await expect(layoutOf(request('langchain-py:version=1,scope=frist', target))).rejects.toThrow(
      /has no collection "frist".*"first"/,
    );
    await database.exec(`DELETE FROM ${TABLE} WHERE collection_id = '${SECOND}'`);
    expect(await resolveScopes(request('langchain-py:version=1', target))).toMatchObject({ source: { value: FIRST } });
  });

  it('is one after the other with scope=*, each with what is kept with its name', async () => {
    expect(await listScopes(store, TABLE, 'langchain-py:version=1')).toStrictEqual([
      { path: 'collection_id', value: FIRST, name: 'first', count: 2, metadata: { made: 'first' } },
      { path: 'collection_id', value: SECOND, name: 'second', count: 1 },
    ]);
    const all = request('langchain-py:version=1,scope=*', createMemory());
    expect(await splitScopes(all)).toStrictEqual(
      ['first', 'second'].map((name) => ({ name, from: `langchain-py:scope=${name},version=1`, to: all.to })),
    );
    expect(await splitScopes({ ...all, to: 'dify:store=qdrant' })).toHaveLength(2);
    const other = createPgvector({ client: database, schema: 'elsewhere' });
    await database.exec('CREATE SCHEMA elsewhere');
    const moved = { ...all, from: 'langchain-py:version=1,scope=first', to: 'langchain-py:version=1', target: other };
    const migrator = new VectorStoreMigrator({ source: store, target: other, checkpoints: false });
    const ends = { ...moved, targetCollection: TABLE };
    await migrator.migrate({ ...collectionsOf(ends), layout: await layoutOf(ends) });
    const { rows: made } = await database.query('SELECT name, cmetadata FROM elsewhere.langchain_pg_collection');
    expect(made).toStrictEqual([{ name: 'first', cmetadata: { made: 'first' } }]);
    await database.exec('DROP SCHEMA elsewhere CASCADE');
  });
});
