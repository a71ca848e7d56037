import { createMemory } from '@vsm/adapter-memory';
import { migrateAll, VectorStoreMigrator, VsmError, type MigrationJob, type VectorStoreV1 } from '@vsm/core';
import { expect, it } from 'vitest';
import { allRecords, makeRecords, plainSchema } from './stores.ts';

const names = ['first', 'second', 'third'];

async function threeCollections(): Promise<VectorStoreV1> {
  const store = createMemory();
  for (const [index, name] of names.entries()) {
    await store.createCollection({ ...plainSchema, name });
    await (await store.openCollection(name)).upsert(makeRecords(10 * (index + 1)));
  }
  return store;
}

function jobsFor(source: VectorStoreV1, target: VectorStoreV1, collections: readonly string[]): MigrationJob[] {
  const migrator = new VectorStoreMigrator({ source, target, retryDelaySeconds: 0 });
  return collections.map((sourceCollection) => ({ migrator, options: { sourceCollection } }));
}

it('migrates the other collections where one cannot be', async () => {
  const source = await threeCollections();
  const target = createMemory();
  const begun: string[] = [];
  const result = await migrateAll(jobsFor(source, target, ['first', 'absent', 'third']), {
    onStart: ({ options }) => begun.push(options.sourceCollection),
  });
  expect(begun).toEqual(['first', 'absent', 'third']);
  expect(result).toMatchObject({
    success: false,
    vectorsMigrated: 40,
    vectorsFailed: 0,
    notStarted: [],
    outcomes: [
      { sourceCollection: 'first', targetCollection: 'first', result: { success: true, vectorsMigrated: 10 } },
      { sourceCollection: 'absent', error: { code: 'NOT_FOUND' } },
      { sourceCollection: 'third', result: { success: true, vectorsMigrated: 30 } },
    ],
  });
  expect(await allRecords(target, 'third')).toHaveLength(30);
  expect((await migrateAll(jobsFor(source, createMemory(), names))).success).toBe(true);
});

it('begins no other collection after an interruption, and says which ones it did not begin', async () => {
  const source = await threeCollections();
  const interrupt = new AbortController();
  const result = await migrateAll(jobsFor(source, createMemory(), names), {
    signal: interrupt.signal,
    onOutcome: (_outcome, index) => {
      if (index === 0) interrupt.abort();
    },
  });
  expect(result).toMatchObject({ success: false, vectorsMigrated: 10, notStarted: ['second', 'third'] });

  const during = new AbortController();
  const stopped = await migrateAll(jobsFor(source, createMemory(), names), {
    signal: during.signal,
    onStart: (_job, index) => {
      if (index === 1) during.abort();
    },
  });
  expect(stopped.notStarted).toEqual(['third']);
  const { error } = stopped.outcomes[1] ?? {};
  expect(VsmError.isInstance(error) ? error.code : undefined).toBe('INTERRUPTED');
});
