import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unfit, type VectorRecord } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll } from './read-all.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-dump-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function read(dump: object): Promise<readonly VectorRecord[]> {
  const path = join(folder, 'dump.json');
  await writeFile(path, JSON.stringify(dump));
  await using store = createFolder({ path });
  return readAll(await store.openCollection('dump'));
}

const entry = { content: 'a text', embedding: [1, 2], metadata: { n: 1 } };

it('entries of a list keep the ids that they have', async () => {
  const records = await read([{ ...entry, id: 'own' }, entry]);
  expect(records.map(({ id }) => id)).toStrictEqual(['own', '1']);
});

it.each([
  ['title', [{ id: 'a', vector: [1, 2], text: 'a text', title: 'a title' }]],
  ['text', [{ ...entry, text: 'another text' }]],
  ['embedding', [{ ...entry, vector: [3, 4] }]],
  ['id', [{ ...entry, id: 7 }]],
])('a list whose entries have "%s" beside what is read is no dump', async (name, dump) => {
  await expect(read(dump)).rejects.toThrow(new RegExp(`has "${name}".*JSON Lines`));
});

it('a later entry with more than is read has its record rejected', async () => {
  const own = { id: 'a', text: 'a text', vector: [1, 2], metadata: {} };
  const records = await read({ a: own, b: { ...own, id: 'b', url: 'u' }, c: { ...own, id: 'other' } });
  const rejected = records.filter(({ metadata }) => Object.values(metadata).some((value) => Unfit.isInstance(value)));
  expect(rejected.map(({ id }) => id)).toStrictEqual(['b', 'c']);
});
