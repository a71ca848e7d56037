import { expect, it } from 'vitest';
import { HashSet } from './hash-set.ts';

it('tells new hashes from known ones until it is full, and known ones from then on too', () => {
  const set = new HashSet(1024);
  const added = Array.from({ length: 768 }, (_, at) => set.add(at + 1, at));
  expect(new Set(added)).toEqual(new Set([true]));
  expect([set.add(5000, 5000), set.add(1, 0), set.add(768, 767), set.add(0, 0)]).toEqual([
    undefined,
    false,
    false,
    undefined,
  ]);
  expect([set.has(1, 0), set.has(5000, 5000)]).toEqual([true, false]);
});

it('has the same bounds where it was told how many are to come', () => {
  const set = new HashSet(1024, 1e9);
  const added = Array.from({ length: 769 }, (_, at) => set.add(at + 1, at));
  expect([added.slice(0, 768).every((isNew) => isNew === true), added[768]]).toEqual([true, undefined]);
  const few = new HashSet(undefined, 2000);
  expect(Array.from({ length: 5000 }, (_, at) => few.add(at, 7)).every((isNew) => isNew === true)).toBe(true);
});
