import type { TimelinePoint } from '@vsm/core';
import { expect, test } from 'vitest';
import { axisFrom0, timeTicks } from './chart.ts';
import { throughputChart } from './throughput.ts';

const point = (
  seconds: number,
  vectors: number,
  phase: TimelinePoint['phase'] = 'copying',
  retries = 0,
): TimelinePoint => ({
  seconds,
  vectors,
  phase,
  retries,
  bytes: 0,
  concurrency: 1,
  readMs: undefined,
  writeMs: undefined,
});

const draw = (timeline: readonly TimelinePoint[], resumed = false): string =>
  throughputChart(timeline, resumed)?.text ?? '';

/** What the bars say when pointed at. */
const tips = (svg: string): string[] => [...svg.matchAll(/<g>\s*<title>([^<]*)</g)].map(([, tip = '']) => tip);

test('shows the pace of each piece of time, however the pages came in', () => {
  const svg = draw([point(0, 0), point(1, 100), point(1.0001, 300), point(4, 400)]);
  // Pieces of 4/3 s: 300 records by the first second, then 100 more over three.
  expect(tips(svg)).toEqual([
    '0.00 s to 1.3 s: 233 records/s',
    '1.3 s to 2.7 s: 33 records/s',
    '2.7 s to 4.0 s: 33 records/s',
  ]);
  expect(svg).toContain('On average 100 records a second');
});

test('tells copying from verifying, and leaves out the time between', () => {
  const svg = draw([point(0, 0), point(2, 200), point(3, 0, 'verifying'), point(4, 200, 'verifying')]);
  expect(svg.match(/On average \d+ records a second/g)).toEqual([
    'On average 100 records a second',
    'On average 200 records a second',
  ]);
});

test('does not count what was there before the run was taken up', () => {
  const timeline = [point(0, 0), point(0.1, 900), point(1.1, 1000)];
  expect(draw(timeline, true)).toContain('On average 100 records a second');
  expect(draw(timeline, false)).toContain('On average 909 records a second');
});

test('marks the retries where they happened', () => {
  const svg = draw([point(0, 0), point(1, 10), point(2, 20, 'copying', 3), point(3, 30, 'copying', 3)]);
  expect(tips(svg).filter((tip) => tip.includes('3 retries'))).toHaveLength(1);
  expect(svg).toContain('3 calls were repeated');
});

test('draws nothing where nothing was measured', () => {
  expect(draw([])).toBe('');
  expect(draw([point(0, 0)])).toBe('');
});

test('counts in round numbers', () => {
  expect(axisFrom0(870, 3)).toEqual({ max: 1000, ticks: [0, 500, 1000] });
  expect(axisFrom0(0.03, 3).max).toBeCloseTo(0.03);
  expect(timeTicks(11.5)).toEqual({ ticks: [0, 2, 4, 6, 8, 10], unit: 'seconds' });
  expect(timeTicks(7300).unit).toBe('minutes');
  expect(timeTicks(400_000).unit).toBe('hours');
  for (const seconds of [0.01, 1, 59, 61, 3599, 86_400, 1e7]) {
    expect(timeTicks(seconds).ticks.length).toBeGreaterThan(2);
    expect(timeTicks(seconds).ticks.length).toBeLessThanOrEqual(8);
  }
});
