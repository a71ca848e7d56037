import { createMemory } from '@vsm/adapter-memory';
import { RemoteError, VectorStoreMigrator, type MigrationProgress, type VectorRecord } from '@vsm/core';
import { expect, it } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

// What VSM was asked for, to the letter. The README of core shows the same six.

const records = makeRecords(200).map((record, index) => ({
  ...record,
  metadata: { ...record.metadata, status: index % 2 === 0 ? 'published' : 'draft', year: 2020 + (index % 10) },
}));

it('a plain migration with validate: true is verified', async () => {
  const migrator = new VectorStoreMigrator({
    source: await filledMemory(records),
    target: createMemory(),
    validate: true,
  });
  const result = await migrator.migrate({ sourceCollection: 'docs' });
  expect(result).toMatchObject({
    success: true,
    vectorsMigrated: 200,
    verification: { passed: true, valuesCompared: 200 },
  });
});

it('a filter selects by plain values', async () => {
  const migrator = new VectorStoreMigrator({ source: await filledMemory(records), target: createMemory() });
  const result = await migrator.migrate({ sourceCollection: 'docs', filter: { status: 'published', year: 2024 } });
  expect(result).toMatchObject({ success: true, vectorsMigrated: 20 });
});

it('a dry run says what would be migrated, rejected, and how long it takes', async () => {
  const broken: VectorRecord = { id: 'broken', vectors: { '': [1, Number.NaN, 1, 1] }, metadata: {} };
  const source = alterCollections(await filledMemory(records), () => ({
    scan: async () => ({ records: [...records, broken], cursor: null }),
    partition: async () => [{ id: 'all' }],
  }));
  const target = createMemory();
  const dry = await new VectorStoreMigrator({ source, target }).migrate({ sourceCollection: 'docs', dryRun: true });
  expect(dry).toMatchObject({ vectorsMigrated: 200, vectorsFailed: 1, rejected: [{ id: 'broken' }] });
  expect(dry.durationSeconds).toBeGreaterThan(0);
  expect(await target.listCollections()).toEqual([]);
});

it.each([
  [5, true],
  [6, false],
])('of %d failures in a row, five are repeated: %s', async (failures, succeeds) => {
  let left = failures;
  const target = alterCollections(createMemory(), (collection) => ({
    upsert: async (batch, options) => {
      left -= 1;
      if (left >= 0) throw new RemoteError('away', { adapter: 'memory', retryable: true });
      return collection.upsert(batch, options);
    },
  }));
  const source = await filledMemory(records);
  // As it is asked for; the test itself waits a thousandth of that.
  expect(
    () => new VectorStoreMigrator({ source, target, maxRetries: 5, retryDelaySeconds: 2, retryBackoff: 1.5 }),
  ).not.toThrow();
  const migrator = new VectorStoreMigrator({
    source,
    target,
    maxRetries: 5,
    retryDelaySeconds: 0.002,
    retryBackoff: 1.5,
  });
  const running = migrator.migrate({ sourceCollection: 'docs', concurrency: 1 });
  const outcome = await running.then(
    () => 'done',
    (error: unknown) => String(error),
  );
  expect(outcome).toMatch(succeeds ? /done/ : /away/);
  expect(left < 0).toBe(succeeds);
});

it('tells progress with a time that is left', async () => {
  const told: MigrationProgress[] = [];
  const onProgress = (progress: MigrationProgress): void => void told.push(progress);
  const migrator = new VectorStoreMigrator({ source: await filledMemory(records), target: createMemory(), onProgress });
  await migrator.migrate({ sourceCollection: 'docs', batchSize: 20 });
  const copying = told.filter(({ phase }) => phase === 'copying');
  expect(copying.length).toBeGreaterThan(5);
  for (const { percentage, vectorsProcessed, totalVectors, etaSeconds } of copying) {
    expect(totalVectors).toBe(200);
    expect(percentage).toBe(vectorsProcessed / 2);
    expect(etaSeconds).toBeGreaterThanOrEqual(0);
  }
});

it('an estimate and a migration take the collection by the same name', async () => {
  const migrator = new VectorStoreMigrator({ source: await filledMemory(records), target: createMemory() });
  const estimate = await migrator.estimate({ collectionName: 'docs', batchSize: 50 });
  expect(estimate).toMatchObject({ totalVectors: 200, estimatedBatches: 4, compatible: true });
  expect(await migrator.migrate({ collectionName: 'docs' })).toMatchObject({ success: true, vectorsMigrated: 200 });
});
