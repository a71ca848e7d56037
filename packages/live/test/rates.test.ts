import { createMemory } from '@vsm/adapter-memory';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, next, planMove, runMove, TIMINGS, type RunnerFigures } from '@vsm/live';
import { expect, test } from 'vitest';
import { Rates } from '../src/rates.ts';

/** Looks every ten seconds at marks that grow by one number and are drained by another, a second each. */
function watched(
  seconds: number,
  { grows, drains, lagMs = 0 }: { readonly grows: number; readonly drains: number; readonly lagMs?: number },
) {
  const rates = new Rates();
  let told: ReturnType<Rates['look']>;
  for (let at = 0; at <= seconds; at += 10) {
    told = rates.look({ now: at * 1000, marks: 1000 + at * grows, drained: at * drains }, { refused: 100, lagMs });
  }
  return told;
}

test('what came is what there is more of, and what was drained meanwhile', () => {
  expect(watched(10, { grows: 0, drains: 3 })).toEqual({ inPerSecond: 3, outPerSecond: 3, fallsBehind: false });
  expect(watched(60, { grows: -5, drains: 8 })).toMatchObject({ inPerSecond: 3, outPerSecond: 8 });
});

test('nothing is told of one look', () => {
  expect(watched(0, { grows: 1, drains: 1 })).toBeUndefined();
});

test('the last minute counts', () => {
  const rates = new Rates();
  for (const [now, drained] of [
    [0, 0],
    [60_000, 6000],
    [120_000, 6060],
  ] as const) {
    rates.look({ now, marks: 500, drained }, { refused: 0, lagMs: 0 });
  }
  const told = rates.look({ now: 120_001, marks: 500, drained: 6060 }, { refused: 0, lagMs: 0 });
  expect(told?.outPerSecond).toBeCloseTo(1);
});

test('the time until all is drained leaves out what is refused, and is not told where there is none', () => {
  // After a minute 1,000 - 300 marks are left, a hundred of which are refused.
  expect(watched(60, { grows: -5, drains: 8 })?.drainedInMs).toBeCloseTo(120_000);
  expect(watched(60, { grows: 5, drains: 8 })?.drainedInMs).toBeUndefined();
  expect(watched(180, { grows: -5, drains: 5 })?.drainedInMs).toBe(0);
});

test('a drain falls behind that was ahead of nothing for five minutes, and is late', () => {
  expect(watched(290, { grows: 1, drains: 8, lagMs: 11_000 })?.fallsBehind).toBe(false);
  expect(watched(300, { grows: 1, drains: 8, lagMs: 11_000 })?.fallsBehind).toBe(true);
  expect(watched(300, { grows: 1, drains: 8, lagMs: 9000 })?.fallsBehind).toBe(false);
  expect(watched(300, { grows: -0.1, drains: 8, lagMs: 11_000 })?.fallsBehind).toBe(false);
});

test('a runner counts marks while they are only kept, tells their rates, and begins anew as it drains', async () => {
  const time = { now: 0 };
  const journal = createJournal(memoryStorage({ now: () => time.now }), 'move');
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  for (const store of [source, target]) await store.createCollection(schema);
  await journal.create(await planMove({ move: 'move', source, target, sourceCollection: 'docs' }));
  await journal.change(1, { phase: 'journal' });
  const told: RunnerFigures[] = [];
  const end = new AbortController();
  await runMove({
    journal: {
      ...journal,
      async lease(request) {
        if (request.figures !== undefined) told.push(request.figures);
        return journal.lease(request);
      },
    },
    stores: { source, target },
    signal: end.signal,
    clock: {
      now: () => time.now,
      async sleep(_ms, signal) {
        // Each look is a look later; the beat beside them waits until the end.
        if (_ms !== TIMINGS.poll) return aborted(signal);
        time.now += 20_000;
        await journal.touched([`/${time.now}`]);
        if (time.now === 100_000) await journal.change(2, { phase: 'drain' });
        if (time.now === 200_000) end.abort();
      },
    },
  });
  expect(told.find(({ rates }) => rates !== undefined)?.rates).toEqual({
    inPerSecond: 0.05,
    outPerSecond: 0,
    fallsBehind: false,
  });
  const draining = told.filter(({ doing }) => doing === 'draining the source');
  expect(draining[0]?.rates).toBeUndefined();
  expect(draining.at(-1)?.rates?.outPerSecond).toBeGreaterThan(0);
});

test('a step says that the drain does not catch up, where it does not', async () => {
  const journal = createJournal(memoryStorage({ now: () => 0 }), 'move');
  const [source, target] = [createMemory(), createMemory()];
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  await source.createCollection(schema);
  await journal.create(await planMove({ move: 'move', source, target, sourceCollection: 'docs' }));
  await journal.change(1, { phase: 'shadow' });
  const figures = { marks: 900, lagMs: 25_000, drained: 4, refused: 0, doing: 'draining the source' };
  const rates = { inPerSecond: 9, outPerSecond: 8, fallsBehind: true };
  await journal.lease({ holder: 'runner', figures: { ...figures, rates } });
  const { blocked } = await next(journal, { gates: false });
  expect(blocked).toEqual(['the drain is 25 s behind, and does not catch up: marks come as fast as they are drained']);
});

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
}
