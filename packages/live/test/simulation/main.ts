// npm run sim:live -- [--seeds N] [--from N] [--rule NAME | --rule none] [--late application|drainer]: the simulation of packages/live/test/simulation.test.ts, over more seeds.
import { parseArgs } from 'node:util';
import { RULES, type Rule } from '../../src/rules.ts';
import { FOR_THE_LATE, NEVER_MISSED, removed } from './removed.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    rule: { type: 'string', multiple: true },
    late: { type: 'string' },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];

const chosenLate = (['application', 'drainer'] as const).find((who) => who === values.late);

/** Without rules, enough is known once a few runs went wrong. */
const ENOUGH = 3;

async function run(without: readonly Rule[], count: number, late = chosenLate): Promise<number> {
  let wrong = 0;
  let runs = 0;
  let first: string | undefined;
  const sums = { written: 0, switches: 0, fallbacks: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    if (without.length > 0 && wrong === ENOUGH) break;
    runs += 1;
    const { problems, ...figures } = await simulate({ seed, without, late });
    sums.written += figures.written;
    sums.switches += figures.switches;
    sums.fallbacks += figures.fallbacks;
    if (problems.length === 0) continue;
    wrong += 1;
    first ??= `seed ${seed}: ${problems[0]}`;
    if (without.length === 0) process.stdout.write(`  seed ${seed}: ${problems.join('; ')}\n`);
  }
  const name = without.length === 0 ? 'all rules' : `without ${without.join(' and ')}`;
  const { written, switches, fallbacks } = sums;
  process.stdout.write(
    `${name}: ${wrong} wrong of ${runs} (${written} writes, ${switches} switches, ${fallbacks} fallbacks)${first === undefined ? '' : `, first ${first}`}\n`,
  );
  return wrong;
}

const chosen = RULES.filter((rule) => values.rule?.includes(rule) ?? true);
if ((values.rule?.includes('none') ?? true) && (await run([], seeds)) > 0) process.exitCode = 1;
for (const rule of chosen) {
  const count = values.rule === undefined ? Math.max(300, Math.floor(seeds / 10)) : seeds;
  const missed = await run(removed(rule), count, FOR_THE_LATE[rule]);
  if (missed === 0 && !NEVER_MISSED.has(rule)) process.exitCode = 1;
}
