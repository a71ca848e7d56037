import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import { packages, vsm, type Ended } from './process.ts';

let folder: string;
let qdrant: QdrantEmulator;
let postgres: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-shared-gate-'));
  [qdrant, postgres] = await Promise.all([startQdrantEmulator(), startPostgres()]);
});
afterAll(async () => {
  await Promise.all([qdrant.close(), postgres.close()]);
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: string[]): Promise<Ended> =>
  vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
const to = (name: string): string => `qdrant://127.0.0.1:${qdrant.port}/${name}`;

const queue = (): string[] => ['--queue', postgres.url, '--run-dir', postgres.url];
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

it.each([
  ['a queue', 'queued', queue],
  ['processes of this machine', 'processes', () => ['--processes', '2']],
])('the gate of a run that is shared by %s is passed by a copy, whose overlap is 1', async (_way, name, shared) => {
  const ended = await run('migrate', packages, to(name), '--yes', '--gate', '1', ...shared(), '--json');
  expect(ended).toMatchObject({ stderr: '', code: 0 });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 1000,
    judgement: { passed: true, overlap: { mean: 1 }, queriesFrom: 'sampled records' },
  });
});

it('the gate of a run of a queue is judged by the process that sees it end, and by the one that resumes it', async () => {
  const ended = await run(...cut('cut'), ...queue(), '--json');
  expect(ended).toMatchObject({ code: 3, stderr: '' });
  const first = JSON.parse(ended.stdout) as { runId: string; judgement: object };
  expect(first).toMatchObject({ success: false, judgement: { passed: false } });
  const again = await run('resume', first.runId, ...queue(), '--json');
  expect(again).toMatchObject({ code: 3, stderr: '' });
  expect(JSON.parse(again.stdout)).toMatchObject({
    success: false,
    errors: [expect.stringMatching(/^the gate was not passed: the overlap is 0\.\d/) as string],
    judgement: first.judgement,
  });
});

it('a run that is left to workers has no gate, which nobody would judge', async () => {
  const { code, stderr } = await run(...cut('left'), ...queue(), '--detach');
  expect(code).toBe(2);
  expect(stderr).toContain('leave out --detach');
  const collections = await fetch(`${qdrant.url}/collections/left`);
  expect(collections.status).toBe(404);
});
