import { watchMove, type MoveFigures } from '@vsm/otel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listedIn, section } from './listed.ts';
import { Receiver, startSdk } from './receiver.ts';

const FIGURES: MoveFigures = {
  move: 'docs',
  phase: { phase: 'canary', version: 7 },
  instances: [
    {
      ack: 7,
      longestHoldMs: 1200,
      shadow: {
        samples: 300,
        overlap: 1,
        missingFirst: 1,
        errors: 2,
        fallbacks: 3,
        sourceMs: [4, 9],
        targetMs: [5, 20],
      },
    },
    {
      ack: 6,
      shadow: {
        samples: 100,
        overlap: 0.6,
        missingFirst: 4,
        errors: 0,
        fallbacks: 0,
        sourceMs: [6, 8],
        targetMs: [2, 3],
      },
    },
  ],
  runner: {
    figures: { lagMs: 2500, drained: 40, rates: { inPerSecond: 1.5, outPerSecond: 4, drainedInMs: 4800 } },
  },
  facts: { sampled: { compared: 1000, differing: 2 }, verified: { compared: 5000, differing: 0 } },
  marks: 12,
  held: 3,
  refused: ['a'],
  doubtful: [],
};

let receiver: Receiver;
let sdk: ReturnType<typeof startSdk>;
beforeEach(async () => {
  receiver = new Receiver();
  sdk = startSdk(await receiver.listen());
});
afterEach(async () => {
  await sdk.shutdown();
  await receiver.close();
});

test('a live move is seen by its phase, marks, lag, holds and compared reads', async () => {
  const end = watchMove(async () => FIGURES, sdk);
  await sdk.flush();
  end();
  const last = (name: string, attributes = {}): number | undefined =>
    receiver.last(`vsm.live.${name}`, { 'vsm.live.move': 'docs', ...attributes });
  expect(last('phase', { 'vsm.live.phase': 'canary' })).toBe(1);
  expect([last('marks'), last('marks.held'), last('lag'), last('drained')]).toEqual([12, 3, 2.5, 40]);
  expect([last('marks.in'), last('marks.out'), last('drained_in')]).toEqual([1.5, 4, 4.8]);
  expect([last('refused'), last('in_doubt'), last('hold')]).toEqual([1, 0, 1.2]);
  const acknowledged = [true, false].map((said) => last('instances', { 'vsm.live.acknowledged': said }));
  expect(acknowledged).toEqual([1, 1]);
  expect(last('differing', { 'vsm.live.check': 'sampled' })).toBe(2);
  expect([last('reads.compared'), last('reads.missing_first'), last('reads.errors'), last('reads.fallbacks')]).toEqual([
    400, 5, 2, 3,
  ]);
  expect(last('reads.overlap')).toBeCloseTo(0.9);
  const live = receiver.points.filter(({ metric }) => metric.startsWith('vsm.live.'));
  const listed = listedIn(await section('Live moves'));
  expect(listed.map(({ metric }) => metric).toSorted()).toEqual(
    [...new Set(live.map(({ metric }) => metric))].toSorted(),
  );
  for (const { metric, kind, unit, attributes } of listed) {
    const found = live.filter((point) => point.metric === metric);
    expect(found[0]).toMatchObject({ metric, kind, unit });
    const seen = new Set(found.flatMap((point) => Object.keys(point.attributes)));
    expect({ metric, seen: [...seen].toSorted() }).toEqual({
      metric,
      seen: [...attributes, 'vsm.live.move'].toSorted(),
    });
  }
  expect(last('reads.duration', { 'vsm.store': 'target', quantile: 0.95 })).toBe(0.02);
});

test('a journal that does not answer gives no figures', async () => {
  const end = watchMove(async () => {
    throw new Error('away');
  }, sdk);
  await sdk.flush();
  end();
  expect(receiver.points.filter(({ metric }) => metric.startsWith('vsm.live.'))).toEqual([]);
});
