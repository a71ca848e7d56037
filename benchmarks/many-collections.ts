// How long one collection takes where `*` moves 100, 500 and 2,000 of them: it should not matter how many there are beside it.
// npm run bench:collections [-- file sqlite lancedb]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COUNTS = [100, 500, 2000];
const RECORDS = 10;
/** How much more a collection may cost beside 2,000 than beside 100. */
const MOST = 1.5;

const TARGETS: ReadonlyMap<string, string> = new Map([
  ['file', 'file:./to'],
  ['sqlite', 'sqlite:./to.db'],
  ['lancedb', 'lancedb:./to'],
]);

const main = join(import.meta.dirname, '../packages/cli/src/main.ts');
const lines = Array.from({ length: RECORDS }, (_, id) => JSON.stringify({ id: `${id}`, vector: [id, 1, 2, 3], k: id }));
const tellCpu = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();console.error('cpu',user+system)})`;

interface Cost {
  readonly cpuMs: number;
  readonly ms: number;
}

function measure(target: string, count: number): Cost {
  const cwd = mkdtempSync(join(tmpdir(), 'vsm-collections-'));
  try {
    mkdirSync(join(cwd, 'from'));
    for (let at = 0; at < count; at += 1) writeFileSync(join(cwd, 'from', `c${at}.jsonl`), `${lines.join('\n')}\n`);
    const words = ['migrate', 'file:./from?collection=*', target, '--metric', 'cosine', '--yes', '--quiet'];
    const node = [process.execPath, '--import', tellCpu, '--conditions=@vsm/source', main, ...words];
    const started = performance.now();
    // A hard limit, so that an open file for each collection ends it.
    const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -n 256 && exec "$0" "$@"', ...node], {
      cwd,
      encoding: 'utf8',
    });
    const [, cpu] = /cpu (\d+)/.exec(stderr) ?? [];
    if (status !== 0) throw new Error(`${target}, ${count} collections: ended with ${status}: ${stderr.slice(-2000)}`);
    return { cpuMs: Number(cpu) / 1000, ms: performance.now() - started };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const named = process.argv.slice(2);
for (const [name, target] of TARGETS) {
  if (named.length > 0 && !named.includes(name)) continue;
  const start = measure(target, 1);
  const costs = COUNTS.map((count): Cost => {
    const { cpuMs, ms } = measure(target, count);
    return { cpuMs: (cpuMs - start.cpuMs) / (count - 1), ms: (ms - start.ms) / (count - 1) };
  });
  const [first, last] = [costs[0], costs.at(-1)] as [Cost, Cost];
  const each = costs.map(({ cpuMs, ms }, at) => `${COUNTS[at]}: ${cpuMs.toFixed(1)} ms of CPU, ${ms.toFixed(0)} ms`);
  const ratio = last.cpuMs / first.cpuMs;
  console.log(`${name}, a collection of ${each.join('; ')}; ratio of CPU ${ratio.toFixed(2)} (at most ${MOST})`);
  if (ratio > MOST) process.exitCode = 1;
}
