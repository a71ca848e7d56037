import { mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { backup, checkBackup, createBackup, listSnapshots, pruneBackup } from '@vsm/adapter-file/backup';
import { lock } from '@vsm/core/files';
import type { VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { changed, digestOf, digestOfSnapshot, filesIn, pruneDuringBackup, upsert } from './folders.ts';

let path: string;
let source: VectorStoreV1;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-backup-'));
  source = await filledMemory(variedRecords(400), schemaOf('euclidean'));
});
afterEach(() => rm(path, { recursive: true }));

async function keep(): Promise<string> {
  return (await backup({ source, collection: 'docs', path })).snapshot;
}

async function parts(): Promise<string[]> {
  return [...(await filesIn(join(path, 'parts'))).keys()].toSorted();
}

async function change(at: number, to: number): Promise<void> {
  const record = variedRecords(400)[at];
  if (record !== undefined) await upsert(source, [changed(record, to)]);
}

async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await handle.close();
}

describe('a damaged part', () => {
  it.each([
    ['is missing', (file: string) => rm(file), 'it is missing'],
    ['has another bit', (file: string) => flip(file, 1000), 'its bytes are not those that were written'],
    ['was cut', (file: string) => truncate(file, 900), 'it has 900 bytes'],
  ] as const)(
    'that %s names the records that are lost, by verify and by whoever reads',
    async (_name, damage, problem) => {
      const snapshot = await keep();
      const [file = ''] = await parts();
      const whole = await allRecords(createBackup({ path }));
      await damage(file);
      const report = await checkBackup({ path });
      expect(report).toMatchObject({ passed: false, snapshots: [{ id: snapshot, lost: [{ part: basename(file) }] }] });
      const [lost] = report.snapshots[0]?.lost ?? [];
      expect(lost?.problem).toContain(problem);
      const ids = whole.map(({ namespace = '', id }) => [namespace, id]);
      const [from, to] = [lost?.first, lost?.last].map((key) => ids.findIndex((one) => String(one) === String(key)));
      expect((to ?? 0) - (from ?? 0) + 1).toBe(lost?.records);
      const reading = allRecords(createBackup({ path }));
      await expect(reading).rejects.toMatchObject({ code: 'INVALID_DATA' });
      await expect(reading).rejects.toThrow(
        `${lost?.records} records of snapshot ${snapshot} are lost, ${lost?.range}`,
      );
    },
  );

  it('is written again by the next backup where it is missing, which makes older snapshots whole too', async () => {
    await keep();
    const [file = ''] = await parts();
    await rm(file);
    expect(await backup({ source, collection: 'docs', path })).toMatchObject({ written: { parts: 1 } });
    expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}, {}] });
  });

  it('takes nothing from snapshots that do not need it', async () => {
    await keep();
    const before = await parts();
    await change(3, 7);
    const second = await keep();
    const [fresh = ''] = (await parts()).filter((file) => !before.includes(file));
    await flip(fresh, 500);
    const { snapshots } = await checkBackup({ path });
    expect(snapshots.map(({ id, lost }) => [id === second, lost.length])).toEqual([
      [false, 0],
      [true, 1],
    ]);
    expect(await checkBackup({ path, snapshot: snapshots[0]?.id })).toMatchObject({ passed: true });
  });
});

describe('a damaged snapshot', () => {
  it('is named, is no parent of another one, and keeps prune from deleting', async () => {
    const first = await keep();
    const file = [...(await filesIn(join(path, 'snapshots'))).keys()][0] ?? '';
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"records": 400', '"records": 401'));
    expect(await checkBackup({ path })).toMatchObject({ passed: false, snapshots: [{ id: first, lost: [] }] });
    expect(await backup({ source, collection: 'docs', path })).toMatchObject({
      // Its parts are found by what they hold.
      written: { parts: 0 },
      notes: [expect.stringContaining(first)],
    });
    const before = await filesIn(path);
    await expect(pruneBackup({ path, keepLast: 2 })).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/Nothing was deleted\. Bring a copy of this list back, or delete it/),
    });
    expect((await filesIn(path)).size).toBe(before.size);
    // To forget it is one way out.
    await pruneBackup({ path, keepLast: 1 });
    expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}] });
  });
});

it('a folder that lost its marker is not taken for one without a backup, and says how to mend it', async () => {
  await keep();
  const marker = join(path, 'vsm-backup.json');
  const text = await readFile(marker, 'utf8');
  await rm(marker);
  const lost = /vsm-backup\.json is missing, though .* Write (\{.*\}) into it/;
  await expect(listSnapshots(path)).rejects.toThrow(lost);
  const error = await keep().catch(String);
  await writeFile(marker, lost.exec(error)?.[1] ?? '');
  expect(JSON.parse(await readFile(marker, 'utf8'))).toEqual(JSON.parse(text));
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}] });
});

describe('prune', () => {
  it('deletes what no kept snapshot needs, and what a killed backup left', async () => {
    const kept: string[] = [];
    const digests = new Map<string, string>();
    for (let round = 0; round < 4; round += 1) {
      await change(round * 90, 5 + round);
      const snapshot = await keep();
      kept.push(snapshot);
      digests.set(snapshot, await digestOf(source));
    }
    const orphan = join(path, 'parts', 'ab', `${'ab'.repeat(16)}.${'cd'.repeat(32)}.parquet`);
    await mkdir(join(path, 'parts', 'ab'), { recursive: true });
    await writeFile(orphan, 'half');
    const before = await parts();
    const dry = await pruneBackup({ path, keepLast: 2, dryRun: true });
    expect(await parts()).toEqual(before);
    const report = await pruneBackup({ path, keepLast: 2 });
    expect(report).toEqual(dry);
    expect(report).toMatchObject({ kept: kept.slice(2), forgotten: kept.slice(0, 2) });
    const after = await parts();
    expect(after).not.toContain(orphan);
    expect(before.length - after.length).toBe(report.parts);
    expect(report.parts).toBeGreaterThan(2);
    expect(await checkBackup({ path })).toMatchObject({ passed: true, parts: after.length });
    for (const snapshot of kept.slice(2)) expect(await digestOfSnapshot(path, snapshot)).toBe(digests.get(snapshot));
  });

  it('keeps the last snapshot of days, weeks and months, of each collection', async () => {
    const days = ['2026-01-30T10', '2026-01-31T10', '2026-01-31T23', '2026-02-01T10', '2026-02-02T10', '2026-02-03T10'];
    for (const day of days) await renamed(await keep(), new Date(`${day}:00:00Z`));
    const ids = (await listSnapshots(path)).map(({ id }) => id.slice(0, 11));
    const keptBy = async (rules: object): Promise<string[]> =>
      (await pruneBackup({ path, dryRun: true, ...rules })).kept.map((id) => id.slice(0, 11));
    expect(ids.map((id) => id.slice(4))).toEqual(['0130T10', '0131T10', '0131T23', '0201T10', '0202T10', '0203T10']);
    expect(await keptBy({ keepDaily: 4 })).toEqual(ids.slice(2));
    // The week ends on Sunday, the first of February.
    expect(await keptBy({ keepWeekly: 2 })).toEqual([ids[3], ids[5]]);
    expect(await keptBy({ keepMonthly: 12 })).toEqual([ids[2], ids[5]]);
    expect(await keptBy({ keepLast: 1, keepMonthly: 2 })).toEqual([ids[2], ids[5]]);
    await expect(pruneBackup({ path })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(pruneBackup({ path, keepLast: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('and a backup keep out of each other’s way', async () => {
    await keep();
    expect(await pruneDuringBackup(source, path)).toMatchObject({ code: 'CONFLICT' });
    const gate = await lock(join(path, 'locks', 'gate'), { what: 'a prune' });
    await expect(backup({ source, collection: 'docs', path })).rejects.toMatchObject({ code: 'CONFLICT' });
    await gate.release();
    expect(await listSnapshots(path)).toHaveLength(2);
  });
});

it('several collections are backed up into one folder at once', async () => {
  const other = await filledMemory(variedRecords(200), { ...schemaOf('euclidean'), name: 'other' });
  await Promise.all([keep(), backup({ source: other, collection: 'other', path })]);
  expect(await createBackup({ path }).listCollections()).toEqual(['docs', 'other']);
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}, {}] });
});

/** As if it had been made at that time. */
async function renamed(id: string, time: Date): Promise<void> {
  const files = [...(await filesIn(join(path, 'snapshots'))).keys()];
  const file = files.find((name) => name.includes(id)) ?? '';
  const { printSnapshot, parseSnapshot } = await import('../../packages/adapter-file/src/backup/snapshot.ts');
  const snapshot = parseSnapshot(file, await readFile(file, 'utf8'));
  const moved = `${time.toISOString().replaceAll(/[-:.]/g, '')}${id.slice(19)}`;
  await rm(file);
  await writeFile(file.replace(id, moved), printSnapshot({ ...snapshot, id: moved }));
}
