// npm run sim:live -- [--seeds N] [--from N] [--rule NAME | --rule none] [--late application|drainer] [--hostile NAME] [--find]: the simulation of
// packages/live/test/simulation.test.ts, over more seeds. With --find, a seed that goes wrong without each rule is kept for that test.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { RULES, type Rule } from '../../src/rules.ts';
import { HOSTILE, type Hostility } from './hostile.ts';
import { FOR_THE_LATE, MISSED_IN, removed } from './removed.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    rule: { type: 'string', multiple: true },
    late: { type: 'string' },
    hostile: { type: 'string' },
    find: { type: 'boolean', default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];

const chosenLate = (['application', 'drainer'] as const).find((who) => who === values.late);

const chosenHostility = (Object.keys(HOSTILE) as Hostility[]).find((name) => name === values.hostile);

const PROGRESS = 100;
// Many requests fail, and nobody looks where in the code.
Error.stackTraceLimit = 0;

/** Without rules, enough is known once a few runs went wrong. */
const ENOUGH = 3;

async function run(
  without: readonly Rule[],
  count: number,
  late = chosenLate,
  hostility = chosenHostility,
): Promise<number> {
  let wrong = 0;
  let runs = 0;
  const begun = process.cpuUsage();
  let first: string | undefined;
  const sums = { written: 0, switches: 0, fallbacks: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    if (without.length > 0 && wrong === ENOUGH) break;
    runs += 1;
    const { problems, ...figures } = await simulate({ seed, without, late, hostility });
    sums.written += figures.written;
    sums.switches += figures.switches;
    sums.fallbacks += figures.fallbacks;
    // Hours of it must not be lost with whoever waits for the end.
    if (runs % PROGRESS === 0 && runs < count) {
      const perSecond = runs / (process.cpuUsage(begun).user / 1e6);
      process.stdout.write(
        `  up to seed ${seed}: ${wrong} wrong of ${runs}, ${perSecond.toFixed(1)} a second of a core\n`,
      );
    }
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

/** What no seed finds is played move by move. */
async function playedOut(rule: Rule): Promise<boolean> {
  const [problem] = (await SCENARIOS[rule]?.(removed(rule))) ?? [];
  if (problem !== undefined) process.stdout.write(`without ${rule}, move by move: ${problem}\n`);
  return problem !== undefined;
}

/** Keeps one seed that goes wrong without the rule; the one that is kept already is tried first. */
async function find(rule: Rule): Promise<boolean> {
  const file = new URL('wrong-seeds.json', import.meta.url);
  const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Record<Rule, number>>;
  const seedsOf = Array.from({ length: seeds }, (_, at) => from + at);
  if (await playedOut(rule)) return true;
  for (const seed of [...(kept[rule] === undefined ? [] : [kept[rule]]), ...seedsOf]) {
    const { problems } = await simulate({
      seed,
      without: removed(rule),
      late: FOR_THE_LATE[rule],
      hostility: MISSED_IN[rule],
    });
    if (problems.length === 0) continue;
    const found = Object.entries({ ...kept, [rule]: seed }).toSorted(([left], [right]) => (left < right ? -1 : 1));
    await writeFile(file, `${JSON.stringify(Object.fromEntries(found), undefined, 2)}\n`);
    process.stdout.write(`without ${rule}: seed ${seed}: ${problems[0]}\n`);
    return true;
  }
  process.stdout.write(`without ${rule}: none of ${seeds} seeds goes wrong\n`);
  return false;
}

const chosen = RULES.filter((rule) => values.rule?.includes(rule) ?? true);
if (!values.find && (values.rule?.includes('none') ?? true) && (await run([], seeds)) > 0) process.exitCode = 1;
for (const rule of chosen) {
  if (values.find) {
    if (!(await find(rule))) process.exitCode = 1;
    continue;
  }
  if (await playedOut(rule)) continue;
  const count = values.rule === undefined ? Math.max(300, Math.floor(seeds / 10)) : seeds;
  const missed = await run(removed(rule), count, FOR_THE_LATE[rule], MISSED_IN[rule]);
  if (missed === 0) process.exitCode = 1;
}
