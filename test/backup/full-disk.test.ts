import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, listSnapshots } from '@vsm/adapter-file/backup';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { digestOf, digestOfSnapshot } from './folders.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-full-disk-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(path, { recursive: true });
});

/** After so many writes to files there is no room left; the handles that were written to. */
async function fillsUpAfter(writes: number): Promise<ReadonlySet<FileHandle>> {
  const one = await open(import.meta.filename);
  const shared = Object.getPrototypeOf(one) as FileHandle;
  await one.close();
  const handles = new Set<FileHandle>();
  const write = Object.getOwnPropertyDescriptor(shared, 'write')?.value as FileHandle['write'];
  let left = writes;
  vi.spyOn(shared, 'write').mockImplementation(function (this: FileHandle, ...given: Parameters<FileHandle['write']>) {
    handles.add(this);
    left -= 1;
    if (left < 0)
      return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    return Reflect.apply(write, this, given);
  });
  return handles;
}

it('a backup onto a full disk makes no snapshot and says what to do, and the next one uses what is written', async () => {
  const source = await filledMemory(variedRecords(1500, 64), schemaOf('euclidean', 64));
  const handles = await fillsUpAfter(20);
  await expect(backup({ source, collection: 'docs', path })).rejects.toMatchObject({
    code: 'REMOTE_FAILED',
    message: expect.stringMatching(/no space left on device\. Free some space, then start the same command again/),
  });
  expect([...handles].filter(({ fd }) => fd !== -1)).toEqual([]);
  expect(await listSnapshots(path)).toEqual([]);
  vi.restoreAllMocks();
  const { parts, written } = await backup({ source, collection: 'docs', path });
  expect(written.parts).toBeGreaterThan(0);
  expect(written.parts).toBeLessThan(parts);
  expect(await digestOfSnapshot(path)).toBe(await digestOf(source));
});
