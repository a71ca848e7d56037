import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
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

it('leaves the indexes of a target that holds records alone', async () => {
  const source = await filledMemory(makeRecords(20));
  const memory = createMemory();
  const calls: string[] = [];
  const target = alterCollections(memory, () => ({
    prepareBulkLoad: async () => {
      calls.push('prepare');
      return {};
    },
    beginBulkLoad: async () => {
      calls.push('begin');
    },
    endBulkLoad: async () => {
      calls.push('end');
    },
  }));
  const migrator = new VectorStoreMigrator({ source, target });
  await migrator.migrate({ sourceCollection: 'docs' });
  expect(calls).toEqual(['prepare', 'begin', 'end']);
  await migrator.migrate({ sourceCollection: 'docs', mode: 'sync' });
  await migrator.migrate({ sourceCollection: 'docs' });
  expect(calls).toHaveLength(3);
});

it('is remembered, and what it found before it was interrupted still counts after', async () => {
  const source = await filledMemory(makeRecords(1000));
  const target = createMemory();
  await new VectorStoreMigrator({ source, target }).migrate({ sourceCollection: 'docs' });
  const changes = makeRecords(1000).filter((_record, index) => index % 10 === 0);
  await (await source.openCollection('docs')).upsert(changes.map((record) => ({ ...record, document: 'new' })));
  await (await source.openCollection('docs')).delete(['record-1']);
  const stop = new AbortController();
  const first = new VectorStoreMigrator({
    source,
    target,
    onProgress: ({ phase, vectorsProcessed }) => {
      if (phase === 'copying' && vectorsProcessed >= 300) stop.abort();
    },
  });
  const options = { sourceCollection: 'docs', mode: 'sync', deleteExtra: true, batchSize: 50 } as const;
  const error = await first.migrate({ ...options, signal: stop.signal }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'INTERRUPTED', resumable: true });
  const written = counted(target);
  const result = await new VectorStoreMigrator({ source, target: written.store }).resume(
    (error as { runId: string }).runId,
  );
  expect(result).toMatchObject({
    success: true,
    metadata: { sync: { added: 0, changed: 100, removed: 1, equal: 899 } },
  });
  expect(written.written()).toBeLessThan(100);
});

it('deletes nothing where the source shows fewer records than it says it holds', async () => {
  const source = await filledMemory(makeRecords(100));
  const target = createMemory();
  await new VectorStoreMigrator({ source, target }).migrate({ sourceCollection: 'docs' });
  const cut = alterCollections(source, (collection) => ({
    scan: async (request, options) => ({ ...(await collection.scan(request, options)), cursor: null }),
  }));
  const migrator = new VectorStoreMigrator({ source: cut, target });
  const run = migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true, batchSize: 10 });
  await expect(run).rejects.toThrow(/nothing was deleted/);
  expect(await allRecords(target)).toHaveLength(100);
});

it.each([
  ['the reading that tells what is extra', 1, 'says that it holds 1 records more than could be read'],
  ['the one that lists it', 2, 'gave other ids each time that it was read'],
])('deletes nothing where a record is lost in %s', async (_which, lossy, message) => {
  let readings = 0;
  const source = alterCollections(await filledMemory(makeRecords(50)), (collection) => ({
    async scan(request, options) {
      const page = await collection.scan(request, options);
      if (request.include.includes('vectors')) return page;
      readings += 1;
      return readings === lossy ? { ...page, records: page.records.filter(({ id }) => id !== 'record-7') } : page;
    },
  }));
  // Its hash begins as that of record-7, so that both are listed.
  const extra = { ...(makeRecords(1)[0] as VectorRecord), id: 'extra-37179' };
  const target = await filledMemory([...makeRecords(50), extra]);
  const options = { sourceCollection: 'docs', mode: 'sync', deleteExtra: true, concurrency: 1 } as const;
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await expect(migrator.migrate(options)).rejects.toThrow(message);
  expect((await allRecords(target)).map(({ id }) => id)).toContain('record-7');
});

it('does not delete the old version of a record that it is refused to replace', async () => {
  const source = await filledMemory(makeRecords(10));
  const memory = createMemory();
  await new VectorStoreMigrator({ source, target: memory }).migrate({ sourceCollection: 'docs' });
  const [first, ...others] = makeRecords(10);
  await (await source.openCollection('docs')).upsert([{ ...(first ?? raise()), document: 'new' }]);
  await (await source.openCollection('docs')).delete([others[0]?.id ?? raise()]);
  const picky = alterCollections(memory, (collection) => ({
    upsert: async (records, options) => {
      const taken = records.filter(({ document }) => document !== 'new');
      const result = await collection.upsert(taken, options);
      const rejected = records
        .filter((record) => !taken.includes(record))
        .map(({ id }) => ({ id, reason: 'refused' as const, detail: 'no new ones' }));
      return { ...result, rejected };
    },
  }));
  const migrator = new VectorStoreMigrator({ source, target: picky });
  const result = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
  expect(result).toMatchObject({ success: false, vectorsFailed: 1, metadata: { sync: { removed: 1 } } });
  expect((await allRecords(memory)).find(({ id }) => id === 'record-0')?.document).toBe('text of 0');
});

it('will not tell extra records from those of other namespaces by guessing', async () => {
  const records = makeRecords(10).map((record, index) => ({ ...record, namespace: index < 5 ? 'a' : 'b' }));
  const source = await filledMemory(records);
  const memory = createMemory();
  const target = { ...memory, effectiveCapabilities: async () => ({ ...memory.capabilities, namespaces: false }) };
  const migrator = new VectorStoreMigrator({ source, target });
  await migrator.migrate({ sourceCollection: 'docs' });
  const sync = { sourceCollection: 'docs', namespaces: ['a'], mode: 'sync', deleteExtra: true } as const;
  await expect(migrator.migrate(sync)).rejects.toThrow(/needs all namespaces/);
  expect(await allRecords(memory)).toHaveLength(10);
});

function raise(): never {
  throw new Error('there is no such record');
}

it.each(['parquet', 'jsonl'] as const)('leaves a finished %s file where it deleted records from it', async (format) => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-sync-'));
  try {
    const source = await filledMemory(makeRecords(20));
    const target = createFile({ path: folder, format });
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    await migrator.migrate({ sourceCollection: 'docs' });
    await (await source.openCollection('docs')).delete(['record-3', 'record-7']);
    const cleaned = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
    expect(cleaned).toMatchObject({ success: true, metadata: { sync: { removed: 2, equal: 18 } } });
    await target.close();
    expect(await readdir(folder)).toEqual([`docs.${format}`, `docs.${format}.vsm.json`]);
    const again = createFile({ path: folder });
    const left = (await allRecords(again)).map(({ id }) => id);
    expect(left).toHaveLength(18);
    expect(left).not.toContain('record-3');
    await again.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
