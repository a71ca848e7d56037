import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLocation } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { migrate } from '@vsm/core';

it.each([
  { concurrency: 1, carried: [7] },
  // Which of two parts is read first, nobody knows.
  { concurrency: 4, carried: [7, 157] },
])(
  'of lines with one id the first that is read is carried, $concurrency at once, and verification agrees',
  async ({ concurrency, carried }) => {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-doubled-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'docs.jsonl');
    const lines = Array.from({ length: 300 }, (_, at) => ({ id: `a${at % 150}`, vector: [at, 1], n: at }));
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { store: source } = openLocation(`file:${file}`);
    onTestFinished(() => source.close());
    const [sourceCollection = ''] = await source.listCollections();
    const target = createMemory();
    const result = await migrate({
      source,
      target,
      sourceCollection,
      targetCollection: 'docs',
      allowLoss: ['rejected-records'],
      checkpoints: false,
      concurrency,
    });
    expect(result).toMatchObject({ vectorsMigrated: 150, vectorsFailed: 150, verification: { passed: true } });
    const [first] = await (await target.openCollection('docs')).fetch(['a7']);
    expect(carried).toContain(Number(first?.metadata['n']));
  },
);

it('of an id that all lines have, not all records are fetched at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-doubled-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'docs.jsonl');
  await writeFile(file, Array.from({ length: 5000 }, (_, at) => `{"id":"a","vector":[${at},1]}\n`).join(''));
  const { store } = openLocation(`file:${file}`);
  onTestFinished(() => store.close());
  const [name = ''] = await store.listCollections();
  const found = await (await store.openCollection(name)).fetch(['a']);
  expect(found.length).toBeLessThan(200);
  const [first] = Object.values(found[0]?.vectors ?? {});
  expect([...(first as Float32Array)]).toEqual([0, 1]);
});
