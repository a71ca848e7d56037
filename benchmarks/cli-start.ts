// How much longer than Node itself `vsm --help` takes to start, built as it is published. A person waits for this at every command.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RUNS = 20;
const MOST = 3;

const root = join(import.meta.dirname, '..');
const built = spawnSync('tsc', ['-b', 'packages/cli/tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(1);

function milliseconds(words: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}`);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const help = [join(root, 'packages/cli/dist/main.js'), '--help'];
const bare: number[] = [];
const vsm: number[] = [];
// In turns, so that whatever else the machine does falls on both.
for (let run = -1; run < RUNS; run += 1) {
  const pair = [milliseconds(['-e', '0']), milliseconds(help)] as const;
  // The first pair warms the caches of the file system.
  if (run < 0) continue;
  bare.push(pair[0]);
  vsm.push(pair[1]);
}
const ratio = median(vsm) / median(bare);
console.log(
  `node -e 0: ${median(bare).toFixed(0)} ms, vsm --help: ${median(vsm).toFixed(0)} ms, ${ratio.toFixed(2)} times as long (at most ${MOST}; medians of ${RUNS})`,
);
process.exitCode = ratio < MOST ? 0 : 1;
