import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { RemoteError, VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { allRecords, alterCollections, filledMemory, makeRecords } from './stores.ts';

// Pauses between tries pass at once, and the clock shows them all the same. Fake timers do not reach the promises of Node.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.setTimerTickMode('nextTimerAsync');
  // Jitter in the middle of its range, so that pauses are the same in every run.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const OUTAGE_MS = 20_000;

/** A target that is away for twenty seconds once it has taken 500 records. */
function awayInTheMiddle(store: VectorStoreV1): { store: VectorStoreV1; refused: () => number } {
  let written = 0;
  let since: number | undefined;
  let refused = 0;
  const away = (): boolean => since !== undefined && performance.now() - since < OUTAGE_MS;
  const answer = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (!away()) return work();
    refused += 1;
    return Promise.reject(new RemoteError('connection refused', { adapter: 'memory', retryable: true }));
  };
  return {
    refused: () => refused,
    store: alterCollections(store, (collection) => ({
      upsert: (records, options) =>
        answer(async () => {
          const result = await collection.upsert(records, options);
          written += records.length;
          if (written >= 500) since ??= performance.now();
          return result;
        }),
    })),
  };
}

it('a target that goes away for 20 s in the middle is waited for', async () => {
  const memory = createMemory();
  const target = awayInTheMiddle(memory);
  const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(2000)), target: target.store });
  const started = performance.now();
  const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100 });
  expect(result).toMatchObject({ success: true, vectorsMigrated: 2000, verification: { passed: true } });
  expect(target.refused()).toBeGreaterThan(3);
  expect(result.metadata.retries).toBe(target.refused());
  expect(performance.now() - started).toBeGreaterThan(OUTAGE_MS);
  expect(await allRecords(memory)).toHaveLength(2000);
});

it('where it is not waited for, the run ends with the error of the target, and resumes', async () => {
  const memory = createMemory();
  const target = awayInTheMiddle(memory);
  const source = await filledMemory(makeRecords(2000));
  const checkpoints = await mkdtemp(join(tmpdir(), 'vsm-outage-'));
  onTestFinished(() => rm(checkpoints, { recursive: true, force: true }));
  const migrator = new VectorStoreMigrator({ source, target: target.store, maxRetries: 1, checkpoints });
  const failed: unknown = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100 }).catch((error) => error);
  const run = (await migrator.runs()).at(-1);
  expect(failed).toMatchObject({ code: 'REMOTE_FAILED', message: 'connection refused', runId: run?.runId });
  expect(run).toMatchObject({ state: 'unfinished' });
  expect(run?.vectorsWritten).toBeGreaterThanOrEqual(400);
  vi.advanceTimersByTime(OUTAGE_MS);
  const result = await migrator.resume(run?.runId ?? '');
  expect(result).toMatchObject({ success: true, vectorsMigrated: 2000, verification: { passed: true } });
});

it('where restoring its indexes fails too, the error is still that of the copy', async () => {
  const target = awayInTheMiddle(createMemory());
  const away = alterCollections(target.store, () => ({
    prepareBulkLoad: async () => 'as they were',
    beginBulkLoad: async () => undefined,
    endBulkLoad: async () => {
      throw new RemoteError('cannot restore the indexes', { adapter: 'memory', retryable: true });
    },
  }));
  const migrator = new VectorStoreMigrator({
    source: await filledMemory(makeRecords(2000)),
    target: away,
    maxRetries: 1,
    checkpoints: false,
  });
  await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 100 })).rejects.toMatchObject({
    message: 'connection refused; afterwards, too: cannot restore the indexes',
    runId: undefined,
  });
});
