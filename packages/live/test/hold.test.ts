import { createMemory } from '@vsm/adapter-memory';
import { VsmError } from '@vsm/core';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, joinMove, planMove, TIMINGS } from '@vsm/live';
import { expect, test } from 'vitest';
import { Scheduler } from '../../distributed/test/simulation/scheduler.ts';

test('a write that a switch holds fails in time where the journal does not answer', async () => {
  const scheduler = new Scheduler(1);
  const clock = {
    now: () => scheduler.now,
    sleep: (ms: number, signal?: AbortSignal) => scheduler.sleep(ms, undefined, signal),
  };
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } });
  const journal = createJournal(memoryStorage({ now: () => scheduler.now }), 'move');
  await journal.create(await planMove({ move: 'move', source, target: createMemory(), sourceCollection: 'docs' }));
  await journal.change(1, { phase: 'switching', from: 'canary', to: 'switched', holdMs: TIMINGS.hold });
  const never = new Promise<never>(() => undefined);
  let away = false;
  const live = await joinMove(
    { ...journal, beat: (beat) => (away ? never : journal.beat(beat)), fallBack: () => never },
    { clock },
  );
  away = true;
  let failed: unknown;
  const fails = async (): Promise<never> => {
    throw new Error('not this one');
  };
  const written = live.write(['a'], { source: fails, target: fails }).catch((error: unknown) => (failed = error));
  await scheduler.run(() => failed !== undefined, 60_000);
  await written;
  expect(VsmError.isInstance(failed) && failed.code).toBe('ABORTED');
  expect(scheduler.now).toBeLessThanOrEqual(TIMINGS.hold + TIMINGS.answer + 1);
});
