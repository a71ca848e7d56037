import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator } from '@vsm/core';
import { createLayout } from '@vsm/layouts';
import { expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// The table of LlamaIndex for Python has no unique node_id: an ingestion that ran twice leaves nodes twice, or a changed one beside the old.

it('nodes stored twice are a loss by name, listed, and the one that went is verified', async () => {
  const database = await createPglite();
  const node = (id: string): string => JSON.stringify({ _node_type: 'TextNode', _node_content: `{"id_":"${id}"}` });
  await database.exec(`
    CREATE EXTENSION vector;
    CREATE TABLE data_twice (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar,
      embedding vector(2));
    INSERT INTO data_twice (text, metadata_, node_id, embedding) VALUES
      ('first', '${node('a')}', 'a', '[1,0]'), ('old', '${node('b')}', 'b', '[0,1]'),
      ('first', '${node('a')}', 'a', '[1,0]'), ('new', '${node('b')}', 'b', '[0,1]'), ('third', '${node('c')}', 'c', '[1,0]')`);
  const store = createPgvector({ client: database });
  const migrator = new VectorStoreMigrator({ source: store, target: store, checkpoints: false });
  const move = {
    sourceCollection: 'data_twice',
    targetCollection: 'data_new',
    layout: createLayout({
      source: store,
      target: store,
      sourceCollection: 'data_twice',
      from: 'llamaindex-py',
      to: 'llamaindex-py',
    }),
    metric: 'cosine',
  } as const;
  await expect(migrator.migrate(move)).rejects.toThrow(/these ids are those of several records.*a, b/);
  const result = await migrator.migrate({ ...move, allowLoss: ['rejected-records'] });
  expect(result).toMatchObject({ success: false, vectorsMigrated: 3, vectorsFailed: 2 });
  expect(result.rejected.map(({ id, reason }) => `${id} ${reason}`).toSorted()).toEqual([
    'a duplicate-id',
    'b duplicate-id',
  ]);
  expect(result.verification).toMatchObject({ passed: true, expectedCount: 3, targetCount: 3, valuesCompared: 3 });
  await database.close();
});
