import { expect, it } from 'vitest';
import { BoundedCounts } from './bounded-counts.ts';

const countsOf = (most: number, names: readonly string[]): BoundedCounts => {
  const counts = new BoundedCounts(most);
  for (const name of names) counts.add(name);
  return counts;
};

it('keeps the same names in whatever order, and however split, they came', () => {
  const names = Array.from({ length: 400 }, (_, at) => `name ${(at * 37) % 100}`);
  const whole = countsOf(10, names).toJSON();
  expect(whole).toEqual({
    ...Object.fromEntries(
      names
        .toSorted()
        .slice(0, 40)
        .map((name) => [name, 4]),
    ),
    '(all others)': 360,
  });
  expect(countsOf(10, names.toReversed()).toJSON()).toEqual(whole);
  expect(countsOf(10, names.toSorted()).toJSON()).toEqual(whole);
  const merged = new BoundedCounts(10);
  for (const at of [3, 1, 0, 2]) merged.addAll(countsOf(10, names.slice(at * 100, at * 100 + 100)).toJSON());
  expect(merged.toJSON()).toEqual(whole);
});

it('has no others where there is room', () => {
  expect(countsOf(2, ['a', '__proto__', 'a']).toJSON()).toEqual(
    Object.fromEntries([
      ['a', 2],
      ['__proto__', 1],
    ]),
  );
});
