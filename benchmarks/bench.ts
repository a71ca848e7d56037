// How fast is a migration beside its two halves, beside what the official clients do in a plain loop, and beside other tools?
// Each measurement runs in a process of its own, in rounds, so that a busy moment of the machine meets all of them.
//   npm run bench [-- --quick] [--only pair,pair] [--rounds 3] [--tools FILE] [--json FILE] [--save-baseline]
// Ends with 1 where a ratio is over its limit. docs/performance.md says what the numbers mean.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measurePair, measurePaths } from './compare/measurements.ts';
import { openWorld } from './compare/pairs.ts';
import { compareWith, isMet, printGoal, type Baseline, type Goal, type Summary } from './compare/report.ts';
import { sweep } from './compare/sweeps.ts';
import { readTools } from './compare/tools.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    tools: { type: 'string' },
    json: { type: 'string' },
    'save-baseline': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const only = values.only?.split(',');
const wanted = (id: string): boolean => only === undefined || only.includes(id);
const baselineFile = fileURLToPath(new URL('./baseline.json', import.meta.url));

const started = performance.now();
const measured: Record<string, Summary> = {};
const goals: Goal[] = [];
const keep = (found: {
  readonly summaries: Readonly<Record<string, Summary>>;
  readonly goals: readonly Goal[];
}): void => {
  Object.assign(measured, found.summaries);
  for (const goal of found.goals) printGoal(goal);
  goals.push(...found.goals);
};

const size = values.quick ? 'quick' : 'whole';
const world = await openWorld(size, wanted);
try {
  for (const pair of world.pairs) keep(await measurePair(pair, { rounds, tools: readTools(values.tools) }));
  if (wanted('qdrant-paths')) keep(await measurePaths(world.emulator, rounds));
  if (wanted('sweeps')) keep(await sweep(size));
} finally {
  await world.close();
}

const now: Baseline = {
  ...Object.fromEntries(goals.map(({ name, ratio }) => [name, { ratio }])),
  ...Object.fromEntries(Object.entries(measured).map(([name, { cpuPer100k }]) => [name, { cpuPer100k }])),
};
const results = {
  takenAt: new Date().toISOString(),
  node: process.version,
  cores: cpus().length,
  size,
  rounds,
  measured,
  goals,
};
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
const before = JSON.parse(readFileSync(baselineFile, 'utf8')) as Baseline;
// What was not measured this time stays as it was.
if (values['save-baseline']) writeFileSync(baselineFile, `${JSON.stringify({ ...before, ...now }, null, 2)}\n`);
const worse = compareWith(before, now);
if (worse.length > 0) console.log(`\nWorse than the baseline by more than a fifth:\n  ${worse.join('\n  ')}`);
const missed = goals.filter((goal) => !isMet(goal));
console.log(
  `\n${goals.length - missed.length} of ${goals.length} ratios hold; ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
