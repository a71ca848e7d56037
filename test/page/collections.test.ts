import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquet, start, type Started } from './vsm.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-collections-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const vsm = (...words: string[]): Started['ended'] => start(words, folder).ended;

test('the report of all collections has a part for each', async () => {
  const filter = ['--filter', '{"section":"text"}', '--quiet'];
  for (const name of ['one', 'two']) await vsm('migrate', parquet, `lancedb:./from?table=${name}`, ...filter);
  const { code } = await vsm('migrate', 'lancedb:./from?table=*', 'lancedb:./to', '--quiet', '--report', 'all.html');
  expect(code).toBe(0);
  const page = await readFile(join(folder, 'all.html'), 'utf8');
  expect(page).toContain('All 2 collections passed');
  for (const name of ['one', 'two'])
    expect(page).toMatch(new RegExp(`<h2 class="run-title"[^>]*>\\s*<bdi>${name}</bdi>`));
});
