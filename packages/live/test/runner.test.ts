import { createMemory } from '@vsm/adapter-memory';
import type { VectorRecord } from '@vsm/core';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, planMove, runMove, TIMINGS, type Journal } from '@vsm/live';
import { expect, test } from 'vitest';

test('a runner leaves marks alone once it is switched with no way back', async () => {
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [source, target]) await store.createCollection(schema);
  // A transform cannot be undone.
  const stores = { source, target, transform: (record: VectorRecord) => record };
  const timings = { ...TIMINGS, poll: 1 };
  const journal = createJournal(memoryStorage(), 'move', { timings });
  await journal.create(await planMove({ move: 'move', ...stores, sourceCollection: 'docs', timings }));
  await journal.change(1, { phase: 'switched' });
  await journal.touched(['/a']);

  const end = new AbortController();
  let looks = 0;
  const counted: Journal = {
    ...journal,
    lease(request) {
      looks += 1;
      if (looks === 3) end.abort();
      return journal.lease(request);
    },
  };
  const problems: unknown[] = [];
  await runMove({ journal: counted, stores, signal: end.signal, onProblem: (problem) => problems.push(problem) });
  expect(problems).toEqual([]);
  expect(await journal.anyMarks()).toBe(true);
});
