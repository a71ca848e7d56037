import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { readRecords } from '@vsm/core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { packages, vsm, type Ended } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-reduce-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]): Promise<Ended> => vsm(words, { cwd: folder });

it('--dimensions and --datatype are planned as losses, want a yes, and are what verify compares with', async () => {
  await makePglite(join(folder, 'db'));
  const words = [
    packages,
    'pglite:./db?table=docs',
    '--metric',
    'cosine',
    '--dimensions',
    '64',
    '--datatype',
    'float16',
  ];
  const planned = await run('plan', ...words);
  expect(planned.code).toBe(2);
  expect(planned.stdout).toMatch(
    /change: the vector is cut to 64 dimensions and scaled to length 1, and changed to float16/,
  );
  expect(planned.stdout).toMatch(/LOSS vector-dimensions: the vector keeps the first 64 of its 384 dimensions/);
  expect(planned.stdout).toMatch(/LOSS vector-precision: /);
  expect((await run('migrate', ...words)).code).toBe(2);
  const moved = await run('migrate', ...words, '--yes', '--json');
  expect(JSON.parse(moved.stdout)).toMatchObject({ success: true, verification: { passed: true, changed: 0 } });
  expect((await run('verify', ...words)).code).toBe(0);
  const whole = await run('verify', ...words.slice(0, 4));
  expect(whole).toMatchObject({ code: 2, stderr: expect.stringMatching(/has 64 dimensions/) as string });
});

it('a migration of a config file has reduce, and a plan that was made with it is carried out as it stands', async () => {
  const cut = { source: packages, target: 'file:./cut.parquet', metric: 'cosine', reduce: { dimensions: 32 } };
  await writeFile(join(folder, 'vsm.config.json'), JSON.stringify({ migrations: { cut } }));
  // A flag that is absent leaves alone what the config file says.
  const otherwise = await run('plan', 'cut', '--datatype', 'float16', '--json');
  expect(JSON.parse(otherwise.stdout)).toMatchObject({ reduction: { dimensions: 32, datatype: 'float16' } });
  expect((await run('migrate', 'cut', '--yes')).code).toBe(0);
  const words = [packages, 'file:./planned.parquet', '--metric', 'cosine'];
  const { stdout } = await run('plan', ...words, '--dimensions', '16', '--json');
  await writeFile(join(folder, 'plan.json'), stdout);
  const twice = await run('migrate', ...words.slice(0, 2), '--plan', 'plan.json', '--dimensions', '16');
  expect(twice.stderr).toMatch(/has decided about --dimensions already/);
  const moved = await run('migrate', ...words.slice(0, 2), '--plan', 'plan.json', '--yes', '--json');
  expect(JSON.parse(moved.stdout)).toMatchObject({
    success: true,
    metadata: { plan: { reduction: { vector: '', dimensions: 16 } } },
  });
  const lonely = await run('plan', ...words, '--vector', 'title');
  expect(lonely).toMatchObject({ code: 2, stderr: expect.stringMatching(/--vector needs --dimensions/) as string });
});

it('of several vectors the one that the plan names is made smaller, and the others stay what they are', async () => {
  const numbers = [1.0009765625, 0.333251953125, -2.00048828125, 0.10009765625];
  const records = Array.from({ length: 20 }, (_, at) => ({ id: `r${at}`, title: numbers, body: numbers }));
  await writeFile(join(folder, 'two.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'));
  const from = 'file:./two.jsonl?vector=title&vector=body';
  const words = ['--metric', 'cosine', '--vector', 'body', '--datatype', 'float16', '--yes', '--json'];
  const { stdout } = await run('migrate', from, 'file:./half.jsonl', ...words);
  expect(JSON.parse(stdout)).toMatchObject({
    success: true,
    metadata: { plan: { reduction: { vector: 'body', datatype: 'float16' } } },
  });
  const store = createFile({ path: join(folder, 'half.jsonl') });
  onTestFinished(() => store.close());
  const half = [...new Float16Array(numbers)];
  expect(half).not.toEqual(numbers);
  for await (const { vectors } of readRecords(await store.openCollection('half'), { include: ['vectors'] })) {
    const shown = ['title', 'body'].map((name) => [...Float32Array.from(vectors[name] as Iterable<number>)]);
    expect(shown).toEqual([numbers, half]);
  }
});
