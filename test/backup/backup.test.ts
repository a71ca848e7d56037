import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, checkBackup, createBackup, listSnapshots } from '@vsm/adapter-file/backup';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRecords, alterCollections, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { share } from '../share.ts';
import { bytesAdded, changed, digestOf, digestOfSnapshot, filesIn, upsert } from './folders.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'vsm-backup-'));
});
afterEach(() => rm(path, { recursive: true }));

const DIMENSION = 384;

/** Ids that sort by their numbers, in one namespace. */
function numbered(count: number): VectorRecord[] {
  return variedRecords(count, DIMENSION).map((record, at) => ({
    ...record,
    id: String(at).padStart(8, '0'),
    namespace: undefined,
  }));
}

describe('a second backup', () => {
  it('of the same collection writes a manifest and nothing else, under 1 % of the bytes', async () => {
    const source = await filledMemory(numbered(1500), schemaOf('euclidean', DIMENSION));
    const first = await backup({ source, collection: 'docs', path });
    const before = await filesIn(path);
    const second = await backup({ source, collection: 'docs', path });
    const after = await filesIn(path);
    expect(second).toMatchObject({ written: { parts: 0, bytes: 0 }, parts: first.parts, records: 1500 });
    expect([...after.keys()].filter((file) => !before.has(file))).toEqual([
      expect.stringContaining(join('snapshots', second.snapshot)),
    ]);
    expect(bytesAdded(before, after) / first.bytes).toBeLessThan(0.01);
  });

  it('of which 1 % beside each other by id has changed writes at most 5 %', async () => {
    const records = numbered(3000);
    const source = await filledMemory(records, schemaOf('euclidean', DIMENSION));
    const first = await backup({ source, collection: 'docs', path });
    await upsert(
      source,
      records.slice(900, 930).map((record) => changed(record, 7)),
    );
    const before = await filesIn(path);
    const second = await backup({ source, collection: 'docs', path });
    expect(second.written.parts).toBeGreaterThan(0);
    expect(bytesAdded(before, await filesIn(path)) / first.bytes).toBeLessThan(0.05);
    expect(await digestOfSnapshot(path)).toBe(await digestOf(source));
  });

  it('writes as many parts as hold changes', async () => {
    const records = numbered(1500);
    const source = await filledMemory(records, schemaOf('euclidean', DIMENSION));
    await backup({ source, collection: 'docs', path });
    await upsert(
      source,
      [0, 700, 1499].map((at) => changed(records[at] as VectorRecord, 7)),
    );
    expect((await backup({ source, collection: 'docs', path })).written.parts).toBe(3);
  });

  it('reads once where nothing has changed, and twice otherwise', async () => {
    let scans = 0;
    const records = numbered(500);
    const filled = await filledMemory(records, schemaOf('euclidean', DIMENSION));
    const source = alterCollections(filled, (collection) => ({
      scan: async (request, options) => {
        if (request.cursor === undefined) scans += 1;
        return collection.scan({ ...request, partition: undefined }, options);
      },
      partition: async () => [{ id: 'all' }],
    }));
    const scansOf = async (): Promise<number> => {
      scans = 0;
      await backup({ source, collection: 'docs', path });
      return scans;
    };
    expect(await scansOf()).toBe(1);
    expect(await scansOf()).toBe(1);
    await upsert(filled, [changed(records[3] as VectorRecord, 7)]);
    expect(await scansOf()).toBe(2);
  });
});

it('every snapshot of a collection that changes holds what the collection held then', async () => {
  const change = fc.array(
    fc.record({
      kind: fc.constantFrom('change', 'add', 'delete', 'move'),
      at: fc.nat(600),
      count: fc.integer({ min: 1, max: 40 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 4 }), async (rounds) => {
      const folder = await mkdtemp(join(path, 'run-'));
      const records = variedRecords(700);
      const source = await filledMemory(records.slice(0, 500), schemaOf('euclidean'));
      const digests = new Map<string, string>();
      const keep = async (): Promise<void> => {
        // Little memory, so that runs are sorted on disk.
        const settings = { maxBytesInFlight: 20_000, batchSize: 50, concurrency: 2 };
        const { snapshot } = await backup({ source, collection: 'docs', path: folder, ...settings });
        digests.set(snapshot, await digestOf(source));
      };
      await keep();
      for (const [round, changes] of rounds.entries()) {
        for (const { kind, at, count } of changes) await apply(kind, records.slice(at, at + count), source, round);
        await keep();
      }
      for (const [snapshot, digest] of digests) expect(await digestOfSnapshot(folder, snapshot)).toBe(digest);
      expect(await checkBackup({ path: folder })).toMatchObject({ passed: true });
    }),
    { numRuns: share(6, 1 / 2) },
  );
});

async function apply(
  kind: string,
  records: readonly VectorRecord[],
  store: VectorStoreV1,
  round: number,
): Promise<void> {
  const collection = await store.openCollection('docs');
  if (kind === 'change') await collection.upsert(records.map((record) => changed(record, round + 2)));
  if (kind === 'add') await collection.upsert(records);
  if (kind === 'delete' || kind === 'move') {
    for (const { id, namespace } of records) await collection.delete([id], { namespace });
  }
  if (kind === 'move') await collection.upsert(records.map((record) => ({ ...record, namespace: 'elsewhere' })));
}

it('a snapshot reads as any collection: counts, namespaces, parts, pages, records by id', async () => {
  const records = variedRecords(900);
  const source = await filledMemory(records, schemaOf('euclidean'));
  await backup({ source, collection: 'docs', path });
  await using store = createBackup({ path });
  expect(await store.listCollections()).toEqual(['docs']);
  const [snapshot, original] = [await store.openCollection('docs'), await source.openCollection('docs')];
  expect(await snapshot.describe()).toMatchObject({ vectors: schemaOf('euclidean').vectors, namespaces: true });
  expect(await snapshot.count({ namespace: 'eu' })).toEqual({ value: 90, exact: true });
  expect(await snapshot.listNamespaces?.()).toEqual(['', 'eu']);
  const byId = new Map((await allRecords(source)).map((record) => [record.id, record]));
  for (const namespace of ['', 'eu']) {
    const ids = records.filter((record) => (record.namespace ?? '') === namespace).map(({ id }) => id);
    const found = await snapshot.fetch([...ids.slice(0, 100), 'none', ...ids.slice(-3)], { namespace });
    expect(found).toHaveLength(Math.min(103, new Set([...ids.slice(0, 100), ...ids.slice(-3)]).size));
    for (const record of found)
      expect(record).toMatchObject({ document: byId.get(record.id)?.document, namespace: namespace || undefined });
  }
  const seen: string[] = [];
  for (const partition of (await snapshot.partition?.(5, { namespace: 'eu' })) ?? []) {
    let cursor: string | null | undefined;
    do {
      const page = await snapshot.scan({
        partition,
        cursor: cursor ?? undefined,
        limit: 7,
        include: [],
        namespace: 'eu',
      });
      seen.push(...page.records.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== null);
  }
  expect(seen.toSorted()).toEqual(
    records
      .filter(({ namespace }) => namespace === 'eu')
      .map(({ id }) => id)
      .toSorted(),
  );
  const query = { vector: records[5]?.vectors[''] as Float32Array, topK: 3 };
  expect((await snapshot.query(query)).map(({ id }) => id)).toEqual((await original.query(query)).map(({ id }) => id));
  await expect(snapshot.upsert([])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

it('restores into another store by the ordinary migrator, whole or filtered', async () => {
  const source = await filledMemory(variedRecords(600), schemaOf('euclidean'));
  await backup({ source, collection: 'docs', path });
  await using store = createBackup({ path });
  const target = createMemory();
  const migrator = new VectorStoreMigrator({ source: store, target, checkpoints: false });
  const whole = await migrator.migrate({ sourceCollection: 'docs' });
  expect(whole.verification).toMatchObject({ passed: true, expectedCount: 600, changed: 0 });
  expect(await digestOf(target)).toBe(await digestOf(source));
  const filtered = await migrator.migrate({
    sourceCollection: 'docs',
    targetCollection: 'some',
    filter: { index: { $gte: 100 } },
    namespaces: ['eu'],
  });
  expect(filtered.verification).toMatchObject({ passed: true, expectedCount: 50 });
});

it('a cursor of one snapshot is refused by the next', async () => {
  const source = await filledMemory(variedRecords(300), schemaOf('euclidean'));
  const read = async (cursor?: string): Promise<string | null> => {
    await using store = createBackup({ path });
    return (await (await store.openCollection('docs')).scan({ cursor, limit: 10, include: [] })).cursor;
  };
  await backup({ source, collection: 'docs', path });
  const cursor = (await read()) ?? '';
  expect(await read(cursor)).not.toBe(cursor);
  await backup({ source, collection: 'docs', path });
  await expect(read(cursor)).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

it('lies in a folder of its own', async () => {
  const source = await filledMemory(variedRecords(10), schemaOf('euclidean'));
  await writeFile(join(path, 'letter.txt'), 'dear');
  await expect(backup({ source, collection: 'docs', path })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  await expect(checkBackup({ path })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('an empty collection, and one that was emptied, have a snapshot too', async () => {
  const source = await filledMemory([], schemaOf('euclidean'));
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ records: 0, parts: 0 });
  await upsert(source, variedRecords(50));
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ records: 50 });
  const collection = await source.openCollection('docs');
  for (const { id, namespace } of variedRecords(50)) await collection.delete([id], { namespace });
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ records: 0, parts: 0 });
  expect((await listSnapshots(path)).map(({ records }) => records)).toEqual([0, 50, 0]);
});
