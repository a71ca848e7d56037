import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = join(import.meta.dirname, '../..');

/** Runs one suite in a process of its own and counts. A run that fails without a failed test counts as one. */
export async function runSuite(
  suite: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Counts> {
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
    return read(report, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(report: string, status: number | null): Counts {
  let counted: Readonly<Record<string, number>> = {};
  try {
    counted = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  } catch {
    // The run ended before its report.
  }
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = counted;
  const failed = numFailedTests === 0 && status !== 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests };
}
