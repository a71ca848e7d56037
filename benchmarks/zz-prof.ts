import { startEmulator, runJob } from './compare/run.ts';
import { spawnSync } from 'node:child_process';
const [what = 'migrate', n = '20000', verify = '', rest = ''] = process.argv.slice(2);
const emu = await startEmulator();
const spec = { kind: 'qdrant', url: emu.url, ...(rest && { rest: true }) } as const;
const job = {
  source: spec,
  target: spec,
  sourceCollection: 'a',
  targetCollection: 'b',
  records: Number(n),
  shape: { dimension: 384 },
};
await runJob({ ...job, what: 'fill' });
const r = spawnSync(
  process.execPath,
  [
    '--conditions=@vsm/source',
    '--cpu-prof',
    '--cpu-prof-dir=/tmp/prof',
    'benchmarks/compare/job.ts',
    JSON.stringify({ ...job, what, verify: !!verify }),
  ],
  { encoding: 'utf8' },
);
console.log(r.stdout, r.stderr.slice(0, 2000));
await emu.stop();
