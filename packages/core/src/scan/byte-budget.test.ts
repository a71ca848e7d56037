import { expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const page = (records: number, dimension: number) =>
  Array.from({ length: records }, (_, index) => ({
    id: String(index),
    vectors: { '': new Float32Array(dimension) },
    metadata: {},
  }));

test('pages get smaller at once when records turn out larger than the sample', () => {
  const budget = new ByteBudget(1_000_000, 1, 100);
  expect(budget.pageLimit(1000)).toBe(1000);
  budget.measure(page(10, 25_000));
  expect(budget.pageLimit(1000)).toBeLessThanOrEqual(5);
});

test('a page waits until there is room, and gets it', async () => {
  const budget = new ByteBudget(1000, 2, 100);
  const first = await budget.reserve(5, undefined);
  const second = await budget.reserve(5, undefined);
  let third = false;
  const waiting = budget.reserve(5, undefined).then((reservation) => {
    third = true;
    return reservation;
  });
  await Promise.resolve();
  expect(third).toBe(false);
  first.settle(600);
  await Promise.resolve();
  expect(third).toBe(false);
  second.release();
  first.release();
  (await waiting).release();
});

test('a page larger than the whole budget goes through alone', async () => {
  const budget = new ByteBudget(1000, 1, 100);
  const reservation = await budget.reserve(100, undefined);
  reservation.settle(50_000);
  let next = false;
  const waiting = budget.reserve(1, undefined).finally(() => {
    next = true;
  });
  await Promise.resolve();
  expect(next).toBe(false);
  reservation.release();
  await waiting;
  expect(next).toBe(true);
});

test('whoever waits is let go when the run is aborted', async () => {
  const budget = new ByteBudget(1000, 1, 100);
  const abort = new AbortController();
  const held = await budget.reserve(10, undefined);
  const waiting = budget.reserve(10, abort.signal);
  abort.abort(new Error('stopped'));
  held.settle(900);
  await expect(waiting).rejects.toThrow('stopped');
});
