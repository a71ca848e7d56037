import { setTimeout as delay } from 'node:timers/promises';
import type { Journal, KeyedMark, RunnerRow } from '@vsm/live';
import { insist } from './insist.ts';
import type { Processes } from './processes.ts';

/** So long nothing may come of it: a mark of a process that died is held, another drainer waits, and the machine may be busy. */
const NOTHING_MS = 120_000;
const SHOWN = 5;

/** Waits until no mark is left, for as long as they get fewer. @throws Error that says what is left, and who should drain it */
export async function drained(journal: Journal, processes: Processes): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY;
  let since = performance.now();
  for (;;) {
    const marks = await insist(() => marksOf(journal));
    if (marks.length === 0) return;
    if (marks.length < fewest) since = performance.now();
    fewest = Math.min(fewest, marks.length);
    if (performance.now() - since > NOTHING_MS) {
      const runner = await insist(() => journal.runner());
      const { now, row } = await insist(() => journal.seen());
      const shown = marks.slice(0, SHOWN).map((mark) => JSON.stringify(mark));
      throw new Error(
        `${marks.length} marks are left in ${row.phase}, and for ${NOTHING_MS / 1000} s they became no fewer: ${shown.join(', ')}; ` +
          `it is ${now}; ${drainerOf(runner, now)}; ${processes.said('runner').join('; ')}`,
      );
    }
    await delay(200);
  }
}

function drainerOf(runner: RunnerRow | undefined, now: number): string {
  if (runner === undefined) return 'nobody drains';
  const { holder, renewed, figures } = runner;
  return `the drainer ${holder} was heard of ${now - renewed} ms ago, ${JSON.stringify(figures)}`;
}

async function marksOf(journal: Journal): Promise<readonly KeyedMark[]> {
  const found: KeyedMark[] = [];
  for await (const mark of journal.marks()) found.push(mark);
  return found;
}
