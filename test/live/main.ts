// npm run test:live -- [--pair NAME] [--seed N] [--kills N] [--notes]
// An application of three processes with eight writers moves from store to store and back, while its processes and those of the move are
// killed and stopped; then both stores are held against what the writers were told.
import { parseArgs } from 'node:util';
import { now } from './account.ts';
import { chaos } from './chaos.ts';
import { PAIRS, type Pair } from './ends.ts';

const { values } = parseArgs({
  options: {
    pair: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '100' },
    notes: { type: 'boolean', default: false },
  },
});
// What it has started does not outlive it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const chosen = PAIRS.filter((pair) => values.pair?.includes(pair) ?? pair !== 'chroma-qdrant');
/** A switch holds writes no longer. */
const MOST_HELD_MS = 5000;
const SHOWN = 20;

async function run(pair: Pair): Promise<boolean> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
  const report = await chaos({
    pair,
    seed: Number(values.seed),
    kills: Number(values.kills),
    onNote: (note) => {
      if (values.notes) console.log(`${(now() / 1000).toFixed(2)} s: ${note}`);
    },
  });
  for (const problem of report.problems.slice(0, SHOWN)) console.log(`  ${problem}`);
  const counts = (some: ReadonlyMap<string, number>): string =>
    [...some]
      .toSorted(([, left], [, right]) => right - left)
      .map(([what, count]) => `${what} ${count}`)
      .join('; ');
  if (values.notes) {
    console.log(`  steps waited: ${counts(report.blocked)}`);
    console.log(`  writes failed: ${counts(report.whys)}`);
  }
  const back = counts(report.left);
  const passed =
    report.problems.length === 0 &&
    report.fallbacks > 0 &&
    report.found > 0 &&
    report.found === report.due &&
    report.longestHoldMs < MOST_HELD_MS;
  console.log(
    `${pair}, seed ${values.seed}: ${report.kills} kills, ${report.stops} stops; ${report.acknowledged} writes acknowledged, ${report.failed} not; ` +
      `${report.attempts} switches tried, ${report.fallbacks} fell back; back from ${back}; ${report.found} of ${report.due} writes around the journal found before the switch, ${report.planted} planted in all; ` +
      `longest hold ${Math.round(report.longestHoldMs)} ms; ${report.records} records, ${report.certain} with one possible last write; ` +
      `${seconds()} s: ${passed ? 'passed' : `FAILED (${report.problems.length} problems)`}`,
  );
  return passed;
}

for (const pair of chosen) if (!(await run(pair))) process.exitCode = 1;
