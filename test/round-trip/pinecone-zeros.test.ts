import { createPinecone } from '@vsm/adapter-pinecone';
import { VectorStoreMigrator } from '@vsm/core';
import { startPineconeEmulator, type PineconeEmulator } from '@vsm/emulator-pinecone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords, filledMemory, makeRecords, plainSchema } from '../engine/stores.ts';

let server: PineconeEmulator;
beforeAll(async () => {
  server = await startPineconeEmulator();
});
afterAll(() => server.close());

it('foresees the records that Pinecone would refuse, and names them where that loss is allowed', async () => {
  const records = [
    ...makeRecords(3),
    { id: 'zeros', vectors: { '': [0, 0, -0, 0] }, metadata: {} },
    { id: 'nothing', vectors: {}, metadata: {} },
  ];
  const source = await filledMemory(records, plainSchema);
  const target = createPinecone({ controllerHost: server.url, apiKey: 'any' });
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });

  const plan = await migrator.plan({ sourceCollection: 'docs' });
  expect(plan.losses).toEqual([
    {
      name: 'rejected-records',
      detail: 'pinecone would reject records: vector: the store refuses a vector of zeros',
      recordsInSample: 1,
    },
    { name: 'rejected-records', detail: 'pinecone would reject records: the record has no vector', recordsInSample: 1 },
  ]);
  await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toThrow(/Nothing was written/);
  expect(await target.listCollections()).toEqual([]);

  const result = await migrator.migrate({ sourceCollection: 'docs', allowLoss: ['rejected-records'] });
  expect(result).toMatchObject({ success: false, vectorsMigrated: 3, vectorsFailed: 2 });
  expect(Object.fromEntries(result.rejected.map(({ id, reason }) => [id, reason]))).toEqual({
    zeros: 'invalid-vector',
    nothing: 'invalid-vector',
  });
  expect((await allRecords(target)).map(({ id }) => id).toSorted()).toEqual(['record-0', 'record-1', 'record-2']);
  await target.close();
});
