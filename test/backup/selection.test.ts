import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, createBackup, listSnapshots } from '@vsm/adapter-file/backup';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allRecords, alterCollections, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-backup-'));
});
afterEach(() => rm(path, { recursive: true }));

it('holds a part of a collection, and is never taken for all of it', async () => {
  const source = await filledMemory(variedRecords(600), schemaOf('euclidean'));
  const some = { source, collection: 'docs', path, filter: { index: { $gte: 100 } }, namespaces: ['eu'] };
  const first = await backup(some);
  expect(first).toMatchObject({ records: 50, notes: [expect.stringContaining('the records that match {"index"')] });
  expect(await backup(some)).toMatchObject({ records: 50, written: { parts: 0 } });
  await using store = createBackup({ path });
  const found = await allRecords(store);
  expect(found.every(({ namespace, metadata }) => namespace === 'eu' && Number(metadata['index']) >= 100)).toBe(true);
  await expect(backup({ source, collection: 'docs', path })).rejects.toThrow(
    /cannot add all records of "docs" to .*, whose snapshot \S+ holds the records that match/,
  );
  await expect(backup({ ...some, namespaces: ['us'] })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  const selection = { filter: '{"index":{"$gte":100}}', namespaces: ['eu'] };
  expect(await listSnapshots(path)).toMatchObject([{ selection }, { selection }]);
});

it('of two first backups at once that hold other records, the later one is none', async () => {
  const filled = await filledMemory(variedRecords(100), schemaOf('euclidean'));
  let other: Promise<unknown> | undefined;
  const source = alterCollections(filled, (collection) => ({
    async scan(request, options) {
      await (other ??= backup({ source: filled, collection: 'docs', path, namespaces: ['eu'] }));
      return collection.scan(request, options);
    },
  }));
  await expect(backup({ source, collection: 'docs', path })).rejects.toThrow(/cannot add all records of "docs"/);
  expect(await listSnapshots(path)).toMatchObject([{ selection: { namespaces: ['eu'] } }]);
  expect(await backup({ source: filled, collection: 'docs', path, namespaces: ['eu'] })).toMatchObject({
    written: { parts: 0 },
  });
});
