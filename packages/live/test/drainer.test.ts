import { createMemory } from '@vsm/adapter-memory';
import { recordKey, RemoteError, type CollectionV1, type UpsertResult, type VectorRecord } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, planMove, TIMINGS } from '@vsm/live';
import { expect, test } from 'vitest';
import { Drainer } from '../src/drainer.ts';
import { HeldLease } from '../src/lease.ts';
import { openRoutes } from '../src/route.ts';

const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;

/** A journal in the phase `drain`, by a clock that the test moves, and both stores. */
async function moveInDrain() {
  const time = { now: 0 };
  const clock = { now: () => time.now, sleep: async () => undefined };
  const journal = createJournal(memoryStorage({ now: () => time.now }), 'move');
  const [source, target] = [createMemory(), createMemory()];
  for (const store of [source, target]) await store.createCollection(schema);
  const header = await planMove({ move: 'move', source, target, sourceCollection: 'docs' });
  await journal.create(header);
  await journal.change(1, { phase: 'drain' });
  return { time, clock, journal, source, target, routes: await openRoutes(header, { source, target }) };
}

/** Drains records of the source into a target that takes them so. */
async function drainerInto(
  upsert: (records: readonly VectorRecord[], write: CollectionV1['upsert']) => Promise<UpsertResult>,
) {
  const { time, clock, journal, source, target, routes } = await moveInDrain();
  const there = {
    ...routes.there,
    target: wrapCollection(await target.openCollection('docs'), {
      upsert: (write) => (records) => upsert(records, write),
    }),
  };
  const lease = new HeldLease(journal, clock, 'one');
  const problems: string[] = [];
  const onProblem = (problem: unknown): number => problems.push(String(problem));
  const drainer = new Drainer({ journal, lease, routes: { ...routes, there }, clock, onProblem });
  return {
    journal,
    target,
    problems,
    write: async (...ids: string[]): Promise<void> => {
      const records = ids.map((id) => ({ id, vectors: { '': new Float32Array([1]) }, metadata: {} }));
      await (await source.openCollection('docs')).upsert(records);
      await journal.touched(ids.map((id) => recordKey({ id })));
    },
    /** A look at the marks, once nothing of the one before can land. */
    pass: async (): Promise<void> => {
      time.now += TIMINGS.late + 1;
      await lease.renew();
      await drainer.pass('source', await journal.seen());
      await drainer.settle();
    },
  };
}

test('a record of which the store says nothing stays marked', async () => {
  const { journal, problems, write, pass } = await drainerInto(async () => ({ accepted: 0, rejected: [] }));
  await write('a');
  await pass();
  expect(problems).toEqual([expect.stringContaining('unaccounted for')]);
  expect(await journal.anyMarks()).toBe(true);
});

test('a refusal of what was not sent is no account of what was', async () => {
  const { journal, problems, write, pass } = await drainerInto(async () => ({
    accepted: 0,
    rejected: [{ id: 'other', reason: 'refused', detail: 'no' }],
  }));
  await write('a');
  await pass();
  expect(problems).toEqual([expect.stringContaining('"other"')]);
  expect(await journal.anyMarks()).toBe(true);
});

test('what is too large at once is sent by less, and one record that is too large is refused by name', async () => {
  const { journal, target, write, pass } = await drainerInto(async (records, upsert) => {
    if (records.length > 1 || records[0]?.id === 'large') {
      throw new RemoteError('413', { adapter: 'memory', retryable: false, tooLarge: true });
    }
    return upsert(records);
  });
  await write('a', 'b', 'large', 'z');
  for (let times = 0; times < 4; times += 1) await pass();
  const found = await (await target.openCollection('docs')).fetch(['a', 'b', 'large', 'z']);
  expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'z']);
  const marks = await journal.marksOf(['/a', '/b', '/large', '/z']);
  expect([...marks].map(([key, { refused }]) => [key, refused])).toEqual([['/large', '413']]);
});

test('what a drainer began is not sent once another one had the lease, even if it has it again', async () => {
  const { time, clock, journal, target, routes } = await moveInDrain();
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
  time.now += 1;
  await drainer.pass('source', await journal.seen());
  // Another one takes it, and gives it back.
  time.now += TIMINGS.lease + 1;
  const other = new HeldLease(journal, clock, 'two');
  await other.renew();
  time.now += TIMINGS.lease + TIMINGS.late;
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

test('what was answered once the lease was over is drained again, even if somebody else has cleared the mark', async () => {
  const { time, clock, journal, target, routes } = await moveInDrain();
  const there = {
    ...routes.there,
    target: wrapCollection(await target.openCollection('docs'), {
      delete: (remove) => async (ids, options) => {
        // It stands still just before it sends.
        time.now += TIMINGS.lease + TIMINGS.late + 1;
        const { seq = '' } = (await journal.marksOf(['/a'])).get('/a') ?? {};
        await journal.clear([{ key: '/a', seq }], time.now);
        return remove(ids, options);
      },
    }),
  };
  const lease = new HeldLease(journal, clock, 'one');
  await lease.renew();
  const drainer = new Drainer({ journal, lease, routes: { ...routes, there }, clock });
  await journal.touched(['/a']);
  time.now += 1;
  await drainer.pass('source', await journal.seen());
  await drainer.settle();
  expect((await journal.marksOf(['/a'])).get('/a')?.recheck).toBe(time.now + TIMINGS.late);
});
