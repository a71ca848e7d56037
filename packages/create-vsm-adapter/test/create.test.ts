import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAdapter } from '../src/create.ts';
import { namesOf } from '../src/names.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-create-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('puts the name of the store in every spelling', async () => {
  const files = createAdapter('my-store', folder);
  expect(files).toContain('src/my-store.ts');
  expect(files).toContain('.gitignore');
  for (const file of files) expect(await readFile(join(folder, file), 'utf8')).not.toMatch(/acme/i);
  const factory = await readFile(join(folder, 'src/my-store.ts'), 'utf8');
  expect(factory).toContain("export function createMyStore({ url, apiKey = process.env['MY_STORE_API_KEY']");
  const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string };
  expect(name).toBe('vsm-adapter-my-store');
});

it('takes the name of the package for that of the store', () => {
  expect(namesOf('vsm-adapter-acme')).toEqual(namesOf('acme'));
});

it.for(['', 'Acme', '../acme', 'a--b', '1st', 'acme;rm'])('refuses the name "%s"', (name) => {
  expect(() => createAdapter(name, folder)).toThrow(/is no name for an adapter/);
});

it('leaves a folder alone that is not empty', async () => {
  await writeFile(join(folder, 'mine'), '');
  expect(() => createAdapter('acme', folder)).toThrow(/is not empty, and nothing was written/);
  expect(await readdir(folder)).toEqual(['mine']);
});
