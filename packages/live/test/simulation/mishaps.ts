import type { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import type { Hostile } from './hostile.ts';
import type { Late } from './removed.ts';

interface Mishaps {
  readonly scheduler: Scheduler;
  readonly late: Late | undefined;
  readonly hostile: Hostile;
  readonly untilMs: number;
  /** Of processes. */
  readonly count: number;
  readonly processOf: (at: number) => Process | undefined;
  readonly die: (at: number, process: Process) => void;
}

/** Every now and then one of the processes dies, stands still, or is cut off from the journal. */
export function mishaps({ scheduler, late, hostile, untilMs, count, processOf, die }: Mishaps): void {
  for (let at = scheduler.between(100, 1000); at < untilMs; at += scheduler.between(200, 7000)) {
    scheduler.at(at, () => {
      const number = Math.floor(scheduler.random() * count);
      const process = processOf(number);
      if (process === undefined) return;
      const kind = scheduler.random();
      if (hostile.cutMs !== undefined) {
        process.ledgerCutUntil = scheduler.now + scheduler.between(...hostile.cutMs);
        if (kind < 0.1) die(number, process);
      } else if (kind < 0.3 && late === undefined) {
        die(number, process);
      } else if (kind < 0.7 || late !== undefined) process.stoppedUntil = scheduler.now + scheduler.between(100, 8000);
      else process.ledgerCutUntil = scheduler.now + scheduler.between(100, 4000);
    });
  }
}
