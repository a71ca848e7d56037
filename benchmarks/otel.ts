// What @vsm/otel costs where no SDK is installed: the time inside of it, of the CPU time of the same migration, from a source that
// generates to a target that discards, so that nothing else takes time. The clock around each call counts as its cost. So does
// whoever takes the CPU away meanwhile, which the median of the rounds leaves out. Ends with 1 where it is over 1 %.
//   npm run bench:otel
import { migrate, type RunObserver, type RunWatch } from '@vsm/core';
import { createOtelObserver } from '@vsm/otel';
import { openStore } from './compare/stores.ts';

const RECORDS = 200_000;
const ROUNDS = 7;
const MOST_PERCENT = 1;

/** In milliseconds. */
let spent = 0;
let calls = 0;

function timed<Answer>(call: () => Answer): Answer {
  const started = performance.now();
  const answer = call();
  spent += performance.now() - started;
  calls += 1;
  return answer;
}

function stopwatch(inner: RunObserver): RunObserver {
  return {
    runStarted(run) {
      const watch: RunWatch = timed(() => inner.runStarted(run)) ?? {};
      return {
        phaseEntered: (phase) => timed(() => watch.phaseEntered?.(phase)),
        partBegun: (part) => timed(() => watch.partBegun?.(part)),
        partEnded: (part, error) => timed(() => watch.partEnded?.(part, error)),
        called: (call) => timed(() => watch.called?.(call)),
        pageAccounted: (page) => timed(() => watch.pageAccounted?.(page)),
        retried: (retry) => timed(() => watch.retried?.(retry)),
        ended: (outcome) => timed(() => watch.ended?.(outcome)),
      };
    },
  };
}

async function percentOfRun(): Promise<number> {
  spent = 0;
  calls = 0;
  const before = process.cpuUsage();
  await migrate({
    source: openStore({ kind: 'generating', shape: { dimension: 384 }, records: RECORDS }),
    target: openStore({ kind: 'discarding', dimension: 384 }),
    sourceCollection: 'docs',
    validate: false,
    checkpoints: false,
    observer: stopwatch(createOtelObserver()),
  });
  const { user, system } = process.cpuUsage(before);
  return (100 * spent) / ((user + system) / 1000);
}

const percents: number[] = [];
// The first warms up.
for (let round = 0; round <= ROUNDS; round += 1) {
  const percent = await percentOfRun();
  if (round > 0) percents.push(percent);
}
const median = percents.toSorted((left, right) => left - right)[Math.floor(percents.length / 2)] ?? Number.NaN;
console.log(
  `without an SDK: ${median.toFixed(3)} % of the CPU time that it takes to move ${RECORDS} records, in ${calls} calls ` +
    `(${percents.map((percent) => percent.toFixed(3)).join(', ')}; at most ${MOST_PERCENT})`,
);
process.exitCode = median < MOST_PERCENT ? 0 : 1;
