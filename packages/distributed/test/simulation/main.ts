// npm run sim -- [--seeds N] [--from N]: the simulation of packages/distributed/test/simulation.test.ts, over more seeds.
import { parseArgs } from 'node:util';
import { GUARDS, simulate, type SimOptions } from './simulate.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];

const PROGRESS = 1000;
// Many requests fail, and nobody looks where in the code.
Error.stackTraceLimit = 0;

function nameOf({ without, ...options }: Omit<SimOptions, 'seed'>): string {
  if (without !== undefined) return `without ${without}`;
  return Object.entries(options).join(' ') || 'all guards';
}

async function wrongOf(options: Omit<SimOptions, 'seed'>, count: number): Promise<number> {
  let wrong = 0;
  const begun = process.cpuUsage();
  for (let seed = from; seed < from + count; seed += 1) {
    const problems = await simulate({ ...options, seed });
    const played = seed - from + 1;
    // Hours of it must not be lost with whoever waits for the end.
    if (played % PROGRESS === 0 && played < count) {
      const perSecond = played / (process.cpuUsage(begun).user / 1e6);
      process.stdout.write(
        `  ${nameOf(options)}: ${played} played, ${wrong} wrong, ${perSecond.toFixed(0)} a second of a core\n`,
      );
    }
    if (problems.length === 0) continue;
    wrong += 1;
    if (options.without === undefined) process.stdout.write(`  seed ${seed}: ${problems.join('; ')}\n`);
  }
  return wrong;
}

function say(what: string, wrong: number, count: number): void {
  process.stdout.write(`${what}: ${wrong} wrong of ${count}\n`);
}

for (const options of [{}, { forgets: true }, { asked: 'pause' }, { asked: 'cancel' }] as const) {
  const wrong = await wrongOf(options, seeds);
  say(nameOf(options), wrong, seeds);
  if (wrong > 0) process.exitCode = 1;
}
const fewer = Math.max(300, Math.floor(seeds / 10));
for (const without of GUARDS) {
  const wrong = await wrongOf({ without, forgets: without === 'claim' }, fewer);
  say(nameOf({ without }), wrong, fewer);
  if (wrong === 0) process.exitCode = 1;
}
