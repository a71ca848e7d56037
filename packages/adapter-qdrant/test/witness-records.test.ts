import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { CollectionV1, CollectionSchema } from '@vsm/core/adapter';
import { afterEach, expect, it } from 'vitest';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function docs(vectors: CollectionSchema['vectors']): Promise<CollectionV1> {
  const emulator = await startQdrantEmulator();
  const store = createQdrant({ url: emulator.url });
  open.push(emulator, store);
  await store.createCollection({ name: 'docs', vectors });
  return store.openCollection('docs');
}

const dense = { kind: 'dense', dimension: 2, metric: 'euclidean' } as const;

// Of few components the server rounds products and differences to halves as well, so that no score is that of the vector.
it('vectors in fewer bits than float32 are witnessed by their numbers, others by scores', async () => {
  const collection = await docs({
    whole: dense,
    half: { ...dense, datatype: 'float16' },
    bytes: { ...dense, datatype: 'uint8' },
  });
  const half = [1.5, -0.25];
  await collection.upsert([
    { id: '1', vectors: { whole: [3, 4], half, bytes: [7, 255] }, metadata: {} },
    { id: '2', vectors: { half }, metadata: {} },
  ]);
  await collection.flush?.();
  const probes = { whole: [0, 0], half: [0, 0] };
  const { records, metrics } = (await collection.witnessRecords?.({ ids: ['1', '2'], probes })) ?? {};
  expect(metrics).toStrictEqual({ whole: 'euclidean' });
  expect(records?.map(({ id, vectors, distances }) => ({ id, vectors, distances }))).toStrictEqual([
    { id: '1', vectors: { half, bytes: [7, 255] }, distances: { whole: 5 } },
    { id: '2', vectors: { half }, distances: {} },
  ]);
});

it('a lone unnamed vector in fewer bits comes by its empty name', async () => {
  const collection = await docs({ '': { ...dense, datatype: 'float16' } });
  await collection.upsert([{ id: '1', vectors: { '': [1.5, -0.25] }, metadata: {} }]);
  await collection.flush?.();
  const witness = await collection.witnessRecords?.({ ids: ['1'], probes: { '': [0, 0] } });
  expect(witness?.records.map(({ vectors }) => vectors)).toStrictEqual([{ '': [1.5, -0.25] }]);
});
