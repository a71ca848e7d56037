import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type MigrationResult } from '@vsm/core';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { expect, it } from 'vitest';
import { createMongodb } from '../src/index.ts';
import { testServer } from './server.ts';

const { server, client } = await testServer(startMongodbEmulator);

const COUNT = 400;
/** Behind the sample of the plan, and before the last documents, at which the adapter looks as well. */
const ODD = 250;

/** Vectors as a model of float32 gives them, in arrays of doubles; and perhaps one of another. */
async function fill(odd: number): Promise<void> {
  const documents = Array.from({ length: COUNT }, (_, at) => ({
    _id: `id-${String(at).padStart(4, '0')}` as never,
    embedding: Array.from({ length: 8 }, (_component, index) => Math.fround(Math.sin(at * 8 + index))),
    text: `text ${at}`,
  }));
  const document = documents[ODD];
  if (document !== undefined) document.embedding[3] = odd;
  await client.db().collection('docs').insertMany(documents);
}

async function move(
  isNew: boolean,
  allowLoss: readonly 'vector-precision'[] = [],
  verify: 'count' | 'ids' | 'values' = 'values',
): Promise<{ result: MigrationResult; losses: readonly unknown[]; odd: number | undefined }> {
  await using source = createMongodb({ url: server.url });
  await using target = createMemory();
  if (!isNew) await target.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 8 } } });
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const { losses } = await migrator.plan({ sourceCollection: 'docs' });
  const result = await migrator.migrate({ sourceCollection: 'docs', allowLoss: [...allowLoss], verify });
  const [record] = await (await target.openCollection('docs')).fetch([`id-${String(ODD).padStart(4, '0')}`]);
  return { result, losses, odd: (record?.vectors[''] as Float32Array | undefined)?.[3] };
}

it.each([true, false])('doubles that are all exact as float32 move without a loss (new target: %s)', async (isNew) => {
  await fill(0.5);
  const { result, losses, odd } = await move(isNew);
  expect(losses).toEqual([]);
  expect(result).toMatchObject({ success: true, vectorsMigrated: COUNT, rejected: [], verification: { passed: true } });
  expect(odd).toBe(0.5);
});

it.each([
  [true, 'values'],
  [true, 'ids'],
  [false, 'count'],
] as const)('one that no sample showed is refused by its id (new target: %s, verified: %s)', async (isNew, verify) => {
  await fill(0.1);
  const { result, odd } = await move(isNew, [], verify);
  expect(result.rejected).toEqual([
    {
      id: 'id-0250',
      namespace: undefined,
      reason: 'invalid-vector',
      detail: expect.stringMatching(
        /^component 3 of the vector is 0\.1, which float32 rounds.* allow the loss vector-precision/,
      ),
    },
  ]);
  expect(result).toMatchObject({ success: false, vectorsMigrated: COUNT - 1, verification: { passed: true } });
  expect(odd).toBeUndefined();
});

it('or rounded, where that was allowed', async () => {
  await fill(0.1);
  const { result, odd } = await move(true, ['vector-precision']);
  expect(result).toMatchObject({ success: true, vectorsMigrated: COUNT, rejected: [] });
  expect(odd).toBe(Math.fround(0.1));
});
