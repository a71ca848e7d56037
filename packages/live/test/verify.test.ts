import { createMemory } from '@vsm/adapter-memory';
import { wrapCollection } from '@vsm/core/adapter';
import { realClock } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, planMove } from '@vsm/live';
import { expect, test } from 'vitest';
import { openRoutes } from '../src/route.ts';
import { verifyMove } from '../src/verify.ts';

test('a record that lost its mark without being drained is found, though it had one when it was looked at', async () => {
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [source, target]) await store.createCollection(schema);
  const journal = createJournal(memoryStorage(), 'move');
  const header = await planMove({ move: 'move', source, target, sourceCollection: 'docs' });
  await journal.create(header);
  await journal.change(1, { phase: 'drain' });
  const records = ['a', 'b'].map((id) => ({ id, vectors: { '': new Float32Array([1]) }, metadata: {} }));
  await (await source.openCollection('docs')).upsert(records);
  await journal.touched(['/a', '/b']);

  const routes = await openRoutes(header, { source, target });
  const cleared = wrapCollection(routes.target, {
    scan: (scan) => async (request, options) => {
      for await (const mark of journal.marks()) {
        if (mark.key === '/a') await journal.clear([mark], Number.MAX_SAFE_INTEGER);
      }
      return scan(request, options);
    },
  });
  const verified = await verifyMove({ journal, routes: { ...routes, target: cleared }, clock: realClock, settleMs: 0 });
  expect(verified).toMatchObject({ compared: 2, differing: 1, ids: ['/a'] });
  expect(new Set((await journal.marksOf(['/a', '/b'])).keys())).toEqual(new Set(['/a', '/b']));
});
