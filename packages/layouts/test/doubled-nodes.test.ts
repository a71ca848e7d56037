import type { PGlite } from '@electric-sql/pglite';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator, type Filter } from '@vsm/core';
import { createLayout } from '@vsm/layouts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// The table of LlamaIndex for Python has no unique node_id: an ingestion that ran twice leaves nodes twice, or a changed one beside the old.

let database: PGlite;
beforeEach(async () => {
  database = await createPglite();
  await database.exec(`CREATE EXTENSION vector;
    CREATE TABLE data_twice (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(2))`);
});
afterEach(() => database.close());

/** Nodes in the order in which they were added: id and text of each. */
async function add(...nodes: readonly (readonly [id: string, text: string])[]): Promise<void> {
  for (const [id, text] of nodes) {
    const metadata = { _node_type: 'TextNode', _node_content: `{"id_":"${id}"}` };
    await database.query(`INSERT INTO data_twice (text, metadata_, node_id, embedding) VALUES ($1, $2, $3, '[1,0]')`, [
      text,
      metadata,
      id,
    ]);
  }
}

function moving(from = 'llamaindex-py') {
  const store = createPgvector({ client: database });
  const migrator = new VectorStoreMigrator({ source: store, target: store, checkpoints: false });
  const ends = { sourceCollection: 'data_twice', targetCollection: 'data_new' };
  const layout = createLayout({
    source: store,
    target: store,
    sourceCollection: 'data_twice',
    from,
    to: 'llamaindex-py',
  });
  return { migrator, move: { ...ends, layout, metric: 'cosine' } as const };
}

const moved = async () =>
  (
    await database.query<{ row: string }>(`SELECT node_id || ' ' || text AS row FROM data_new ORDER BY node_id`)
  ).rows.map(({ row }) => row);

it.each(['llamaindex-py', 'llamaindex-py:id_column=node_id'])(
  'the newest row of a node goes, and the older ones are a loss by name, listed and verified (%s)',
  async (from) => {
    await add(['a', 'first'], ['b', 'old'], ['a', 'first'], ['b', 'new'], ['c', 'third']);
    const { migrator, move } = moving(from);
    await expect(migrator.migrate(move)).rejects.toThrow(
      /superseded-records: 2 rows of "data_twice" have a node_id that a newer row has too, of the highest id/,
    );
    const result = await migrator.migrate({ ...move, allowLoss: ['superseded-records'] });
    expect(result).toMatchObject({ success: false, vectorsMigrated: 3, vectorsFailed: 2 });
    const [first, second] = from.includes('id_column') ? ['a', 'b'] : ['1', '2'];
    expect(result.rejected).toEqual([
      { id: first, reason: 'superseded', detail: 'row 3 has the same node_id and is newer' },
      { id: second, reason: 'superseded', detail: 'row 4 has the same node_id and is newer' },
    ]);
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 3, targetCount: 3, valuesCompared: 3 });
    expect(await moved()).toEqual(['a first', 'b new', 'c third']);
  },
);

it('a sample that meets older rows alone refuses nothing, however often an ingestion ran', async () => {
  const nodes = Array.from({ length: 250 }, (_, at) => [`n${at}`, `text ${at}`] as const);
  await add(...nodes, ...nodes, ...nodes.map(([id, text]) => [id, `${text}, the third time`] as const));
  const { migrator, move } = moving();
  const plan = await migrator.plan(move);
  expect(plan.losses.map(({ name }) => name)).toEqual(['superseded-records']);
  expect(plan.sample.rejected).toBe(0);
  const result = await migrator.migrate({ ...move, allowLoss: ['superseded-records'], batchSize: 40, concurrency: 4 });
  expect(result).toMatchObject({ vectorsMigrated: 250, vectorsFailed: 500, verification: { passed: true } });
  expect(new Set(await moved())).toEqual(new Set(nodes.map(([id, text]) => `${id} ${text}, the third time`)));
});

it('a row is older than one that the filter leaves out, too', async () => {
  await add(['a', 'first'], ['a', 'second'], ['b', 'only']);
  await database.exec(`ALTER TABLE data_twice ALTER COLUMN metadata_ TYPE jsonb;
    UPDATE data_twice SET metadata_ = jsonb_build_object('tenant', text)`);
  const collection = await createPgvector({ client: database }).openCollection('data_twice', {
    adapterOptions: { pgvector: { usual: { latest: 'node_id', document: 'text', container: 'metadata_' } } },
  });
  const read = async (filter?: Filter) =>
    (await collection.scan({ limit: 10, include: [], filter })).records.map(({ id, superseded }) => [id, superseded]);
  const older = 'row 2 has the same node_id and is newer';
  const whole: [string, string | undefined][] = [
    ['1', older],
    ['2', undefined],
    ['3', undefined],
  ];
  expect(await read()).toEqual(whole);
  expect(await read({ op: 'eq', path: 'tenant', value: 'first' })).toEqual([['1', older]]);
  const fetched = await collection.fetch(['1', '2', '3']);
  expect(new Map(fetched.map(({ id, superseded }) => [id, superseded]))).toEqual(new Map(whole));
});

it('where nothing numbers the rows, nothing says which is newer, and the first goes', async () => {
  await add(['a', 'first'], ['a', 'second']);
  await database.exec('ALTER TABLE data_twice DROP CONSTRAINT data_twice_pkey');
  const { migrator, move } = moving();
  const result = await migrator.migrate({ ...move, allowLoss: ['rejected-records'] });
  expect(result.rejected).toMatchObject([{ id: 'a', reason: 'duplicate-id' }]);
  expect(await moved()).toEqual(['a first']);
});
