import { createMemory } from '@vsm/adapter-memory';
import { migrate, type MigrationResult } from '@vsm/core';
import { createEngine, startRun, work, type FleetStores } from '@vsm/distributed';
import { memoryQueue } from '@vsm/distributed/memory';
import { describe, expect, test } from 'vitest';
import { memoryLedger, seeded } from './stores.ts';

/** What differs between two runs of the same: times and ids. */
function withoutTimes({
  runId: _id,
  startedAt: _s,
  completedAt: _c,
  durationSeconds: _d,
  metadata,
  verification,
  ...rest
}: MigrationResult) {
  const { vectorsRead, vectorsDropped, droppedReasons, bytes, sync, dryRun } = metadata;
  const { durationSeconds: _v, ...compared } = verification ?? { durationSeconds: 0 };
  return { ...rest, compared, metadata: { vectorsRead, vectorsDropped, droppedReasons, bytes, sync, dryRun } };
}

describe('a run of two workers', () => {
  test('comes to the same result as one in one process', async () => {
    const source = await seeded(1000);
    const alone = await migrate({
      source,
      target: createMemory(),
      sourceCollection: 'docs',
      batchSize: 40,
      checkpoints: false,
    });

    const target = createMemory();
    const ledger = memoryLedger();
    const queue = memoryQueue();
    const { runId } = await startRun({
      ledger,
      queue,
      source,
      target,
      sourceCollection: 'docs',
      batchSize: 40,
      parts: 2000,
    });
    const stores = async (): Promise<FleetStores> => ({ source, target });
    const outcomes = await Promise.all(
      ['one', 'two'].map((name) =>
        work({
          ledger,
          queue,
          engine: createEngine({ ledger, stores, slots: 2 }),
          slots: 2,
          until: runId,
          name,
          onProblem: ({ error }) => {
            throw error;
          },
        }),
      ),
    );
    expect(await ledger.run(runId)).toMatchObject({ state: 'done', failed: 0 });
    expect(outcomes.map(({ itemsDone }) => itemsDone).reduce((sum, count) => sum + count)).toBe(3 + 2 + 2);
    const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
    expect(withoutTimes(value as MigrationResult)).toEqual(withoutTimes(alone));
  });
});
