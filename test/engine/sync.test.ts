import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { expect, it } from 'vitest';
import { allRecords, alterCollections, filledMemory, makeRecords } from './stores.ts';

function counted(store: VectorStoreV1): { store: VectorStoreV1; written: () => number } {
  let written = 0;
  return {
    store: alterCollections(store, (collection) => ({
      upsert: (records, options) => {
        written += records.length;
        return collection.upsert(records, options);
      },
    })),
    written: () => written,
  };
}

it('a second sync right after a migration writes nothing; after 100 changes it writes just these', async () => {
  const source = await filledMemory(makeRecords(5000));
  const memory = createMemory();
  await new VectorStoreMigrator({ source, target: memory }).migrate({ sourceCollection: 'docs' });
  const target = counted(memory);
  const migrator = new VectorStoreMigrator({ source, target: target.store });
  const idle = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync' });
  expect(idle).toMatchObject({ success: true, metadata: { sync: { added: 0, changed: 0, removed: 0, equal: 5000 } } });
  expect(target.written()).toBe(0);

  const changes = makeRecords(5000)
    .filter((_record, index) => index % 50 === 0)
    .map((record, index): VectorRecord =>
      index % 2 === 0
        ? { ...record, metadata: { ...record.metadata, name: 'new' } }
        : { ...record, vectors: { '': [1, 2, 3, 4.5] } },
    );
  await (await source.openCollection('docs')).upsert(changes);
  const after = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync' });
  expect(after).toMatchObject({
    success: true,
    vectorsMigrated: 100,
    metadata: { sync: { added: 0, changed: 100, equal: 4900 } },
    verification: { passed: true },
  });
  expect(target.written()).toBe(100);
});

it('deletes what the source no longer has only when asked', async () => {
  const source = await filledMemory(makeRecords(300));
  const target = createMemory();
  const migrator = new VectorStoreMigrator({ source, target });
  await migrator.migrate({ sourceCollection: 'docs' });
  await (await source.openCollection('docs')).delete(['record-1', 'record-2', 'record-299']);
  await (await source.openCollection('docs')).upsert([{ id: 'fresh', vectors: { '': [1, 1, 1, 1] }, metadata: {} }]);
  const kept = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync' });
  expect(kept.metadata.sync).toEqual({ added: 1, changed: 0, removed: 0, equal: 297 });
  expect(await allRecords(target)).toHaveLength(301);
  const cleaned = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
  expect(cleaned).toMatchObject({
    success: true,
    metadata: { sync: { added: 0, changed: 0, removed: 3, equal: 298 } },
  });
  expect(new Set((await allRecords(target)).map(({ id }) => id))).toEqual(
    new Set((await allRecords(source)).map(({ id }) => id)),
  );
});

it('reads only what is newer with since', async () => {
  const source = await filledMemory(makeRecords(100));
  const target = createMemory();
  const migrator = new VectorStoreMigrator({ source, target });
  const result = await migrator.migrate({
    sourceCollection: 'docs',
    mode: 'sync',
    since: { field: 'index', after: 89 },
  });
  expect(result).toMatchObject({
    success: true,
    vectorsMigrated: 10,
    metadata: { vectorsRead: 10, sync: { added: 10 } },
  });
  await expect(
    migrator.migrate({
      sourceCollection: 'docs',
      mode: 'sync',
      deleteExtra: true,
      since: { field: 'index', after: 1 },
    }),
  ).rejects.toThrow(/whole source/);
  await expect(migrator.migrate({ sourceCollection: 'docs', deleteExtra: true })).rejects.toThrow(/mode: 'sync'/);
});
