import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, createVdf } from '@vsm/adapter-file';
import { backup, checkBackup, createBackup, pruneBackup } from '@vsm/adapter-file/backup';
import { migrate } from '@vsm/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answersOf } from '../../emulators/s3/test/answers.ts';
import { changed, digestOf, upsert } from '../backup/folders.ts';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';

const url = process.env['MOTO_URL'] ?? '';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
});
afterEach(() => vi.unstubAllEnvs());

it('answers what the emulator of npm test is held to', async () => {
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  const fixture = new URL('../../emulators/s3/fixtures/moto-5.2.5.json', import.meta.url);
  expect(JSON.parse(JSON.stringify(await answersOf(url)))).toEqual(JSON.parse(readFileSync(fixture, 'utf8')));
});

it('a bucket holds backups: added to, read whole, read back and pruned', async () => {
  const path = `s3://answers/backups/${process.pid}?endpoint=${url}`;
  const records = variedRecords(2000);
  const source = await filledMemory(records, schemaOf('euclidean'));
  await backup({ source, collection: 'docs', path });
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ written: { parts: 0 } });
  await upsert(
    source,
    records.slice(5, 6).map((record) => changed(record, 7)),
  );
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ written: { parts: 1 } });
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}, {}, {}] });
  await using store = createBackup({ path });
  expect(await digestOf(store)).toBe(await digestOf(source));
  expect(await pruneBackup({ path, keepLast: 1 })).toMatchObject({ parts: 1 });
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}] });
}, 120_000);

it.each(['parquet', 'jsonl', 'vdf'])(
  'a bucket holds %s, sent in parts, read by ranges, and replaced',
  async (format) => {
    const runs = mkdtempSync(join(tmpdir(), 'vsm-moto-'));
    vi.stubEnv('VSM_RUN_DIR', runs);
    const open = (): ReturnType<typeof createFile> =>
      format === 'vdf'
        ? createVdf({ path: `s3://answers/set-${process.pid}?endpoint=${url}` })
        : createFile({ path: `s3://answers/files-${process.pid}/docs.${format}?endpoint=${url}` });
    try {
      // Of about ten megabytes.
      const source = await filledMemory(variedRecords(700, 4096), schemaOf('euclidean', 4096));
      await using target = open();
      const pair = { source, target, sourceCollection: 'docs', checkpoints: false } as const;
      expect(await migrate(pair)).toMatchObject({ verification: { passed: true } });
      if (format !== 'vdf') {
        await (await source.openCollection('docs')).delete(['1']);
        await migrate({ ...pair, mode: 'sync', deleteExtra: true });
      }
      await using reading = open();
      expect(await digestOf(reading)).toBe(await digestOf(source));
      await reading.dropCollection?.('docs');
      expect(await reading.listCollections()).toEqual([]);
    } finally {
      rmSync(runs, { recursive: true });
    }
  },
  120_000,
);
