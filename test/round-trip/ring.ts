import { expect } from 'vitest';
import { vsm } from '../cli/process.ts';

/** A store with a place for the records, as the command line names it. */
export interface Stop {
  readonly name: string;
  readonly location: string;
}

interface Inspected {
  readonly adapter: string;
  readonly collections: readonly { readonly count: number }[];
}

const json = async (words: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> => {
  const { code, stdout, stderr } = await vsm([...words, '--json'], { env });
  expect([words, code, stdout, stderr]).toEqual([words, 0, expect.any(String), '']);
  return JSON.parse(stdout);
};

/**
 * Moves a collection from each stop to the next by `vsm migrate`, which compares all values, and looks at each by `vsm inspect`.
 * Whatever a plan lists as lost stops it, but for what `allowed` names for that stop.
 */
export async function goRound(
  stops: readonly Stop[],
  { count, env, allowed }: { readonly count: number; readonly env: NodeJS.ProcessEnv; readonly allowed: ReadonlyMap<string, readonly string[]> },
): Promise<void> {
  for (const [at, stop] of stops.entries()) {
    const before = stops[at - 1];
    if (before !== undefined) {
      const losses = (allowed.get(stop.name) ?? []).flatMap((loss) => ['--allow-loss', loss]);
      const moved = await json(['migrate', before.location, stop.location, ...losses], env);
      expect([stop.name, moved]).toMatchObject([
        stop.name,
        { success: true, vectorsMigrated: count, vectorsFailed: 0, rejected: [], verification: { passed: true, valuesCompared: count } },
      ]);
    }
    const { collections } = (await json(['inspect', stop.location], env)) as Inspected;
    expect([stop.name, collections.map((one) => one.count)]).toEqual([stop.name, [count]]);
  }
}
