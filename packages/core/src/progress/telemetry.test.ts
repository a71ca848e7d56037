import { afterEach, expect, test, vi } from 'vitest';
import { Telemetry } from './telemetry.ts';

afterEach(() => vi.useRealTimers());

function record(telemetry: Telemetry, pages: number, phase: 'copying' | 'verifying' = 'copying'): void {
  for (let page = 1; page <= pages; page += 1) {
    vi.advanceTimersByTime(70);
    telemetry.observe('read', page);
    telemetry.record(phase, { vectors: page * 10, bytes: page * 1000, retries: 0, concurrency: 2 });
  }
}

test('a long run keeps its beginning and its end in at most 240 points', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const telemetry = new Telemetry();
  record(telemetry, 20_000);
  const { timeline } = telemetry;
  expect(timeline.length).toBeLessThanOrEqual(240);
  expect(timeline.length).toBeGreaterThan(60);
  expect(timeline.at(-1)).toMatchObject({ vectors: 200_000, bytes: 20_000_000 });
  expect(timeline.at(-1)?.seconds).toBeCloseTo((19_999 * 70) / 1000);
  const seconds = timeline.map((point) => point.seconds);
  expect(seconds).toEqual(seconds.toSorted((left, right) => left - right));
  // Points are about evenly far apart.
  const gaps = seconds.slice(1, -1).map((second, index) => second - (seconds[index] ?? 0));
  expect(Math.max(...gaps.slice(1))).toBeLessThan(4 * Math.min(...gaps.slice(1)));
});

test('the end of a phase stays, and means cover the calls since the point before', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const telemetry = new Telemetry();
  record(telemetry, 3);
  record(telemetry, 2, 'verifying');
  const { timeline } = telemetry;
  expect(timeline.findLast(({ phase }) => phase === 'copying')?.vectors).toBe(30);
  expect(timeline.at(-1)).toMatchObject({ phase: 'verifying', vectors: 20 });
  expect(timeline[0]?.readMs).toBe(1);
  expect(timeline[0]?.writeMs).toBeUndefined();
});

test('latencies are summed up by percentile', () => {
  const telemetry = new Telemetry();
  for (let milliseconds = 1; milliseconds <= 100; milliseconds += 1) telemetry.observe('write', milliseconds);
  const { read, write } = telemetry.latency;
  expect(read).toEqual({ calls: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
  expect(write.calls).toBe(100);
  expect(write.p50Ms).toBeCloseTo(50, 0);
  expect(write.p95Ms).toBeCloseTo(95, 0);
  expect(write.maxMs).toBeCloseTo(100, 0);
});
