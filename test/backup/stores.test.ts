import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, createBackup } from '@vsm/adapter-file/backup';
import { migrate } from '@vsm/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { middleStores, MIDDLES } from '../property/middles.ts';
import { digestOf } from './folders.ts';

const open = middleStores();

let path: string;
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-backup-stores-'));
});
afterAll(() => rm(path, { recursive: true }));

it.each(MIDDLES)(
  'a snapshot goes into %s, whose own backup then writes no part',
  async (middle) => {
    const source = await filledMemory(variedRecords(200), schemaOf('euclidean'));
    const { snapshot } = await backup({ source, collection: 'docs', path });
    await using store = createBackup({ path, snapshot });
    const target = open(middle);
    const targetCollection = 'restored';
    const { verification } = await migrate({
      source: store,
      target,
      sourceCollection: 'docs',
      targetCollection,
      checkpoints: false,
    });
    expect(verification).toMatchObject({ passed: true, expectedCount: 200 });
    const again = await backup({ source: target, collection: targetCollection, path });
    expect(again).toMatchObject({ records: 200, written: { parts: 0 }, rejected: { count: 0 } });
    await using copy = createBackup({ path, snapshot: again.snapshot });
    expect(await digestOf(copy, targetCollection)).toBe(await digestOf(source));
    await target.close();
  },
  120_000,
);
