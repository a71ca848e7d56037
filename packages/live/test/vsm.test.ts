import { createMemory } from '@vsm/adapter-memory';
import { dropRecord, type VectorRecord } from '@vsm/core';
import { realClock } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, joinMove, planMove } from '@vsm/live';
import { liveCollection } from '@vsm/live/vsm';
import { expect, onTestFinished, test } from 'vitest';

test('a write that the transform leaves out is refused by name once it is switched', async () => {
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [source, target]) await store.createCollection(schema);
  const stores = {
    source,
    target,
    transform: (record: VectorRecord) => (record.metadata['draft'] === true ? dropRecord('a draft') : record),
  };
  const journal = createJournal(memoryStorage(), 'move');
  await journal.create(await planMove({ move: 'move', ...stores, sourceCollection: 'docs' }));
  await journal.change(1, { phase: 'switched' });
  const live = await joinMove(journal, { clock: realClock });
  onTestFinished(() => live.close());
  const docs = await liveCollection(live, stores);
  const vectors = { '': new Float32Array([1]) };
  const written = await docs.upsert([
    { id: 'a', vectors, metadata: {} },
    { id: 'b', vectors, metadata: { draft: true } },
  ]);
  expect(written).toEqual({ accepted: 1, rejected: [expect.objectContaining({ id: 'b', reason: 'refused' })] });
  expect((await docs.fetch(['a', 'b'])).map(({ id }) => id)).toEqual(['a']);
});
