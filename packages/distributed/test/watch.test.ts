import { createMemory } from '@vsm/adapter-memory';
import type { ObservedSharedRun, RunObserver } from '@vsm/core';
import { createEngine, startRun, watch, work } from '@vsm/distributed';
import { memoryQueue } from '@vsm/distributed/memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryLedger, seeded } from './stores.ts';

test('an observer is told of a shared run as long as it is watched, and sees what the watcher sees', async () => {
  const [source, target, ledger, queue] = [await seeded(1000), createMemory(), memoryLedger(), memoryQueue()];
  const { runId } = await startRun({ ledger, queue, source, target, sourceCollection: 'docs', parts: 2 });
  const engine = createEngine({ ledger, stores: async () => ({ source, target }), slots: 2 });
  const watched: ObservedSharedRun[] = [];
  let ended = 0;
  const observer: RunObserver = {
    runStarted: () => undefined,
    sharedRunWatched(run) {
      watched.push(run);
      return () => void (ended += 1);
    },
  };
  const working = work({ ledger, queue, engine, slots: 2, until: runId, name: 'only' });
  for await (const progress of watch(ledger, runId, { everyMs: 10, observer })) {
    expect(watched[0]?.progress()).toBe(progress);
    expect(progress.shared).toMatchObject({ takeovers: 0, paused: false });
  }
  await working;
  await queue.close();
  expect(watched).toMatchObject([{ runId, source: { collection: 'docs' } }]);
  expect(ended).toBe(1);
  expect(watched[0]?.progress()?.shared?.items).toEqual({ total: 1, done: 1, failed: 0, taken: 0 });
});

test.each([
  [
    'at once',
    () => {
      throw new Error('of the observer');
    },
  ],
  ['later, when it is told of the end', () => async () => Promise.reject(new Error('of the observer'))],
])('an observer that fails %s ends neither the watching nor the run', async (_when, sharedRunWatched) => {
  const [source, target, ledger, queue] = [await seeded(10), createMemory(), memoryLedger(), memoryQueue()];
  const { runId } = await startRun({ ledger, queue, source, target, sourceCollection: 'docs' });
  await ledger.pause(runId);
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  const observer: RunObserver = { runStarted: () => undefined, sharedRunWatched };
  for await (const { shared } of watch(ledger, runId, { observer })) {
    expect(shared).toMatchObject({ paused: true, workers: [] });
    break;
  }
  await expect.poll(() => warned.mock.calls.length).toBe(1);
  expect(warned.mock.calls[0]?.[0]).toContain('An observer failed');
  await queue.close();
});
