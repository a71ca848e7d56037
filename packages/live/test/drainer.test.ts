import { createMemory } from '@vsm/adapter-memory';
import type { CollectionV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, planMove, TIMINGS } from '@vsm/live';
import { expect, test } from 'vitest';
import { Drainer } from '../src/drainer.ts';
import { HeldLease } from '../src/lease.ts';
import { openRoutes } from '../src/route.ts';

test('what a drainer began is not sent once another one had the lease, even if it has it again', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async () => undefined };
  const journal = createJournal(memoryStorage({ now: () => now }), 'move');
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [source, target]) await store.createCollection(schema);
  const header = await planMove({ move: 'move', source, target, sourceCollection: 'docs' });
  await journal.create(header);
  await journal.change(1, { phase: 'drain' });
  const routes = await openRoutes(header, { source, target });

  const written: string[] = [];
  const fetched = Promise.withResolvers<void>();
  const held: CollectionV1 = wrapCollection(await target.openCollection('docs'), {
    delete: (remove) => async (ids, options) => {
      written.push(...ids);
      return remove(ids, options);
    },
  });
  const there = {
    ...routes.there,
    target: held,
    read: async (keys: readonly string[]) => {
      await fetched.promise;
      return routes.there.read(keys);
    },
  };

  const lease = new HeldLease(journal, clock, 'one');
  await lease.renew();
  const drainer = new Drainer({ journal, lease, routes: { ...routes, there }, clock });
  await journal.touched(['/a']);
  now += 1;
  await drainer.pass('source', await journal.seen());
  // Another one takes it, and gives it back.
  now += TIMINGS.lease + 1;
  const other = new HeldLease(journal, clock, 'two');
  await other.renew();
  now += TIMINGS.lease + TIMINGS.late;
  await other.renew();
  await other.release();
  await lease.renew();
  expect(lease.good).toBe(true);
  fetched.resolve();
  await drainer.settle();
  expect(written).toEqual([]);

  await drainer.pass('source', await journal.seen());
  await drainer.settle();
  expect(written).toEqual(['a']);
});
