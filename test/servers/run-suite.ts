import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedTests, type TestFile } from '../../scripts/failed-tests.mjs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface SuiteOutcome extends Counts {
  /** What failed, by name, each with the beginning of why. */
  readonly failures: readonly string[];
}

/** What Vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly testResults?: readonly TestFile[];
}

const root = join(import.meta.dirname, '../..');

/** Runs one suite in a process of its own and counts. A run that fails without a failed test counts as one. */
export async function runSuite(
  suite: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SuiteOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-servers-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const words = ['run', '--config', 'test/servers/vitest.config.ts', suite];
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const child = spawn(process.execPath, [vitest, ...words, ...reporters], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    const end = (): void => {
      child.kill();
    };
    signal.addEventListener('abort', end, { once: true });
    const status = await new Promise<number | null>((resolve) => {
      child.once('exit', resolve);
    });
    signal.removeEventListener('abort', end);
    return read(suite, report, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(suite: string, report: string, status: number | null): SuiteOutcome {
  let counted: Report = {};
  try {
    counted = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    // The run ended before its report.
  }
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, testResults = [] } = counted;
  const named = failedTests(testResults, `${root}/`);
  const failures =
    named.length === 0 && status !== 0 ? [`${suite} ended with ${status} and named no failed test`] : named;
  return {
    passed: numPassedTests,
    failed: Math.max(numFailedTests, failures.length),
    skipped: numPendingTests,
    failures,
  };
}
