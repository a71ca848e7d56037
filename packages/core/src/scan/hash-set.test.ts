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
