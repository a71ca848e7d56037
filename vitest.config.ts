import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { COMPILED } from './test/environment.ts';
import { OWN, SHARED, SHARES, SLOW } from './test/kinds.ts';

const conditions = ['@vsm/source', 'node', 'development|production'];

// Workers and all processes that tests start.
process.env['NODE_COMPILE_CACHE'] = COMPILED;

// Runs of tests are not remembered in the working tree.
const runDirectory = mkdtempSync(join(tmpdir(), 'vsm-test-runs-'));
process.once('exit', () => rmSync(runDirectory, { recursive: true, force: true }));

/** Tests that run in one way. */
export function project(
  name: string,
  include: string[],
  exclude: string[] = [],
  options: { isolate?: boolean; env?: Record<string, string> } = {},
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include, exclude: ['**/node_modules/**', ...exclude], ...options } };
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@vsm/source', 'node'] } },
  test: {
    // LanceDB tells of small tables on stderr.
    env: { VSM_RUN_DIR: runDirectory, LANCEDB_LOG: 'error' },
    setupFiles: ['test/seed.ts'],
    // Most of these tests open a Postgres in WebAssembly for a moment: only what is called often is worth compiling well.
    execArgv: ['--wasm-tiering-budget=100000000'],
    // Many tests wait for disks, servers and child processes, so two workers more than the cores of a small machine pay.
    maxWorkers: 4,
    // They end what hangs. How fast something is, benchmarks say: a busy machine is no fault of the code.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 300_000 } },
    projects: [
      // Files of these share a process and what it has loaded.
      project('shared', SHARED, [...OWN, ...SLOW], { isolate: false }),
      project('own', OWN, SLOW),
      project('slow', [...SLOW, ...SHARES], [], { env: { VSM_TEST_CASES: 'all' } }),
    ],
  },
});
