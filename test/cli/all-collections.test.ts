import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main, testEnvironment, vsm } from './process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-all-'));
  await mkdir(join(folder, 'from'));
  for (const [name, count] of Object.entries({ apples: 3, pears: 5, plums: 2 })) {
    const lines = Array.from({ length: count }, (_, index) =>
      JSON.stringify({ id: `${name}-${index}`, vector: [index, 1] }),
    );
    await writeFile(join(folder, 'from', `${name}.jsonl`), `${lines.join('\n')}\n`);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('migrates, plans, verifies and estimates every collection of a store, each with its own line', async () => {
  const pair = ['file:./from?collection=*', 'lancedb:./to'];
  const plan = await vsm(['plan', ...pair, '--metric', 'cosine'], { cwd: folder });
  expect(plan.stdout).toMatch(
    /"apples": 3 records[^]*"pears": 5 records[^]*"plums": 2 records[^]*3 collections planned, 10 records/,
  );
  const migrated = await vsm(['migrate', ...pair, '--metric', 'cosine'], { cwd: folder });
  expect(migrated.stdout.split('\n')).toEqual([
    expect.stringMatching(/^apples: 3 records, verified \(values\), /),
    expect.stringMatching(/^pears: 5 records, verified \(values\), /),
    expect.stringMatching(/^plums: 2 records, verified \(values\), /),
    expect.stringMatching(/^3 of 3 collections migrated, 10 records in /),
    '',
  ]);
  expect(migrated.code).toBe(0);
  const [verified, estimated] = await Promise.all([
    vsm(['verify', ...pair, '--metric', 'cosine', '--json'], { cwd: folder }),
    vsm(['estimate', 'file:./from?collection=*', 'file:./nowhere', '--no-probe'], { cwd: folder }),
  ]);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    success: true,
    collections: [
      { sourceCollection: 'apples', success: true, result: { passed: true } },
      { sourceCollection: 'pears' },
      { sourceCollection: 'plums' },
    ],
  });
  expect(estimated.stdout).toMatch(/3 collections, 10 records, about/);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

it('goes on where one collection fails, ends with 1, and says so in JSON and in events', async () => {
  await writeFile(join(folder, 'from', 'pears.jsonl'), '{"id":"pear-0","vector":[1,2]}\nthis is no record\n');
  const words = ['migrate', 'file:./from?collection=*', 'file:./to', '--metric', 'cosine', '--json=stream'];
  const { code, stdout, stderr } = await vsm(words, { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.filter(({ type }) => type === 'outcome')).toMatchObject([
    { sourceCollection: 'apples', success: true },
    { sourceCollection: 'pears', success: false, error: { message: expect.stringMatching(/pears/) as string } },
    { sourceCollection: 'plums', success: true },
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'result',
    exitCode: 1,
    result: { success: false, vectorsMigrated: 5, collections: [{}, {}, {}], notStarted: [] },
  });
  expect(readdirSync(join(folder, 'to')).filter((name) => /apples|plums/.test(name)).length).toBeGreaterThan(1);
});

it('refuses to pour all collections into one', async () => {
  const { code, stderr } = await vsm(['migrate', 'file:./from?collection=*', 'lancedb:./to?table=one'], {
    cwd: folder,
  });
  expect(stderr).toMatch(/would go into the one collection "one"/);
  expect(code).toBe(2);
  expect(existsSync(join(folder, 'to'))).toBe(false);
});

it('needs no open file for each collection of a store that has more of them than files may be open', async () => {
  await mkdir(join(folder, 'many'));
  const names = Array.from({ length: 200 }, (_, index) => `many-${index}`);
  for (const name of names) await writeFile(join(folder, 'many', `${name}.jsonl`), '{"id":"a","vector":[1,2]}\n');
  const words = ['migrate', 'file:./many?collection=*', 'file:./to?collection=*', '--metric', 'cosine', '--dry-run'];
  const limited = ['-c', 'ulimit -n 100 && exec "$0" "$@"', process.execPath, ...main, ...words];
  const { stdout } = await promisify(execFile)('sh', limited, { cwd: folder, env: testEnvironment });
  expect(stdout).toMatch(/200 of 200 collections/);
});
