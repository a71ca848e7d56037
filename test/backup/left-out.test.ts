import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { backup, createBackup, listSnapshots } from '@vsm/adapter-file/backup';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Intake } from '../../packages/adapter-file/src/backup/intake.ts';
import { alterCollections, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-backup-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(path, { recursive: true });
});

it('what cannot be kept is named, and the rest is kept', async () => {
  const filled = await filledMemory(variedRecords(100), schemaOf('euclidean'));
  const source = alterCollections(filled, (collection) => ({
    scan: async (request, options) => {
      const page = await collection.scan(request, options);
      const records = page.records.map((record) =>
        record.id === '1'
          ? { ...record, document: '\uD800' }
          : record.id === '4'
            ? { ...record, uri: '\uDC00' }
            : record,
      );
      return { ...page, records };
    },
  }));
  const { records, rejected } = await backup({ source, collection: 'docs', path });
  expect(records).toBe(98);
  expect(rejected.count).toBe(2);
  expect(rejected.listed.map(({ id }) => id).toSorted()).toEqual(['1', '4']);
  expect(await listSnapshots(path)).toMatchObject([{ records: 98, rejected: 2 }]);
  await using store = createBackup({ path });
  const { notes } = await (await store.openCollection('docs')).describe();
  expect(notes?.join()).toContain('2 records could not be kept');
});

it('of several records of one id keeps one and names the others, and keeps once what came twice', async () => {
  const lines = ['{"id":"a","vector":[1,2]}', '{"id":"b","vector":[3,4]}', '{"id":"a","vector":[1,2]}'];
  const file = join(path, 'docs.jsonl');
  await writeFile(file, [...lines, '{"id":"b","vector":[5,6]}', ''].join('\n'));
  await using source = createFile({ path: file });
  const folder = join(path, 'backups');
  for (const round of ['first', 'second']) {
    const { records, rejected, notes } = await backup({ source, collection: 'docs', path: folder });
    expect([round, records, rejected.count]).toEqual([round, 2, 1]);
    expect(rejected.listed).toMatchObject([{ id: 'b', reason: 'duplicate-id' }]);
    expect(notes).toEqual(['1 records came twice, with the same values, and are kept once']);
  }
});

it('makes no snapshot where a record is lost between reading and writing', async () => {
  const source = await filledMemory(variedRecords(100), schemaOf('euclidean'));
  vi.spyOn(Intake.prototype, 'kept', 'get').mockReturnValue(101);
  await expect(backup({ source, collection: 'docs', path })).rejects.toThrow(
    /No snapshot was made: 100 of 101 records/,
  );
  expect(await listSnapshots(path)).toEqual([]);
});

it('makes no snapshot where reading gave fewer records than the store counts', async () => {
  const filled = await filledMemory(variedRecords(100), schemaOf('euclidean'));
  const source = alterCollections(filled, (collection) => ({
    scan: async (request, options) => {
      const page = await collection.scan(request, options);
      return { ...page, records: page.records.filter(({ id }) => id !== '4') };
    },
  }));
  await expect(backup({ source, collection: 'docs', path })).rejects.toThrow(/No snapshot was made.*99 records/);
  expect(await listSnapshots(path)).toEqual([]);
});
