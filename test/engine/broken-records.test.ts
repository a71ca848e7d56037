import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords, alterCollections, among, filledMemory, makeRecords } from './stores.ts';

it('a record with a vector that the plan never saw is refused, not stripped of it', async () => {
  const store = await filledMemory(makeRecords(1000));
  // Beyond the sample of the plan, in a store that does not list its vectors beforehand.
  const late = alterCollections(store, (collection) => ({
    scan: async (request, options) => {
      const page = await collection.scan(request, options);
      const records = page.records.map((record) =>
        record.id === 'record-900' ? { ...record, vectors: { ...record.vectors, late: [1, 2] } } : record,
      );
      return { ...page, records };
    },
  }));
  const target = createMemory();
  const result = await new VectorStoreMigrator({ source: late, target }).migrate({ sourceCollection: 'docs' });
  expect(result).toMatchObject({
    success: false,
    vectorsMigrated: 999,
    rejected: [{ id: 'record-900', reason: 'invalid-vector', detail: expect.stringContaining('late') }],
  });
});

describe('a broken record', () => {
  const good = makeRecords(10);
  const broken: Record<string, VectorRecord> = {
    'of the wrong length': { ...(good[3] as VectorRecord), id: 'bad', vectors: { '': [1, 2, 3] } },
    'with NaN': { ...(good[3] as VectorRecord), id: 'bad', vectors: { '': [1, Number.NaN, 3, 4] } },
    'with Infinity': { ...(good[3] as VectorRecord), id: 'bad', vectors: { '': [1, 2, Number.POSITIVE_INFINITY, 4] } },
    'with NaN in its metadata': { ...(good[3] as VectorRecord), id: 'bad', metadata: { score: Number.NaN } },
  };

  it.each(Object.entries(broken))('%s is rejected by id, and the others arrive', async (_what, bad) => {
    const source = alterCollections(await filledMemory(good), () => ({
      scan: async () => ({ records: [...good.slice(0, 5), bad, ...good.slice(5)], cursor: null }),
      fetch: among([...good, bad]),
      partition: async () => [{ id: 'all' }],
      count: async () => ({ value: 11, exact: true }),
    }));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target });
    const dry = await migrator.migrate({ sourceCollection: 'docs', dryRun: true });
    expect(dry).toMatchObject({ success: false, vectorsMigrated: 10, vectorsFailed: 1, rejected: [{ id: 'bad' }] });
    expect(await target.listCollections()).toEqual([]);

    const result = await migrator.migrate({ sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: false, vectorsMigrated: 10, vectorsFailed: 1, rejected: [{ id: 'bad' }] });
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 10, targetCount: 10 });
    expect(await allRecords(target)).toHaveLength(10);
  });

  it('rejects the second of two records with one id, and verifies the first', async () => {
    const ten = makeRecords(10);
    const twin = { ...(ten[3] as VectorRecord), metadata: { index: 'another' } };
    const doubling = (at: number): VectorStoreV1 =>
      alterCollections(filled, () => ({
        scan: async () => ({ records: [...ten.slice(0, at), twin, ...ten.slice(at)], cursor: null }),
        fetch: among([...ten, twin]),
        partition: async () => [{ id: 'all' }],
        count: async () => ({ value: 11, exact: true }),
      }));
    const filled = await filledMemory(ten);
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: doubling(9), target });
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toThrow(/those of several records.*record-3/);
    const result = await migrator.migrate({ sourceCollection: 'docs', allowLoss: ['rejected-records'] });
    expect(result).toMatchObject({ success: false, vectorsMigrated: 10, vectorsFailed: 1 });
    expect(result.rejected).toMatchObject([{ id: 'record-3', reason: 'duplicate-id' }]);
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 10, valuesCompared: 10 });
    // A change of the one that went is found: it was not verified away with the other.
    const changedTarget = await filledMemory(ten.map((record) => (record.id === 'record-3' ? twin : record)));
    const check = new VectorStoreMigrator({ source: doubling(9), target: changedTarget });
    expect(await check.verify({ sourceCollection: 'docs' })).toMatchObject({ passed: false });
  });

  it.each(['before', 'after'])(
    'expects the first of two records with one id, where the broken one comes %s',
    async (place) => {
      const ten = makeRecords(10);
      const bad: VectorRecord = { ...(ten[3] as VectorRecord), vectors: { '': [1, Number.NaN, 3, 4] } };
      const records = place === 'before' ? [bad, ...ten] : [...ten, bad];
      const source = alterCollections(await filledMemory(ten), () => ({
        scan: async () => ({ records, cursor: null }),
        fetch: among(records),
        partition: async () => [{ id: 'all' }],
        count: async () => ({ value: 11, exact: true }),
      }));
      for (const sourceRead of ['once', 'twice'] as const) {
        const target = createMemory();
        const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
        const options = { sourceCollection: 'docs', allowLoss: ['rejected-records'], sourceRead } as const;
        const { rejected, verification } = await migrator.migrate(options);
        const reasons = rejected.map(({ id, reason }) => `${id} ${reason}`);
        const refused = ['record-3 invalid-vector', 'record-3 duplicate-id'];
        expect(reasons).toEqual(place === 'before' ? refused : refused.slice(1));
        expect(verification).toMatchObject({ passed: true, sourceRead, differences: [] });
        expect(await allRecords(target)).toHaveLength(place === 'before' ? 9 : 10);
      }
    },
  );

  describe('of two records with one id on two pages', () => {
    const ten = makeRecords(10);
    const twin = { ...(ten[3] as VectorRecord), metadata: { index: 'another' } };
    /** Pages of five; the last holds one more record, which has been there before. */
    const paged = async (again: VectorRecord): Promise<VectorStoreV1> =>
      alterCollections(await filledMemory(ten), () => ({
        scan: async ({ cursor = '0' }) => {
          const from = Number(cursor);
          return { records: [...ten, again].slice(from, from + 6), cursor: from === 0 ? '6' : null };
        },
        fetch: among([...ten, again]),
        partition: async () => [{ id: 'all' }],
        count: async () => ({ value: 11, exact: true }),
      }));

    it.each([
      ['another record', twin],
      ['the same once more', ten[3] as VectorRecord],
    ])('rejects the second, %s, by name, with verification or without, and in a dry run', async (_what, again) => {
      for (const options of [{}, { validate: false }, { dryRun: true }]) {
        const target = createMemory();
        const migrator = new VectorStoreMigrator({ source: await paged(again), target, checkpoints: false });
        const result = await migrator.migrate({ sourceCollection: 'docs', ...options });
        expect(result).toMatchObject({ success: false, vectorsMigrated: 10, vectorsFailed: 1 });
        expect(result.rejected).toMatchObject([{ id: 'record-3', reason: 'duplicate-id' }]);
        const kept = 'dryRun' in options ? [] : await allRecords(target);
        expect(kept.filter(({ metadata }) => metadata['index'] === 'another')).toEqual([]);
        expect(kept).toHaveLength('dryRun' in options ? 0 : 10);
      }
    });

    it('does not offer the second again when rejected records are replayed: it would take the place of the first', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vsm-doubled-'));
      try {
        const target = createMemory();
        const migrator = new VectorStoreMigrator({ source: await paged(twin), target, checkpoints: folder });
        const { runId } = await migrator.migrate({ sourceCollection: 'docs' });
        expect(await migrator.replayRejected(runId)).toMatchObject({
          accepted: 0,
          rejected: [{ id: 'record-3', reason: 'duplicate-id' }],
        });
        expect((await allRecords(target)).find(({ id }) => id === 'record-3')?.metadata).toEqual(ten[3]?.metadata);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('does not verify it away: a target that has only one of them is not the source', async () => {
      for (const [again, kept] of [
        [twin, ten],
        [twin, ten.map((record) => (record === ten[3] ? twin : record))],
      ] as const) {
        const migrator = new VectorStoreMigrator({ source: await paged(again), target: await filledMemory(kept) });
        for (const level of ['ids', 'values'] as const) {
          const report = await migrator.verify({ sourceCollection: 'docs', level });
          expect(report).toMatchObject({ passed: false });
          expect(report.differences).toContainEqual(
            expect.objectContaining({ id: 'record-3', field: expect.stringMatching(/the same id/) }),
          );
        }
      }
    });

    it('synchronises to the first, never from one to the other, and deletes neither as an extra one', async () => {
      const target = await filledMemory(ten);
      const migrator = new VectorStoreMigrator({ source: await paged(twin), target, checkpoints: false });
      const result = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
      expect(result.rejected).toMatchObject([{ id: 'record-3', reason: 'duplicate-id' }]);
      expect(result.verification).toMatchObject({ passed: true, expectedCount: 10 });
      expect((await allRecords(target)).find(({ id }) => id === 'record-3')?.metadata).toEqual(ten[3]?.metadata);
    });
  });

  it('tells records apart whose namespaces and ids give the same text when put together', async () => {
    const vectors = { '': [1, 2, 3, 4] };
    const records = [
      { id: 'a\0b', vectors, metadata: { which: 1 } },
      { id: 'b', namespace: 'a', vectors, metadata: { which: 2 } },
      { id: '/b', namespace: 'a', vectors, metadata: { which: 3 } },
    ];
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source: await filledMemory(records), target });
    const result = await migrator.migrate({ sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 3, verification: { expectedCount: 3 } });
  });
});
