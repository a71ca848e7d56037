/** What is too seldom for a seed to find: played move by move, on the real journal and drainers. */
import { createMemory } from '@vsm/adapter-memory';
import { decodeRecord, type CollectionV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { memoryStorage } from '@vsm/distributed/memory';
import { back, createJournal, planMove, TIMINGS, type Journal, type Phase, type Rule } from '@vsm/live';
import { backfill } from '../../src/backfill.ts';
import { Drainer } from '../../src/drainer.ts';
import { tellGap } from '../../src/gap.ts';
import { HeldLease } from '../../src/lease.ts';
import { openRoutes, type Route } from '../../src/route.ts';
import { recordOf } from './application.ts';
import { valueOf } from './stores.ts';

type Scenario = (without: readonly Rule[]) => Promise<readonly string[]>;

/** By the rule without which it goes wrong. */
export const SCENARIOS: Partial<Record<Rule, Scenario>> = {
  /** A drainer stands still after it has read, and has the lease again when another one has drained what was written since. */
  async 'same-lease'(without) {
    const { time, journal, source, there, drain, write, valuesOf } = await move(without);
    const answered = Promise.withResolvers<void>();
    const slow: Route = {
      ...there,
      async read(keys) {
        const found = await there.read(keys);
        await answered.promise;
        return found;
      },
    };
    await write(source, 1);
    const [first, second] = [drain('one', slow), drain('two', there)];
    await first.begin();
    time.now += TIMINGS.lease + 1;
    await write(source, 2);
    await second.begin();
    await second.end();
    await first.lease.renew();
    answered.resolve();
    await first.end();
    const [here, other] = await valuesOf();
    if (here === other || (await journal.anyMarks())) return [];
    return [`it has no mark, and the stores hold ${here} and ${other}`];
  },

  /** Who has copied stands still before it says so, and another one copies meanwhile. */
  async 'copied-by-lease'(without) {
    const { time, journal, header, stores, clock } = await move(without, 'backfill');
    const [copied, said] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: Journal = {
      ...journal,
      async copied(claim, copy) {
        copied.resolve();
        await said.promise;
        return journal.copied(claim, copy);
      },
    };
    const leaseOf = async (holder: string): Promise<HeldLease> => {
      const lease = new HeldLease(journal, clock, holder);
      const { waitMs } = await lease.renew();
      time.now += waitMs + 1;
      await lease.renew();
      return lease;
    };
    const copying = backfill({ journal: slow, header, stores, lease: await leaseOf('one'), checkpoints: false });
    const ended = copying.catch(() => undefined);
    await copied.promise;
    time.now += TIMINGS.lease + 1;
    await leaseOf('two');
    said.resolve();
    await ended;
    const facts = await journal.facts();
    return facts.copied === undefined ? [] : ['the copy counts as done while another one may be copying'];
  },

  /** A drainer clears the last mark while another one has its record on the way, and the move switches. */
  async 'drainer-acknowledges'(without) {
    const { time, journal, source, target, there, drain, write, valuesOf } = await move(without);
    const [cleared, landed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const late: Journal = {
      ...journal,
      async clear(taken, fetched) {
        await cleared.promise;
        await journal.clear(taken, fetched);
      },
    };
    const slow: Route = {
      ...there,
      target: wrapCollection(there.target, {
        upsert: (upsert) => async (records, options) => {
          await landed.promise;
          return upsert(records, options);
        },
      }),
    };
    await write(source, 1);
    const [first, second] = [drain('one', there, late), drain('two', slow)];
    await first.begin();
    time.now += TIMINGS.lease + 1;
    await second.begin();
    cleared.resolve();
    await first.end();
    const { version } = await journal.change(2, { phase: 'switching', from: 'canary', to: 'switched', holdMs: 5000 });
    const { row } = await journal.commit(version);
    if (row.phase === 'switched') await write(target, 2);
    landed.resolve();
    await second.end();
    const [, served] = await valuesOf();
    return row.phase === 'switched' && served !== 2 ? [`the target serves ${served}, and last was 2`] : [];
  },

  /** While a switch is on its way, somebody tells of writes that left no mark and are forgotten. */
  async 'gap-at-barrier'(without) {
    const { journal, source, valuesOf } = await move(without, 'canary');
    await journal.setFact('verified', { at: 1, version: 2, compared: 0, differing: 0, ids: [] });
    await source.upsert([recordOf({ id: 'a' }, 1)]);
    const { claim } = await journal.lease({ holder: 'runner' });
    const { version } = await journal.change(2, { phase: 'switching', from: 'canary', to: 'switched', holdMs: 5000 });
    await tellGap(journal, 'an instance has forgotten what it wrote');
    await journal.lease({ holder: 'runner', claim, ack: version });
    const { row } = await journal.commit(version);
    const [, served] = await valuesOf();
    return row.phase === 'switched' && served !== 1 ? [`the target serves ${served}, and last was 1`] : [];
  },

  /** Once it is switched, a record is written of which no mark tells, and the move goes back. */
  async 'gap-before-back'(without) {
    const { time, journal, target, valuesOf } = await move(without);
    await journal.change(2, { phase: 'switched' });
    await target.upsert([recordOf({ id: 'a' }, 1)]);
    await tellGap(journal, 'an instance has forgotten what it wrote');
    const { claim } = await journal.lease({ holder: 'runner' });
    const clock = {
      now: () => time.now,
      async sleep() {
        time.now += 50;
        const { row } = await journal.seen();
        await journal.lease({ holder: 'runner', claim, ack: row.version });
      },
    };
    const { row, blocked } = await back(journal, { clock });
    const [served] = await valuesOf();
    if (row.phase === 'switched') return blocked.some((why) => why.includes('forgotten')) ? [] : blocked;
    return [`the source serves ${served}, and last was 1`];
  },
};

/** One record, in a move that drains. */
async function move(without: readonly Rule[], phase: Phase = 'drain') {
  const time = { now: 0 };
  const clock = { now: () => time.now, sleep: async () => undefined };
  const keeps = (rule: Rule): boolean => !without.includes(rule);
  const journal = createJournal(memoryStorage({ now: () => time.now }), 'move', { keeps });
  const stores = { source: createMemory(), target: createMemory() };
  for (const store of Object.values(stores)) {
    await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } });
  }
  const header = await planMove({ move: 'move', ...stores, sourceCollection: 'docs' });
  await journal.create(header);
  await journal.change(1, { phase });
  const routes = await openRoutes(header, stores);
  const { source, target, there } = routes;
  const drain = (holder: string, route: Route, own: Journal = journal) => {
    const lease = new HeldLease(own, clock, holder);
    const drainer = new Drainer({ journal: own, lease, routes: { ...routes, there: route }, clock });
    return {
      lease,
      /** Takes the lease, waits as long as it has to, and begins. */
      async begin(): Promise<void> {
        const { waitMs } = await lease.renew();
        time.now += waitMs + 1;
        await lease.renew();
        await drainer.pass('source', await journal.seen());
        await settled();
      },
      async end(): Promise<void> {
        await drainer.settle();
        await lease.release();
      },
    };
  };
  return {
    time,
    clock,
    journal,
    header,
    stores,
    source,
    target,
    there,
    drain,
    write: async (collection: CollectionV1, value: number): Promise<void> => {
      await collection.upsert([recordOf({ id: 'a' }, value)]);
      await journal.touched(['/a']);
    },
    valuesOf: () => Promise.all([source, target].map(valueIn)),
  };
}

async function valueIn(collection: CollectionV1): Promise<number | undefined> {
  const [record] = await collection.fetch(['a']);
  return record === undefined ? undefined : valueOf(decodeRecord(record));
}

/** Whatever follows without waiting is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
