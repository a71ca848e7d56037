import { appendFile, mkdtemp, open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Appender, readLines } from './journal.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'vsm-journal-')), 'lines');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(join(path, '..'), { recursive: true });
});

async function lines(): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const line of readLines(path)) found.push(line);
  return found;
}

/** As a disk that is full behaves: a part of what is written arrives. */
async function fillDisk(): Promise<void> {
  const file = await open(path, 'a');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async function (this: FileHandle, data) {
    await this.write((data as Buffer).subarray(0, 7));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
}

it('takes half a line away before the next one, also where the disk was full in between', async () => {
  const appender = await Appender.open(path);
  await appender.append(['{"first":1}']);
  await fillDisk();
  await expect(appender.append(['{"second":2}'])).rejects.toThrow(/no space left.*resume/s);
  expect(await readFile(path, 'utf8')).toBe('{"first":1}\n{"secon');
  expect(await lines()).toEqual([{ first: 1 }]);
  await appender.append(['{"third":3}']);
  await appender.append(['{"fourth":"\u2028"}']);
  await appender.close();
  expect(await lines()).toEqual([{ first: 1 }, { third: 3 }, { fourth: '\u2028' }]);
});

it('takes away what a kill left of a line', async () => {
  await writeFile(path, '{"first":1}\n');
  await appendFile(path, '{"secon');
  const appender = await Appender.open(path);
  await appender.append(['{"third":3}']);
  await appender.close();
  expect(await readFile(path, 'utf8')).toBe('{"first":1}\n{"third":3}\n');
});

it('writes nothing where it is told not to', async () => {
  let mayWrite = true;
  const appender = await Appender.open(path, async () => {
    if (!mayWrite) throw new Error('taken over');
  });
  await appender.append(['1']);
  mayWrite = false;
  await expect(appender.append(['2'])).rejects.toThrow('taken over');
  await appender.close();
  expect(await lines()).toEqual([1]);
});
