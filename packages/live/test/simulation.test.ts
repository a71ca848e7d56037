import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { share } from '../../../test/share.ts';
import { RULES, type Rule } from '../src/rules.ts';
import { HOSTILE, type Hostility } from './simulation/hostile.ts';
import { FOR_THE_LATE, MISSED_IN, removed } from './simulation/removed.ts';
import { SCENARIOS } from './simulation/scenarios.ts';
import { simulate } from './simulation/simulate.ts';
import wrongSeeds from './simulation/wrong-seeds.json' with { type: 'json' };

// Real journal, writers, runner and barrier; processes, network, stores and time are played by a seed. `npm run sim:live` takes many more.

const KEPT: Partial<Record<Rule, number>> = wrongSeeds;
const SEEDS = share(6, 1 / 3);
/** What does not come in so many runs, a wrong one without a rule or a switch with all of them, is not tried. */
const SEARCHED = 100;

describe('a move while processes die, stand still and are cut off', { timeout: 900_000 }, () => {
  test('leaves the last write of every record in the store that serves, and no difference without a mark', async () => {
    const problems: string[] = [];
    let switches = 0;
    // In some runs everything falls back. One of so many switches.
    for (let seed = 1; seed <= SEEDS || (switches === 0 && seed <= SEARCHED); seed += 1) {
      const result = await simulate({ seed });
      switches += result.switches;
      problems.push(...result.problems.map((problem) => `seed ${seed}: ${problem}`));
    }
    expect(problems).toEqual([]);
    expect(switches).toBeGreaterThan(0);
  });

  test.for(['application', 'drainer'] as const)(
    'mends what the %s sent too late, once it is answered',
    async (late) => {
      const problems: string[] = [];
      for (let seed = 1; seed <= SEEDS; seed += 1) problems.push(...(await simulate({ seed, late })).problems);
      expect(problems).toEqual([]);
    },
  );

  test.for(Object.keys(HOSTILE) as Hostility[])('stays right in the trouble called %s', async (hostility) => {
    const problems: string[] = [];
    for (let seed = 1; seed <= share(3, 1 / 3); seed += 1)
      problems.push(...(await simulate({ seed, hostility })).problems);
    expect(problems).toEqual([]);
  });

  test('plays the same seed the same way', async () => {
    expect(await simulate({ seed: 2 })).toEqual(await simulate({ seed: 2 }));
  });

  test('has a wrong run, by seed or move by move, for each rule', () => {
    expect(RULES.filter((rule) => KEPT[rule] === undefined && SCENARIOS[rule] === undefined)).toEqual([]);
  });

  test('is what docs/live.md says of each rule', async () => {
    const text = await readFile(new URL('../../../docs/live.md', import.meta.url), 'utf8');
    const rows = text.matchAll(/^\| [\d, ]+ \| `([\w-]+)` +\| [^|]+ \|([^|]+)\|([^|]+)\|([^|]+)\|$/gm);
    const listed = [...rows].map((row) => row.slice(1).map((cell) => cell.trim().replaceAll('`', '')));
    const known = RULES.map((rule) => {
      const late = FOR_THE_LATE[rule];
      const trouble = late === undefined ? (MISSED_IN[rule] ?? '') : `late ${late}`;
      return [rule, removed(rule).slice(1).join(', '), trouble, String(KEPT[rule] ?? 'move by move')];
    });
    expect(listed).toEqual(known);
  });

  test.for(RULES.filter((rule) => SCENARIOS[rule] !== undefined))(
    'goes wrong, move by move, without %s',
    async (rule) => {
      expect(await SCENARIOS[rule]?.([])).toEqual([]);
      expect(await SCENARIOS[rule]?.(removed(rule))).not.toEqual([]);
    },
  );

  // A seed that is kept is seen to go wrong at once. A change of what is played makes it another run: then others are searched, and
  // `npm run sim:live -- --find` keeps new ones.
  test.for(RULES.filter((rule) => KEPT[rule] !== undefined))('goes wrong without %s', async (rule) => {
    let problems: readonly string[] = [];
    for (let run = 0; run <= SEARCHED && problems.length === 0; run += 1) {
      const seed = run === 0 ? (KEPT[rule] ?? 0) : run;
      ({ problems } = await simulate({
        seed,
        without: removed(rule),
        late: FOR_THE_LATE[rule],
        hostility: MISSED_IN[rule],
      }));
    }
    expect(problems, `npm run sim:live -- --find --rule ${rule} keeps a new seed`).not.toEqual([]);
  });
});
