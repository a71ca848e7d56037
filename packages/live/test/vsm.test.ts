import { createMemory } from '@vsm/adapter-memory';
import { createQdrant } from '@vsm/adapter-qdrant';
import { dropRecord, type Metadata, type VectorRecord } from '@vsm/core';
import { realClock } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createJournal, joinMove, planMove, type RouteStores } from '@vsm/live';
import { liveCollection, targetCollection } from '@vsm/live/vsm';
import { expect, onTestFinished, test, vi } from 'vitest';

const vectors = { '': new Float32Array([1]) };
const record = (id: string, metadata: Metadata = {}): VectorRecord => ({ id, vectors, metadata });

/** A move of the record "old" that has switched to the target. */
async function switched(stores: RouteStores) {
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [stores.source, stores.target]) await store.createCollection(schema);
  await (await stores.source.openCollection('docs')).upsert([record('old')]);
  const journal = createJournal(memoryStorage(), 'move');
  await journal.create(await planMove({ move: 'move', ...stores, sourceCollection: 'docs' }));
  await journal.change(1, { phase: 'switched' });
  const live = await joinMove(journal, { clock: realClock });
  onTestFinished(() => live.close());
  return { live, stores };
}

test('a write that the transform leaves out is refused by name once it is switched', async () => {
  const { live, stores } = await switched({
    source: createMemory(),
    target: createMemory(),
    transform: (one: VectorRecord) => (one.metadata['draft'] === true ? dropRecord('a draft') : one),
  });
  const docs = await liveCollection(live, stores);
  const written = await docs.upsert([record('a'), record('b', { draft: true })]);
  expect(written).toEqual({ accepted: 1, rejected: [expect.objectContaining({ id: 'b', reason: 'refused' })] });
  expect((await docs.fetch(['a', 'b'])).map(({ id }) => id)).toEqual(['a']);
});

test('a target that could not be opened once is opened when it is back', async () => {
  const { live, stores } = await switched({ source: createMemory(), target: createMemory() });
  const openCollection = vi.spyOn(stores.target, 'openCollection');
  openCollection.mockRejectedValueOnce(new Error('away'));
  const docs = await liveCollection(live, stores);
  await expect(docs.upsert([record('a')])).rejects.toThrow('away');
  expect(await docs.upsert([record('a')])).toMatchObject({ accepted: 1 });
});

test('the target knows records by their names in the source', async () => {
  const emulator = await startQdrantEmulator();
  onTestFinished(() => emulator.close());
  // It has no ids but numbers and UUIDs.
  const { live, stores } = await switched({ source: createMemory(), target: createQdrant({ url: emulator.url }) });
  const moved = await targetCollection(live, stores);
  await moved.upsert([record('note a'), record('note b')]);
  await moved.delete(['note b']);
  expect((await moved.fetch(['note a', 'note b'])).map(({ id }) => id)).toEqual(['note a']);
  const matches = await moved.query({ vector: [1], topK: 2 });
  expect(matches.map(({ id }) => id)).toEqual(['note a']);
});
