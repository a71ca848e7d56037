import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allRecords, failsAfter, filledMemory, makeRecords, plainSchema } from './stores.ts';

// What a run has copied counts as done: it is not taken up where that lies in another collection than the one that is there now.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-made-anew-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function half(
  concurrency?: number,
): Promise<{ source: VectorStoreV1; target: VectorStoreV1; migrator: VectorStoreMigrator }> {
  const source = await filledMemory(makeRecords(1000));
  const target = createMemory();
  const first = new VectorStoreMigrator({ source, target: failsAfter(target, 5), checkpoints: folder });
  await expect(first.migrate({ sourceCollection: 'docs', batchSize: 50, concurrency })).rejects.toThrow('gone');
  return { source, target, migrator: new VectorStoreMigrator({ source, target, checkpoints: folder }) };
}

async function idsOf(store: VectorStoreV1): Promise<string[]> {
  return (await allRecords(store)).map(({ id }) => id);
}

async function emptied(store: VectorStoreV1): Promise<void> {
  await (await store.openCollection('docs')).delete(await idsOf(store));
}

async function madeAnew(store: VectorStoreV1, prefix: string): Promise<void> {
  await store.dropCollection?.('docs');
  await store.createCollection(plainSchema);
  const others = makeRecords(1000).map((record) => ({ ...record, id: `${prefix}-${record.id}` }));
  await (await store.openCollection('docs')).upsert(others);
}

type Ends = Awaited<ReturnType<typeof half>>;

it.each<[string, (ends: Ends) => Promise<unknown>, string]>([
  [
    'a target that was dropped',
    async ({ target }) => target.dropCollection?.('docs'),
    '"docs" in the target is not there',
  ],
  ['a target that was emptied', ({ target }) => emptied(target), '"docs" in the target holds none of the first'],
  ['a target that was made anew', ({ target }) => madeAnew(target, 'new'), '"docs" in the target holds none of'],
  ['a source that was emptied', ({ source }) => emptied(source), '"docs" in the source holds none of the records'],
  ['a source that was made anew', ({ source }) => madeAnew(source, 'new'), '"docs" in the target holds none of'],
])('%s is told before anything is written, and the run can be begun anew', async (_, change, found) => {
  const { source, target, migrator } = await half();
  await change({ source, target, migrator });
  const before = (await target.listCollections()).length === 0 ? undefined : await idsOf(target);
  const [run] = await migrator.runs();
  const refusal = { code: 'VALIDATION_FAILED', message: expect.stringContaining(`cannot be taken up: ${found}`) };
  await expect(migrator.resume(run?.runId ?? '')).rejects.toMatchObject(refusal);
  await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toMatchObject(refusal);
  expect((await target.listCollections()).length === 0 ? undefined : await idsOf(target)).toEqual(before);

  const anew = await migrator.migrate({ sourceCollection: 'docs', batchSize: 50, earlierRun: 'restart' });
  expect(anew.vectorsMigrated).toBe((await allRecords(source)).length);
  const kept = new Set(await idsOf(target));
  expect((await idsOf(source)).filter((id) => !kept.has(id))).toEqual([]);
});

it('a source that got records in front of all that were copied is the one that it was', async () => {
  const { source, migrator } = await half(1);
  const others = makeRecords(150).map((record) => ({ ...record, id: `in front-${record.id}` }));
  await source.dropCollection?.('docs');
  await source.createCollection(plainSchema);
  await (await source.openCollection('docs')).upsert([...others, ...makeRecords(1000)]);
  const [run] = await migrator.runs();
  const { verification } = await migrator.resume(run?.runId ?? '');
  expect(verification).toMatchObject({ passed: false });
});

it('a target that lost the first of what was copied is the one that it was, and verification tells them', async () => {
  const { target, migrator } = await half(1);
  await (await target.openCollection('docs')).delete((await idsOf(target)).slice(0, 110));
  const [run] = await migrator.runs();
  const { verification } = await migrator.resume(run?.runId ?? '');
  expect(verification).toMatchObject({ passed: false, missing: 110 });
});

it('a target that was emptied is told though an application has written a few of the records again', async () => {
  const { source, target, migrator } = await half(1);
  const records = await allRecords(source);
  await emptied(target);
  await (await target.openCollection('docs')).upsert(records.slice(180, 190));
  const [run] = await migrator.runs();
  await expect(migrator.resume(run?.runId ?? '')).rejects.toThrow('holds none of the first 100 records');
});

it('a target that was emptied is told though it holds what the run has not come to', async () => {
  const { source, target, migrator } = await half(1);
  const records = await allRecords(source);
  await emptied(target);
  await (await target.openCollection('docs')).upsert(records.slice(500));
  const [run] = await migrator.runs();
  await expect(migrator.resume(run?.runId ?? '')).rejects.toThrow('holds none of the first 100 records');
});

it('a source and a target of which some records were deleted meanwhile are those that they were', async () => {
  const { source, target, migrator } = await half();
  const ids = await idsOf(target);
  await (await target.openCollection('docs')).delete(ids.slice(0, 20));
  await (await source.openCollection('docs')).delete(ids.slice(0, 20));
  const [run] = await migrator.runs();
  const { verification } = await migrator.resume(run?.runId ?? '');
  expect(verification).toMatchObject({ passed: true, targetCount: 980 });
});

it('a target that somebody else made after the plan is not taken for its own by a run that is taken up', async () => {
  const source = await filledMemory(makeRecords(20));
  const memory = createMemory();
  let isFirst = true;
  const target: VectorStoreV1 = {
    ...memory,
    async createCollection(schema, options) {
      if (isFirst) await madeAnew(memory, 'theirs');
      isFirst = false;
      return memory.createCollection(schema, options);
    },
  };
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
  const refused = { code: 'CONFLICT', message: expect.stringContaining('by somebody else since this run') as string };
  await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toMatchObject(refused);
  const [run] = await migrator.runs();
  await expect(migrator.resume(run?.runId ?? '')).rejects.toMatchObject(refused);
  await expect(migrator.resume(run?.runId ?? '')).rejects.toMatchObject(refused);
  expect(await idsOf(memory)).toHaveLength(1000);
  expect(await migrator.migrate({ sourceCollection: 'docs', earlierRun: 'restart' })).toMatchObject({ success: true });
  expect(await idsOf(memory)).toHaveLength(1020);
});
