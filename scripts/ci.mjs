// What continuous integration runs, on a fresh clone: the two README commands, the tests on real servers, and the checks. Plain
// JavaScript, because it starts before the Node version of the lockfile is installed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedTests } from './failed-tests.mjs';
import { fatalLines } from './fatal-lines.mjs';

const root = new URL('..', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'vsm-ci-'));
const report = join(folder, 'counts.json');
const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, said once more at the end, where whoever reads thousands of lines begins. */
const failures = [];

async function npm(...words) {
  const running = spawn('npm', words, { cwd: root, stdio: ['inherit', 'inherit', 'pipe'] });
  const told = fatalLines((line) => failures.push(`npm ${words.slice(0, 2).join(' ')} was told by V8: ${line}`));
  running.stderr.on('data', (chunk) => {
    process.stderr.write(chunk);
    told(chunk);
  });
  const [status] = await once(running, 'close');
  return status === 0;
}

function count(name, passed) {
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) failures.push(name);
}

/** Runs tests that leave their counts in `report`, by these names. */
async function test(words, names) {
  rmSync(report, { force: true });
  const passed = await npm(...words);
  const before = total.failed;
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    for (const [part, name] of Object.entries(names)) total[part] += counts[name];
    failures.push(...(counts.failures ?? failedTests(counts.testResults ?? [], root.pathname)));
  } catch {
    failures.push(`npm ${words.join(' ')} left no report`);
  }
  if (passed) return;
  // A suite that cannot even be loaded fails the run without a failed test.
  if (total.failed === before) total.failed += 1;
  failures.push(`npm ${words.slice(0, 2).join(' ')}`);
}

try {
  for (const name of ['test', 'test:slow']) {
    await test(['run', name, '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
      passed: 'numPassedTests',
      failed: 'numFailedTests',
      skipped: 'numPendingTests',
    });
  }
  await test(['run', 'test:servers', '--', `--report=${report}`], {
    passed: 'passed',
    failed: 'failed',
    skipped: 'skipped',
  });
  await test(['run', 'test:frameworks', '--', `--report=${report}`], {
    passed: 'passed',
    failed: 'failed',
    skipped: 'skipped',
  });
  // Two minutes, of which most are the wait for requests that may still arrive of workers that were killed.
  const chaos = ['--records', '30000', '--parts', '100', '--kills', '5', '--stops', '0', '--cuts', '0'];
  count('npm run test:fleet', await npm('run', 'test:fleet', '--', ...chaos));
  count('npm run check', await npm('run', 'check'));
  count('npm run demo', await npm('run', 'demo'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
