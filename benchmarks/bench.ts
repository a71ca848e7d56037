// How fast is a migration beside its two halves, beside what the official clients do in a plain loop, and beside other tools?
// Each measurement runs in a process of its own, in rounds, so that a busy moment of the machine meets all of them.
//   npm run bench [-- --quick] [--only pair,pair] [--rounds 3] [--tools FILE] [--json FILE] [--save-baseline]
// Ends with 1 where a ratio is over its limit. docs/performance.md says what the numbers mean.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { thisMachine, whyUnlike } from './compare/machine.ts';
import { measurePair, measurePaths, type Found } from './compare/measurements.ts';
import { openWorld } from './compare/pairs.ts';
import {
  compareWith,
  isMet,
  printGoal,
  type Baseline,
  type Figures,
  type Goal,
  type Summary,
} from './compare/report.ts';
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
const rounds = Number(values.rounds ?? 3);
const only = values.only?.split(',');
const wanted = (id: string): boolean => only === undefined || only.includes(id);
const baselineFile = fileURLToPath(new URL('./baseline.json', import.meta.url));

const started = performance.now();
const machine = thisMachine();
const size = values.quick ? 'quick' : 'whole';
const measured: Record<string, Summary> = {};
const failed: Record<string, string> = {};
const goals: Goal[] = [];

/** Whatever ends the run, what was measured until then is there. */
const keep = (found: Found): void => {
  Object.assign(measured, found.summaries);
  Object.assign(failed, found.failed);
  for (const goal of found.goals) printGoal(goal);
  goals.push(...found.goals);
  if (values.json === undefined) return;
  const results = { takenAt: new Date().toISOString(), machine, size, rounds, measured, failed, goals };
  writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
};

const world = await openWorld(size, wanted);
try {
  for (const pair of world.pairs) keep(await measurePair(pair, { rounds, tools: readTools(values.tools) }));
  if (wanted('qdrant-paths')) keep(await measurePaths(world.emulator, rounds));
  if (wanted('sweeps')) keep(await sweep(size));
} finally {
  await world.close();
}

const now: Figures = {
  ...Object.fromEntries(goals.map(({ name, ratio }) => [name, { ratio }])),
  ...Object.fromEntries(Object.entries(measured).map(([name, { cpuPer100k }]) => [name, { cpuPer100k }])),
};
const before = JSON.parse(readFileSync(baselineFile, 'utf8')) as Baseline;
const unlike = whyUnlike(before.machine, machine);
if (unlike !== undefined) console.log(`\nCPU is not compared with the baseline: ${unlike}.`);
const worse = compareWith(before.figures, now, unlike === undefined);
if (worse.length > 0) console.log(`\nWorse than the baseline by more than a fifth:\n  ${worse.join('\n  ')}`);
if (values['save-baseline']) {
  // What was not measured this time stays as it was, but for CPU of another machine.
  const kept = Object.entries(before.figures).filter(([, figure]) => unlike === undefined || 'ratio' in figure);
  const saved: Baseline = { machine, figures: { ...Object.fromEntries(kept), ...now } };
  writeFileSync(baselineFile, `${JSON.stringify(saved, null, 2)}\n`);
}
const missed = goals.filter((goal) => !isMet(goal));
console.log(
  `\n${goals.length - missed.length} of ${goals.length} ratios hold; ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
