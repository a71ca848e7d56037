import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['@vsm/source', 'module', 'node', 'development|production'];

// Runs of tests are not remembered in the working tree.
const runDirectory = mkdtempSync(join(tmpdir(), 'vsm-test-runs-'));
process.once('exit', () => rmSync(runDirectory, { recursive: true, force: true }));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@vsm/source', 'node'] } },
  test: {
    include: [
      'packages/*/template/test/*.test.ts',
      '{packages,emulators,examples}/*/{src,test}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    env: { VSM_RUN_DIR: runDirectory },
    setupFiles: ['test/seed.ts'],
    // Many tests wait for servers and child processes, so a worker more than the cores of a small machine pays.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
