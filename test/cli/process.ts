import { join } from 'node:path';
import { testEnvironment } from '../environment.ts';
import { runInHost, type Ended } from './hosts.ts';

export { testEnvironment } from '../environment.ts';
export type { Ended } from './hosts.ts';

export const root = join(import.meta.dirname, '../..');
export const main = ['--conditions=@vsm/source', join(root, 'packages/cli/src/main.ts')];
export const packages = `file:${join(root, 'examples/demo/debian-packages-1k.parquet')}`;

/** Runs `vsm` from its sources, without a terminal. */
export function vsm(
  words: readonly string[],
  { cwd = root, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const given = { ...testEnvironment, ...env };
  return runInHost(
    { words, cwd, env: given }, // A Postgres in WebAssembly is open for a moment, and compiling it well takes longer than that.
    { execArgv: [...main.slice(0, 1), '--liftoff-only'], env: testEnvironment },
  );
}
