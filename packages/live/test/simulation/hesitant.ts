/** Processes that stand still just where it hurts. */
import type { Journal, Timings } from '@vsm/live';
import type { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import type { Hostile } from './hostile.ts';

export interface Troubles {
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly timings: Timings;
  readonly hostile: Hostile;
  /** Whether nothing goes wrong any more. */
  readonly over: () => boolean;
}

/** Whoever looks at the marks stands still now and then just before, for less than a lease. */
export function hesitant(journal: Journal, { scheduler, process, timings, hostile, over }: Troubles): Journal {
  const { stallsAtClear } = hostile;
  return {
    ...journal,
    async *marks() {
      if (scheduler.chance(0.01)) process.stoppedUntil = scheduler.now + scheduler.between(0, timings.lease);
      await scheduler.sleep(0, process);
      yield* journal.marks();
    },
    async clear(taken, fetched) {
      const [share, least, most] = stallsAtClear ?? [0, 0, 0];
      if (share > 0 && !over() && scheduler.chance(share)) {
        process.stoppedUntil = scheduler.now + scheduler.between(least, most);
        await scheduler.sleep(0, process);
      }
      await journal.clear(taken, fetched);
    },
  };
}

/** The application stands still now and then as its begin is answered. */
export function slowToHear(journal: Journal, { scheduler, process, timings, hostile, over }: Troubles): Journal {
  const { stallsAtBegin } = hostile;
  if (stallsAtBegin === undefined) return journal;
  return {
    ...journal,
    async begin(side, keys, again) {
      const begun = await journal.begin(side, keys, again);
      if (over() || !scheduler.chance(stallsAtBegin)) return begun;
      process.stoppedUntil = scheduler.now + scheduler.between(0.6, 0.95) * timings.lease;
      await scheduler.sleep(0, process);
      return begun;
    },
  };
}
