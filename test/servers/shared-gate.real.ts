import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packages, vsm, type Ended } from '../cli/process.ts';

const { PGVECTOR_URL = '' } = process.env;
if (PGVECTOR_URL === '') throw new Error('name a PostgreSQL: PGVECTOR_URL=postgresql://user@host/database');

let folder: string;
let qdrant: QdrantEmulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-shared-gate-'));
  qdrant = await startQdrantEmulator();
});
afterAll(async () => {
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: string[]): Promise<Ended> =>
  vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
const to = (name: string): string => `qdrant://127.0.0.1:${qdrant.port}/${name}`;

const queue = ['--queue', PGVECTOR_URL, '--run-dir', PGVECTOR_URL];
const cut = (name: string): string[] => [
  'migrate',
  packages,
  to(name),
  '--dimensions',
  '16',
  '--yes',
  '--gate',
  '0.95',
];

it('the gate of a run of a queue is passed by a copy, whose overlap is 1', async () => {
  const ended = await run('migrate', packages, to('queued'), '--yes', '--gate', '1', ...queue, '--json');
  expect(ended).toMatchObject({ stderr: '', code: 0 });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 1000,
    judgement: { passed: true, overlap: { mean: 1 }, queriesFrom: 'sampled records' },
  });
});

it('the gate of a run of a queue is judged by the process that sees it end, and by the one that resumes it', async () => {
  const ended = await run(...cut('cut'), ...queue, '--json');
  expect(ended).toMatchObject({ code: 3, stderr: '' });
  const first = JSON.parse(ended.stdout) as { runId: string; judgement: object };
  expect(first).toMatchObject({ success: false, judgement: { passed: false } });
  const again = await run('resume', first.runId, ...queue, '--json');
  expect(again).toMatchObject({ code: 3, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({
    success: false,
    errors: [expect.stringMatching(/^the gate was not passed: the overlap is 0\.\d/) as string],
    judgement: first.judgement,
  });
});

it('a run that is left to workers has no gate, which nobody would judge', async () => {
  const { code, stderr } = await run(...cut('left'), ...queue, '--detach');
  expect(code).toBe(2);
  expect(stderr).toContain('leave out --detach');
  const collections = await fetch(`${qdrant.url}/collections/left`);
  expect(collections.status).toBe(404);
});
