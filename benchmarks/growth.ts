// What a record costs where there are more of them, longer vectors, more namespaces, or more collections: CPU of a migration, and the peak
// memory of its process, each in a process of its own. Draws docs/growth.svg, and ends with 1 where anything grows faster than its cause.
//   npm run bench:growth [-- --quick] [--out FILE]
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Grown, GrowthCase } from './growth/case.ts';
import { drawGrowth, type Series } from './growth/draw.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, out: { type: 'string' } } });
const out = values.out ?? fileURLToPath(new URL('../docs/growth.svg', import.meta.url));

/** How much more a record may cost at the end of a series than at its beginning; of longer vectors, a component. */
const MOST = 1.5;
const base: GrowthCase = { kind: 'generated', records: 20_000, dimension: 384, namespaces: 1, collections: 1 };

interface Axis {
  readonly title: string;
  /** Whether the cost is that of a component, not of a record. */
  readonly perComponent?: boolean;
  readonly cases: readonly (readonly [at: number, what: GrowthCase])[];
}

const steps = (...all: readonly number[]): readonly number[] => (values.quick ? all.slice(0, -1) : all);
const held: GrowthCase = { ...base, kind: 'held', dimension: 8 };
const axes: readonly Axis[] = [
  { title: 'records', cases: steps(10_000, 100_000, 1_000_000).map((at) => [at, { ...base, records: at }]) },
  {
    title: 'dimensions',
    perComponent: true,
    cases: steps(64, 384, 1536, 4096).map((at) => [at, { ...base, dimension: at }]),
  },
  { title: 'namespaces', cases: steps(1, 10, 100, 1000, 10_000).map((at) => [at, { ...held, namespaces: at }]) },
  {
    title: 'collections of 10 records',
    cases: steps(10, 100, 1000, 5000).map((at) => [at, { ...held, collections: at, records: 10 * at }]),
  },
];

function measure(what: GrowthCase): Grown {
  const job = fileURLToPath(new URL('./growth/case.ts', import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, job, JSON.stringify(what)], { encoding: 'utf8' }),
  ) as Grown;
}

let isMet = true;
const series = axes.map(({ title, cases, perComponent = false }): Series => {
  const points = cases.map(([at, what]) => {
    const { cpuSeconds, peakMegabytes } = measure(what);
    const microseconds = (cpuSeconds / what.records) * 1e6;
    console.log(`${at} ${title}: ${microseconds.toFixed(1)} µs of CPU a record, ${peakMegabytes.toFixed(0)} MB`);
    return { at, microseconds, peakMegabytes };
  });
  const cost = (point: (typeof points)[number] | undefined): number =>
    (point?.microseconds ?? Number.NaN) / (perComponent ? (point?.at ?? 1) : 1);
  const ratio = cost(points.at(-1)) / cost(points[0]);
  console.log(`  ${ratio.toFixed(2)} of the first (at most ${MOST})`);
  if (!(ratio <= MOST)) isMet = false;
  return { title, points };
});
writeFileSync(out, drawGrowth(series));
process.exitCode = isMet ? 0 : 1;
