import { describe, expect, test } from 'vitest';
import { GUARDS, simulate, type Guard, type SimOptions } from './simulation/simulate.ts';

// Real workers, reconciling and ledger; machines, network, queue and time are played by a seed. `npm run sim` takes many more.

const SEEDS = 25;
/** A guard that is not missed in so many runs is not needed, or not tried. */
const SEARCHED = 600;

async function problemsOf(options: Omit<SimOptions, 'seed'>): Promise<string[]> {
  const problems: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    for (const problem of await simulate({ ...options, seed })) problems.push(`seed ${seed}: ${problem}`);
  }
  return problems;
}

/** A ledger that remembers everything has no need to tell two claims of one seq apart. */
const needsForgetting = (guard: Guard): boolean => guard === 'claim';

describe('workers that die, stand still and are cut off', { timeout: 240_000 }, () => {
  test('count each record once, and leave the target whole', async () => {
    expect(await problemsOf({})).toEqual([]);
  });

  test('keep the account right on a ledger that forgets its last changes', async () => {
    expect(await problemsOf({ forgets: true })).toEqual([]);
  });

  test.for(['pause', 'cancel'] as const)('obey %s', async (asked) => {
    expect(await problemsOf({ asked })).toEqual([]);
  });

  test.for(GUARDS)('go wrong without %s', async (guard) => {
    let wrong: readonly string[] = [];
    for (let seed = 1; seed <= SEARCHED && wrong.length === 0; seed += 1) {
      wrong = await simulate({ seed, without: guard, forgets: needsForgetting(guard) });
    }
    expect(wrong).not.toEqual([]);
  });
});
