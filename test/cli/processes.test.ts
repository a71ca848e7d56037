import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesFor, processesOf } from '../../packages/cli/src/fleet/processes.ts';
import { packages, vsm, type Ended } from './process.ts';

const end = (location: string) => ({ location });

describe('how many processes', () => {
  it('are one between stores that one process opens at a time', () => {
    const file = [{ source: end('qdrant://host'), target: end('sqlite:/data/x.db') }];
    expect(processesFor('auto', file)).toBe(1);
    expect(() => processesFor(2, file)).toThrow('sqlite:/data/x.db is for one process at a time');
    const memory = [{ source: end('memory:#1'), target: end('qdrant://host') }];
    expect(() => processesFor(2, memory)).toThrow('memory:#1 is for one process at a time');
  });

  it('are as many as were asked for where the source is a file and the target a server', () => {
    expect(processesFor(3, [{ source: end('file:/data'), target: end('qdrant://host') }])).toBe(3);
  });

  it('are a whole number, or auto', () => {
    expect([processesOf(undefined), processesOf('4'), processesOf('auto')]).toEqual([1, 4, 'auto']);
    for (const text of ['0', '1.5', 'many']) expect(() => processesOf(text)).toThrow('--processes is a whole number');
  });
});

describe('vsm migrate --processes', () => {
  let folder: string;
  let server: QdrantEmulator;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vsm-processes-'));
    server = await startQdrantEmulator({ apiKey: 'planted-key-4711' });
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const run = (...words: string[]): Promise<Ended> =>
    vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs'), QDRANT_API_KEY: 'planted-key-4711' } });

  it('moves and verifies all, and prints the result of a run', async () => {
    const to = `qdrant://127.0.0.1:${server.port}/packages`;
    const { code, stdout, stderr } = await run('migrate', packages, to, '--processes', '2', '--yes', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      success: true,
      vectorsMigrated: 1000,
      verification: { passed: true, level: 'values', valuesCompared: 1000 },
    });
    const target = createQdrant({ url: server.url, apiKey: 'planted-key-4711' });
    expect(await (await target.openCollection('packages')).count()).toEqual({ value: 1000, exact: true });
    await target.close();
  });

  it('has its gate judged where it is resumed, too', async () => {
    const to = `qdrant://127.0.0.1:${server.port}/packages`;
    const words = ['migrate', packages, to, '--processes', '2', '--dimensions', '16', '--yes', '--gate', '0.95'];
    const ended = await run(...words, '--json');
    const first = JSON.parse(ended.stdout) as { runId: string; judgement: object };
    expect(ended).toMatchObject({ code: 3, stderr: '' });
    const again = await run('resume', first.runId, '--json');
    expect(again).toMatchObject({ code: 3, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({
      success: false,
      errors: [expect.stringMatching(/^the gate was not passed: the overlap is 0\.\d/) as string],
      judgement: first.judgement,
    });
    const said = await run('resume', first.runId);
    expect(said.stdout).toMatch(/^gate: 200 records as their own queries/m);
  });

  it('does not go with a queue', async () => {
    const to = `qdrant://127.0.0.1:${server.port}/packages`;
    const words = ['--processes', '2', '--queue', 'postgresql://ledger/vsm'];
    const { code, stderr } = await run('migrate', packages, to, ...words, '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('leave one of them out');
  });
});
