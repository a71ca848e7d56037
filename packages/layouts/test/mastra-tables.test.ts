import type { PGlite } from '@electric-sql/pglite';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { createLayout, detectLayout } from '@vsm/layouts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';
import { allRecords } from '../../../test/engine/stores.ts';

// The tables of Mastra number their rows, and since @mastra/pg 1.2 have a namespace, within which its ids are unique.

let database: PGlite;
let store: VectorStoreV1;
beforeAll(async () => {
  database = await createPglite();
  await database.exec('CREATE EXTENSION vector');
  store = createPgvector({ client: database });
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.exec(`
    DROP TABLE IF EXISTS chunks, made;
    CREATE TABLE chunks (id serial PRIMARY KEY, vector_id text NOT NULL, embedding vector(2), metadata jsonb DEFAULT '{}',
      namespace varchar(255) NOT NULL DEFAULT 'default');
    CREATE UNIQUE INDEX chunks_namespace_vector_id_idx ON chunks (namespace, vector_id);
    INSERT INTO chunks (vector_id, embedding, metadata) VALUES
      ('chunk-a', '[1,2]', '{"text": "first", "page": 1}'), ('chunk-b', '[3,4]', '{"text": "second"}')`);
});

interface Ends {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  readonly from: string;
  readonly to: string;
}

async function move(ends: Ends, mode: 'copy' | 'sync' = 'copy'): Promise<MigrationResult> {
  const { source, target, sourceCollection, targetCollection } = ends;
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  return migrator.migrate({ sourceCollection, targetCollection, mode, layout: createLayout(ends), metric: 'cosine' });
}

const rows = async (table: string): Promise<unknown> =>
  (await database.query(`SELECT vector_id, namespace, metadata FROM ${table} ORDER BY vector_id`)).rows;

it('a table with a namespace is read by the ids of the application, and written again in place', async () => {
  expect((await detectLayout(store, 'chunks'))?.layout).toBe('mastra');
  const memory = createMemory();
  const there = { source: store, target: memory, from: 'mastra', to: 'mastra:store=qdrant' };
  await move({ ...there, sourceCollection: 'chunks', targetCollection: 'away' });
  expect(
    (await allRecords(memory, 'away')).map(({ id, namespace, metadata }) => ({ id, namespace, metadata })),
  ).toEqual([
    { id: 'chunk-a', namespace: undefined, metadata: { text: 'first', page: 1 } },
    { id: 'chunk-b', namespace: undefined, metadata: { text: 'second' } },
  ]);

  const before = await rows('chunks');
  const back = { source: memory, target: store, from: 'mastra:store=qdrant', to: 'mastra', sourceCollection: 'away' };
  const again = await move({ ...back, targetCollection: 'chunks' }, 'sync');
  expect(again).toMatchObject({ success: true, verification: { passed: true, targetCount: 2 } });
  expect(await rows('chunks')).toEqual(before);

  await move({ ...back, targetCollection: 'made' });
  expect(await rows('made')).toEqual(before);
  const { rows: unique } = await database.query<{ columns: string }>(
    `SELECT pg_get_constraintdef(oid) AS columns FROM pg_constraint WHERE conrelid = 'made'::regclass AND contype = 'u'`,
  );
  expect(unique).toEqual([{ columns: 'UNIQUE (namespace, vector_id)' }]);
});

it('records of another namespace are refused by name where the target has no place for it', async () => {
  await database.exec(
    `INSERT INTO chunks (vector_id, embedding, metadata, namespace) VALUES ('chunk-a', '[5,6]', '{}', 'tenant')`,
  );
  const target = { ...createMemory(), adapter: 'qdrant' };
  const flat = { ...target, capabilities: { ...target.capabilities, namespaces: false } };
  const ends = { source: store, target: flat, from: 'mastra', to: 'mastra', sourceCollection: 'chunks' };
  await expect(move({ ...ends, targetCollection: 'away' })).rejects.toThrow(/no place for "tenant"/);
});

it('a table of a version that had no namespace is written where the layout says so', async () => {
  await database.exec(
    `DROP INDEX chunks_namespace_vector_id_idx; ALTER TABLE chunks DROP COLUMN namespace, ADD UNIQUE (vector_id)`,
  );
  const memory = createMemory();
  const there = { source: store, target: memory, from: 'mastra', to: 'mastra:store=qdrant' };
  await move({ ...there, sourceCollection: 'chunks', targetCollection: 'away' });
  const back = { source: memory, target: store, from: 'mastra:store=qdrant', sourceCollection: 'away' };
  // Before anything is written.
  await expect(move({ ...back, to: 'mastra', targetCollection: 'chunks' })).rejects.toThrow(
    /the table has no column for the namespace "default"/,
  );
  const result = await move({ ...back, to: 'mastra:namespace=', targetCollection: 'chunks' });
  expect(result).toMatchObject({ success: true, verification: { passed: true, targetCount: 2 } });
});
