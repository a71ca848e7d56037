import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { root, vsm as runVsm, type Ended } from './process.ts';

const parquet = 'file:examples/demo/debian-packages-1k.parquet';

let server: ChromaServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([startChroma(), mkdtemp(join(tmpdir(), 'vsm-cli-'))]);
  await makePglite(join(folder, 'db'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const vsm = (...words: string[]): Promise<Ended> => runVsm(words);

/** The log of the only run in the folder; empty while there is none. */
function readProgress(): string {
  const directory = join(folder, 'runs');
  const [run] = existsSync(directory) ? readdirSync(directory).filter((name) => !name.startsWith('.')) : [];
  const path = join(directory, run ?? '', 'progress.jsonl');
  return run !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const pglite = (table: string): string => `pglite:${join(folder, 'db')}?table=${table}`;
const file = (name: string): string => `file:${join(folder, `${name}.parquet`)}`;
const chroma = (name: string): string => `chroma://${new URL(server.url).host}/${name}`;

describe('vsm', () => {
  it('moves a file to Postgres', async () => {
    const first = await vsm('migrate', parquet, pglite('packages'), '--json');
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout)).toMatchObject({
      success: true,
      vectorsMigrated: 1000,
      vectorsFailed: 0,
      verification: { passed: true, valuesCompared: 1000 },
    });
  });

  it('moves Chroma to Postgres and back, and verifies what others copied', async () => {
    for (const [from, to] of [
      [parquet, chroma('packages')],
      [chroma('packages'), pglite('there')],
      [pglite('there'), chroma('again')],
    ] as const) {
      const { code, stdout } = await vsm('migrate', from, to, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ success: true, vectorsMigrated: 1000, vectorsFailed: 0 });
      expect(code).toBe(0);
    }
    const verified = await vsm('verify', parquet, chroma('again'), '--level', 'search', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ passed: true, level: 'search', search: { overlap: 1 } });
    const text = await vsm('verify', chroma('packages'), chroma('again'));
    expect(text.stdout).toMatch(/verification \(values\): passed, 1000 records expected, 1000 in the target/);
  });

  it('inspects and estimates without writing', async () => {
    await vsm('migrate', parquet, chroma('inspected'), '--quiet');
    const inspected = await vsm('inspect', chroma('inspected'), '--json');
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      adapter: 'chroma',
      collections: [{ count: 1000, description: { vectors: { '': { dimension: 384, metric: 'euclidean' } } } }],
    });
    const estimated = await vsm('estimate', chroma('inspected'), file('nothing'), '--json');
    expect(JSON.parse(estimated.stdout)).toMatchObject({ totalVectors: 1000, sourceDimension: 384, compatible: true });
    expect(existsSync(join(folder, 'nothing.parquet'))).toBe(false);
  });

  it('says what differs and ends with 3', async () => {
    await vsm('migrate', parquet, chroma('part'), '--quiet', '--filter', '{"section":"libs"}');
    const { code, stdout } = await vsm('verify', parquet, chroma('part'));
    expect(code).toBe(3);
    expect(stdout).toMatch(/FAILED/);
    expect(stdout).toMatch(/^  missing \S+$/m);
  });

  it.each([
    ['an unknown collection', () => ['migrate', chroma('nowhere'), pglite('x')], /no collection "nowhere"/],
    ['a folder that is not there', () => ['inspect', `pglite:${join(folder, 'absent')}?table=x`], /no collection "x"/],
    ['a file that is not there', () => ['migrate', 'file:absent.parquet', pglite('x')], /absent\.parquet/],
    ['an unknown scheme', () => ['inspect', 'chrma://localhost/x'], /Did you mean "chroma:"\?/],
    ['a URL', () => ['inspect', 'https://me:word@host/x'], /Write qdrant\+https:\/\/\S+host\/x or chroma\+https:/],
    ['a folder', () => ['inspect', 'chroma:./folder'], /folder:FOLDER/],
    ['no location', () => ['inspect', 'docs'], /not a location/],
    ['no collection', () => ['migrate', `chroma://${new URL(server.url).host}`, pglite('x')], /names no collection/],
    ['an unknown parameter', () => ['inspect', `${chroma('packages')}?tenent=t`], /Did you mean "tenant"\?/],
    [
      'a filter that is not JSON',
      () => ['migrate', parquet, pglite('x'), '--filter', '{year}'],
      /--filter is not JSON/,
    ],
    ['an unknown level', () => ['migrate', parquet, pglite('x'), '--verify', 'all'], /no verification level "all"/],
    ['an unknown command', () => ['migrat'], /Did you mean migrate\?/],
    ['an unknown option', () => ['migrate', 'a', 'b', '--dry-rn'], /Did you mean --dry-run\?/],
  ])('refuses %s with code 2 and a way out', async (_what, words, message) => {
    const { code, stdout, stderr } = await vsm(...words());
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'absent'))).toBe(false);
  });

  it('answers errors in JSON too', async () => {
    const { code, stdout, stderr } = await vsm('migrate', chroma('nowhere'), pglite('x'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      success: false,
      error: { name: 'CollectionNotFoundError', code: 'NOT_FOUND' },
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  });

  it('leaves a run behind that resume finishes when it is interrupted', async () => {
    const runs = ['--run-dir', join(folder, 'runs')];
    await vsm('migrate', parquet, chroma('slow'), '--quiet');
    const slowly = ['--batch-size', '20', '--max-records-per-second', '200'];
    const migrating = spawn(
      process.execPath,
      [
        '--conditions=@vsm/source',
        'packages/cli/src/main.ts',
        'migrate',
        chroma('slow'),
        file('slow'),
        ...slowly,
        ...runs,
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaints = '';
    migrating.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const ended = new Promise((resolve) => {
      migrating.once('exit', resolve);
    });
    // As soon as something was written.
    while (!/^\{"type":"page"/m.test(readProgress())) await new Promise(setImmediate);
    migrating.kill('SIGINT');
    expect(await ended).toBe(130);
    const [, command = '', runId = ''] = /^ {2}(vsm resume (\S+) --run-dir \S+)$/m.exec(complaints) ?? [];
    expect(command).not.toBe('');
    const listed = await vsm('runs', ...runs);
    expect(listed.stdout).toMatch(new RegExp(`${runId} +unfinished`));
    const resumed = await vsm('resume', runId, '--json', ...runs);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      success: true,
      runId,
      vectorsMigrated: 1000,
      verification: { passed: true },
    });
    expect(resumed.code).toBe(0);
  });

  it('does not repeat a password', async () => {
    const { code, stdout, stderr } = await vsm('inspect', 'postgresql://user:hunter2@127.0.0.1:9/db?table=x');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('shows two examples in the help of every command, and lists the command', async () => {
    const { stdout: list } = await vsm('--help');
    const commands = [...list.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, name = '']) => name);
    expect(commands).toEqual([
      'inspect',
      'plan',
      'estimate',
      'migrate',
      'verify',
      'diff',
      'fingerprint',
      'backup',
      'restore',
      'backups',
      'judge',
      'resume',
      'runs',
      'replay',
      'worker',
      'live',
      'status',
      'pause',
      'cancel',
      'doctor',
      'init',
      'conformance',
      'mcp',
      'explain',
      'completion',
    ]);
    await Promise.all(
      commands.map(async (command) => {
        const { code, stdout } = await vsm(command, '--help');
        expect(code).toBe(0);
        expect(stdout.match(new RegExp(`^  vsm ${command}\\b`, 'gm'))).toHaveLength(2);
      }),
    );
  });
});
