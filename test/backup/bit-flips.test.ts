import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, checkBackup, createBackup } from '@vsm/adapter-file/backup';
import { expect, it, onTestFinished } from 'vitest';
import { allRecords, filledMemory, makeRecords } from '../engine/stores.ts';
import { flippedBits } from '../flips.ts';
import { share } from '../share.ts';

const FLIPS = share(400);

const codeOf = (outcome: unknown): unknown => (outcome as { readonly code?: unknown }).code;

it('a backup: any flipped bit, in the list of a snapshot too, is refused by whoever reads and by verify', async () => {
  const path = await mkdtemp(join(tmpdir(), 'vsm-backup-flips-'));
  onTestFinished(() => rm(path, { recursive: true }));
  await backup({ source: await filledMemory(makeRecords(200)), collection: 'docs', path });
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(1);
  const accepted: string[] = [];
  for await (const { file, at } of flippedBits(files, FLIPS)) {
    const read = await allRecords(createBackup({ path })).catch((error: unknown) => error);
    const report = await checkBackup({ path }).catch((error: unknown) => error);
    if (codeOf(read) !== 'INVALID_DATA') accepted.push(`${file}, byte ${at}, was read`);
    if (!(report instanceof Error) && (report as { readonly passed: boolean }).passed)
      accepted.push(`${file}, byte ${at}, was verified`);
  }
  expect(accepted).toEqual([]);
  expect(await allRecords(createBackup({ path }))).toHaveLength(200);
  expect(await checkBackup({ path })).toMatchObject({ passed: true });
});
