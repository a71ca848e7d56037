import type { Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import { drainsFrom, isMarked, type PhaseRow, type Phase, type Timings } from '../../src/model.ts';
import type { Hostile } from './hostile.ts';
import type { Late } from './removed.ts';

const SLOW = 0.04;
/** What a drainer sends too late may do harm only where a verification is still to come. */
const BEFORE_THE_SWITCH: readonly (Phase | undefined)[] = ['drain', 'shadow', 'canary'];

interface Rates {
  /** Share of the requests that take any time. */
  slow(byApplication: boolean): number;
  /** Share of the requests right after which their sender dies. */
  dies(byApplication: boolean): number;
  /** Whether the sender stands still now between its last look at the clock and the request, and for how long, in milliseconds. */
  readonly beforeSending?: ((byApplication: boolean) => number) | undefined;
}

interface Course {
  readonly scheduler: Scheduler;
  readonly late: Late | undefined;
  readonly timings: Timings;
  readonly phase: () => PhaseRow | undefined;
  /** Whether nothing goes wrong any more. */
  readonly over: () => boolean;
}

/** How often requests go wrong, by who sends them and when. */
export function ratesOf(hostile: Hostile, { scheduler, late, timings, phase, over }: Course): Rates {
  const beforeSending = (byApplication: boolean): number => {
    const may = byApplication
      ? late === 'application'
      : late === 'drainer' && BEFORE_THE_SWITCH.includes(phase()?.phase);
    return may && !over() && scheduler.chance(0.02) ? scheduler.between(0, 4 * (timings.lease + timings.late)) : 0;
  };
  return {
    ...(late !== undefined && { beforeSending }),
    slow(byApplication) {
      const row = phase();
      if (over() || row === undefined) return SLOW;
      if (!byApplication) return hostile.slow?.[row.phase === 'backfill' ? 'copy' : 'drain'] ?? SLOW;
      return hostile.slow?.[isMarked(row) ? 'marked' : 'unmarked'] ?? SLOW;
    },
    dies(byApplication) {
      const row = phase();
      if (over() || row === undefined || drainsFrom(row) === undefined) return 0;
      return hostile.dies?.[byApplication ? 'application' : 'drain'] ?? 0;
    },
  };
}
