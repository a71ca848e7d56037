import { expect, it } from 'vitest';
import { cutKeys, partsOf, readPart, worthOf, type Part } from './partition.ts';
import { createTally } from './tally.ts';

/** A walk through so many keys, in pages of seven. */
function walk(keys: readonly string[]): (last: string | bigint | undefined) => Promise<readonly string[]> {
  return async (last) => {
    const from = last === undefined ? 0 : keys.indexOf(String(last)) + 1;
    return keys.slice(from, from + 7);
  };
}

const keysOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `k${String(at).padStart(6, '0')}`);

it.each([
  [1, 50],
  [2, 2],
  [3, 10],
  [4, 5000],
  [16, 3],
])('%i parts of %i keys hold each of them once, and about equally many', async (parts, count) => {
  const keys = keysOf(count);
  const cuts = await cutKeys(parts, count, walk(keys));
  const ranges = partsOf('red', cuts, count).map((part) => readPart(part, 'docs'));
  expect(ranges.length).toBeLessThanOrEqual(parts);
  const isIn = (key: string, { after, until }: Part): boolean =>
    (after === undefined || key > after) && (until === undefined || key <= until);
  const sizes = ranges.map((range) => keys.filter((key) => isIn(key, range)).length);
  expect(keys.every((key) => ranges.filter((range) => isIn(key, range)).length === 1)).toBe(true);
  const worst = Math.max(...sizes.map((size) => Math.abs(size - count / sizes.length)));
  expect(worst).toBeLessThan(count / 20 + 2);
  expect(ranges.every(({ partition }) => partition === 'red')).toBe(true);
});

it.each([
  ['ends with the last row', 5000, Math.ceil(5000 / 7)],
  ['ends where there are no more keys, since several rows may share one', 6000, Math.ceil(5000 / 7) + 1],
])('the walk %s', async (_, rows, pages) => {
  const next = walk(keysOf(5000));
  let asked = 0;
  const cuts = await cutKeys(4, rows, (last) => {
    asked += 1;
    return next(last);
  });
  expect([cuts.length, asked]).toEqual([3, pages]);
});

it('few rows are one part', () => {
  expect([worthOf(0, 16), worthOf(7999, 16), worthOf(8000, 16), worthOf(1e9, 16)]).toEqual([1, 1, 2, 16]);
});

it('what is no part of a collection is refused', () => {
  for (const id of ['', '{', '[]', '7', '{"after":7}', 'null']) {
    expect(() => readPart({ id }, 'docs')).toThrow(/is not a partition of "docs"/);
  }
});

it('records are tallied where everything was read by this process, at once or in parts', () => {
  const tally = createTally();
  expect(tally.total()).toBeUndefined();
  tally.begin(undefined, true);
  tally.add(undefined, 2);
  expect(tally.total()).toBeUndefined();
  tally.end(undefined);
  expect(tally.total()).toBe(2);
  tally.begin(undefined, false);
  tally.add(undefined, 1);
  tally.end(undefined);
  expect(tally.total()).toBeUndefined();
  tally.expect(['a', 'b']);
  for (const part of ['a', 'b']) tally.begin(part, true);
  tally.add('a', 3);
  tally.add('b', 4);
  tally.end('b');
  expect(tally.total()).toBeUndefined();
  tally.end('a');
  expect(tally.total()).toBe(7);
  // Read again from its beginning.
  tally.begin('a', true);
  expect(tally.total()).toBeUndefined();
  tally.expect(['a', 'b']);
  // Taken up in the middle, so that nobody knows what came before.
  tally.add('a', 3);
  tally.end('a');
  tally.begin('b', true);
  tally.end('b');
  expect(tally.total()).toBeUndefined();
});
