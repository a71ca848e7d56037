import { fileURLToPath } from 'node:url';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { expect, it } from 'vitest';
import { folderOfFiles } from './database.ts';

const { open, path } = folderOfFiles();

const packages = fileURLToPath(new URL('../../../examples/demo/debian-packages-1k.parquet', import.meta.url));

async function allOf(store: VectorStoreV1, name: string): Promise<VectorRecord[]> {
  const page = await (await store.openCollection(name)).scan({ limit: 2000, include: ['vectors', 'metadata'] });
  expect(page.records).toHaveLength(1000);
  return page.records
    .map((record) => ({
      ...record,
      vectors: { '': new Uint8Array((record.vectors[''] as Float32Array).slice().buffer) },
    }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1)) as unknown as VectorRecord[];
}

it('1,000 real records go through every kind of table, and come out bit for bit', async () => {
  const file = createFile({ path: packages });
  const [name = ''] = await file.listCollections();
  const chain: VectorStoreV1[] = [
    file,
    open({ path: path('plain.db') }),
    open({ path: path('libsql.db'), engine: 'libsql', vectorIndex: false }),
    open({ path: path('vec0.db'), tables: 'vec0' }),
    createMemory(),
  ];
  for (const [at, target] of chain.entries()) {
    const source = chain[at - 1];
    if (source === undefined) continue;
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    const result = await migrator.migrate({ sourceCollection: name, metric: 'cosine' });
    expect(result).toMatchObject({ success: true });
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 1000, targetCount: 1000 });
  }
  expect(await allOf(chain.at(-1) as VectorStoreV1, name)).toEqual(await allOf(file, name));
  for (const store of chain) await store.close();
});

it('vectors of doubles arrive as they were', async () => {
  const source = createFile({ path: path('doubles'), format: 'parquet' });
  await source.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine', datatype: 'float64' } },
  });
  const doubles = await source.openCollection('docs');
  await doubles.upsert([{ id: 'a', vectors: { '': [0.1, Math.PI, 1e-300] }, metadata: {} }]);
  await doubles.flush?.();
  const target = open({ path: path('doubles.db') });
  const result = await new VectorStoreMigrator({ source, target, checkpoints: false }).migrate({
    sourceCollection: 'docs',
  });
  expect(result.verification).toMatchObject({ passed: true, expectedCount: 1 });
  const [record] = await (await target.openCollection('docs')).fetch(['a']);
  expect(record?.vectors['']).toEqual([0.1, Math.PI, 1e-300]);
});
