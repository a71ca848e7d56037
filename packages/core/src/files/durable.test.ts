import { mkdtemp, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeDurably } from './durable.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-durable-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

it('on a full disk leaves the old text as it was, and nothing beside it', async () => {
  const path = join(folder, 'small.json');
  await writeDurably(path, 'old');
  const one = await open(path);
  const shared = Object.getPrototypeOf(one) as FileHandle;
  await one.close();
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  vi.spyOn(shared, 'sync').mockRejectedValue(full);
  await expect(writeDurably(path, 'new')).rejects.toBe(full);
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['small.json']);
});
