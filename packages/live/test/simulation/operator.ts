import { VsmError } from '@vsm/core';
import { back, gone, next, type Journal } from '@vsm/live';
import type { Clock } from '@vsm/distributed';
import type { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import { isGapOpen } from '../../src/facts.ts';
import type { Hostile } from './hostile.ts';
import type { Late } from './removed.ts';

interface Operator {
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly late: Late | undefined;
  readonly hostile: Hostile;
  /** Whether no more steps are taken. */
  readonly quiet: () => boolean;
  /** Whether an instance of that id is no more. */
  readonly isDead: (instance: string) => boolean;
}

/** What has come of the steps. */
export interface Steps {
  switches: number;
  fallbacks: number;
  /** Whether nobody has to be waited for any more whose writes no mark tells of. */
  told: boolean;
}

/** Takes steps, there and back, until it is quiet, and says of processes that they are no more. */
export async function operate(operator: Operator, steps: Steps): Promise<void> {
  const { scheduler, process, clock, journal, late, hostile, quiet } = operator;
  const { stepMs = [50, 800], returns = 0.02 } = hostile;
  // For a while the application writes without marks.
  await scheduler.sleep(scheduler.between(500, 5000), process);
  while (!quiet()) {
    await scheduler.sleep(scheduler.between(...stepMs), process);
    await nameDead(operator);
    const { row } = await journal.seen();
    const goesBack = scheduler.chance(row.phase === 'switched' ? 0.2 : returns);
    // What is late may do harm where it serves.
    if (row.phase === 'switched' && (late !== undefined || !goesBack)) continue;
    if (row.phase === 'canary' && late === 'drainer' && !goesBack) continue;
    const leadsBack = row.phase !== 'off' && row.phase !== 'done' && goesBack;
    const options = { gates: false, clock } as const;
    const step = await (leadsBack ? back(journal, options) : next(journal, options));
    if (step.row.phase === 'switched') steps.switches += 1;
    if (step.blocked.some((why) => why.includes('fell back'))) steps.fallbacks += 1;
  }
  // Another version of the same phase, which nobody acknowledges before all is told that was written without the journal.
  const { row } = await journal.seen();
  const { version } = await journal.change(row.version, row);
  while (!steps.told) {
    const waits = await nameDead(operator);
    const silent = (await journal.instances()).some(({ records, ack }) => records === true && ack < version);
    steps.told = !waits && !silent && !isGapOpen(await journal.facts());
    await scheduler.sleep(100, process);
  }
}

/** Those that write without the journal are waited for otherwise. @returns whether one is left to name */
async function nameDead({ journal, isDead }: Operator): Promise<boolean> {
  let left = false;
  for (const { id, records } of await journal.instances()) {
    if (records !== true || !isDead(id)) continue;
    const named = await gone(journal, id).catch((error: unknown) => {
      // It has taken itself out meanwhile.
      if (VsmError.isInstance(error) && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
    if (named !== undefined && named.blocked.length > 0) left = true;
  }
  return left;
}
