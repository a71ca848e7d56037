// What continuous integration runs, on a fresh clone: the two README commands and the checks. Plain JavaScript, because it
// starts before the Node version of the lockfile is installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'vsm-ci-'));
const report = join(folder, 'tests.json');
const total = { passed: 0, failed: 0, skipped: 0 };

function npm(...words) {
  const { status } = spawnSync('npm', words, { cwd: root, stdio: 'inherit' });
  return status === 0;
}

function count(name, passed) {
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) console.error(`FAILED: ${name}`);
}

try {
  const tested = npm('test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += numPassedTests;
    total.failed += numFailedTests;
    total.skipped += numPendingTests;
  } catch {
    console.error('FAILED: the tests left no report');
  }
  // A suite that cannot even be loaded fails the run without a failed test.
  if (!tested && total.failed === 0) total.failed += 1;
  count('npm run check', npm('run', 'check'));
  count('npm run demo', npm('run', 'demo'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
