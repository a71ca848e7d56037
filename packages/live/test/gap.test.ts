import { createMemory } from '@vsm/adapter-memory';
import { memoryStorage } from '@vsm/distributed/memory';
import {
  createJournal,
  gone,
  joinMove,
  next,
  planMove,
  TIMINGS,
  type Journal,
  type Live,
  type MoveHeader,
  type Phase,
} from '@vsm/live';
import { afterEach, beforeEach, expect, test } from 'vitest';

let now = 0;
let down = false;
/** What waits for time waits until the test lets it go on. */
let wake: (() => void)[] = [];
const clock = {
  now: () => now,
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      wake.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    }),
};
let journal: Journal;
let live: Live;
beforeEach(async () => {
  [now, down, wake] = [0, false, []];
  await begin();
});
afterEach(async () => {
  down = false;
  await live.close();
});

async function begin(changed: Partial<MoveHeader> = {}): Promise<void> {
  const source = createMemory();
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  await source.createCollection(schema);
  const storage = memoryStorage({ now: () => now });
  journal = createJournal(storage, 'move');
  const header = await planMove({ move: 'move', source, target: createMemory(), sourceCollection: 'docs' });
  await journal.create({ ...header, ...changed });
}

/** The journal as an instance reaches it: not at all, while it is down. */
function reached(): Journal {
  const fails = async (): Promise<never> => {
    throw new Error('connection refused');
  };
  return new Proxy(journal, {
    get(target, name: keyof Journal) {
      const found = target[name];
      return down && typeof found === 'function' && name !== 'keeps' && name !== 'newName' ? fails : found;
    },
  });
}

async function join(phase: Phase, options: Parameters<typeof joinMove>[1] = {}): Promise<void> {
  await journal.change(1, { phase });
  live = await joinMove(reached(), { clock, name: 'app', whenJournalIsDown: 'record-gap', ...options });
}

/** The instance looks at the journal again, and tells what it has to tell. */
async function heard(): Promise<void> {
  const { beat } = (await journal.instances())[0] ?? {};
  now += 1;
  for (let turn = 0; turn < 50 && (await journal.instances())[0]?.beat === beat; turn += 1) beats();
  for (let turn = 0; turn < 20; turn += 1) await journal.seen();
}

function beats(): void {
  for (const resume of wake.splice(0)) resume();
}

const unused = async (): Promise<never> => {
  throw new Error('not this one');
};

test('without its journal an application that records the gap writes on, and tells its ids once it is back', async () => {
  await join('drain');
  down = true;
  expect(await live.write(['a', 'b'], { source: async () => 'written', target: unused })).toBe('written');
  await expect(
    live.write(['c'], {
      source: async () => {
        throw new Error('no answer');
      },
      target: unused,
    }),
  ).rejects.toThrow('no answer');
  expect(await journal.anyMarks()).toBe(false);
  down = false;
  await heard();
  const marks = await journal.marksOf(['/a', '/b', '/c']);
  expect([...marks].map(([key, { recheck }]) => [key, recheck > now])).toEqual([
    ['/a', false],
    ['/b', false],
    ['/c', true],
  ]);
});

test('one that refuses writes does so', async () => {
  await join('drain', { whenJournalIsDown: 'refuse-writes' });
  down = true;
  await expect(live.write(['a'], { source: unused, target: unused })).rejects.toThrow('does not answer');
});

test('no switch goes by an instance that may be writing, until somebody says that it is gone, and then it is verified anew', async () => {
  await join('canary');
  await journal.setFact('verified', { at: 1, version: 2, compared: 0, differing: 0, ids: [] });
  down = true;
  await live.write(['a'], { source: async () => undefined, target: unused });
  now += 100 * (TIMINGS.lease + TIMINGS.late);
  const holdMs = TIMINGS.hold;
  const { version } = await journal.change(2, { phase: 'switching', from: 'canary', to: 'switched', holdMs });
  const { claim } = await journal.lease({ holder: 'runner', ack: version });
  expect(claim).toBeDefined();
  expect(await journal.commit(version)).toMatchObject({ waiting: { instances: ['app'] } });
  now += holdMs + 1;
  await journal.fallBack(version);
  await expect(gone(journal, 'other')).rejects.toThrow('No instance "other"');
  expect((await gone(journal, 'app')).blocked).toEqual([]);
  const { blocked } = await next(journal);
  expect(blocked).toContainEqual(expect.stringContaining('instance app may have written without marks'));
});

test('an instance that is there is not called gone', async () => {
  await join('canary');
  expect((await gone(journal, 'app')).blocked).toEqual([expect.stringContaining('app is there')]);
});

test('ids beyond those that are remembered are a gap', async () => {
  await join('drain', { mostUntold: 1 });
  down = true;
  await live.write(['a', 'b'], { source: async () => undefined, target: unused });
  down = false;
  await heard();
  expect((await journal.facts()).gap).toMatchObject({ why: expect.stringContaining('forgotten which ids') });
});

test('a store that shows writes late is not drained before it shows what was written meanwhile', async () => {
  await begin({ settleMs: { source: 60_000, target: 0 } });
  await join('drain');
  down = true;
  await live.write(['a'], { source: async () => undefined, target: unused });
  down = false;
  await heard();
  expect((await journal.marksOf(['/a'])).get('/a')?.recheck).toBe(now + 60_000);
});

test('ids that are forgotten while the gap is told are a later gap', async () => {
  await join('drain', { mostUntold: 1 });
  down = true;
  const answer = Promise.withResolvers<void>();
  const slow = live.write(['c', 'd'], { source: () => answer.promise, target: unused });
  await live.write(['a', 'b'], { source: async () => undefined, target: unused });
  const setFact = journal.setFact.bind(journal);
  let told = 0;
  journal.setFact = async (...fact) => {
    told += 1;
    if (told === 1) answer.resolve();
    await slow;
    await setFact(...fact);
  };
  down = false;
  await heard();
  await heard();
  expect(told).toBe(2);
});

test('what died may have sent still lands, so that no verification counts that began before it has', async () => {
  await join('drain');
  down = true;
  now += TIMINGS.lease + 1;
  expect((await gone(journal, 'app')).blocked).toEqual([]);
  const verifiedAt = (at: number) =>
    journal.setFact('verified', { at, version: 2, compared: 0, differing: 0, ids: [] });
  await verifiedAt(now + TIMINGS.late);
  const unverified = expect.stringContaining('verified again');
  expect((await next(journal)).blocked).toContainEqual(unverified);
  await verifiedAt(now + TIMINGS.late + 1);
  expect((await next(journal)).blocked).not.toContainEqual(unverified);
});

test('one that died is told from the one that was started again under its name', async () => {
  await join('canary');
  const [died] = await journal.instances();
  now += TIMINGS.lease + 1;
  await journal.beat({ id: 'again', name: 'app', records: true });
  const { blocked } = await gone(journal, 'app');
  expect(blocked).toEqual([
    expect.stringContaining('app is there'),
    expect.stringContaining(`heard of 30 s ago: say its id, ${died?.id}`),
  ]);
  expect((await gone(journal, died?.id ?? '')).blocked).toEqual([]);
  expect(await journal.instances()).toMatchObject([{ id: 'again' }]);
});

test('one that could not join, since the answer was lost, is waited for by nobody', async () => {
  await journal.change(1, { phase: 'canary' });
  const { promise: left, resolve } = Promise.withResolvers<void>();
  let away = 2;
  const lost: Journal = {
    ...journal,
    async beat(instance) {
      await journal.beat(instance);
      throw new Error('no answer');
    },
    async leaveInstance(id) {
      away -= 1;
      if (away >= 0) throw new Error('nor now');
      await journal.leaveInstance(id);
      resolve();
    },
  };
  const impatient = { ...clock, sleep: async () => undefined };
  await expect(joinMove(lost, { clock: impatient, whenJournalIsDown: 'record-gap' })).rejects.toThrow(
    'does not answer',
  );
  await left;
  expect(await journal.instances()).toEqual([]);
  live = await joinMove(journal, { clock, whenJournalIsDown: 'record-gap' });
});
