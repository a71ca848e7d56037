import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { vi } from 'vitest';

// Most of these tests start process after process, each of which waits for a core on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

export const root = join(import.meta.dirname, '../..');
export const main = ['--conditions=@vsm/source', join(root, 'packages/cli/src/main.ts')];
export const packages = `file:${join(root, 'examples/demo/debian-packages-1k.parquet')}`;

/** Compiled sources are kept between processes; they take most of the time of a short command. */
export const testEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/vsm-test-compile'),
};

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vsm` from its sources, without a terminal. */
export function vsm(
  words: readonly string[],
  { cwd = root, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 1e8, env: { ...testEnvironment, ...env } };
    execFile(process.execPath, [...main, ...words], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}
