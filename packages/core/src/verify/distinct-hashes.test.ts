import { expect, it } from 'vitest';
import { DistinctHashes } from './distinct-hashes.ts';

const scatter = (index: number): [number, number] => [
  Math.imul(index, 2654435761) >>> 0,
  Math.imul(index, 40503) >>> 0,
];

it('calls many different hashes distinct, also where halves of them are the same', () => {
  const hashes = new DistinctHashes();
  for (let index = 1; index <= 20_000; index += 1) hashes.add(...scatter(index));
  for (let index = 1; index <= 2000; index += 1) hashes.add(index, 7);
  expect(hashes.distinct).toBe(true);
});

it.each([1, 2, 767, 768, 769, 20_000])('finds that number %i of 20,000 came again', (again) => {
  const hashes = new DistinctHashes();
  for (let index = 1; index <= 20_000; index += 1) hashes.add(...scatter(index));
  hashes.add(...scatter(again));
  expect(hashes.distinct).toBe(false);
  hashes.add(1, 2);
  expect(hashes.distinct).toBe(false);
});

it('does not vouch for a hash of zeros, which marks an empty slot', () => {
  const hashes = new DistinctHashes();
  hashes.add(0, 0);
  expect(hashes.distinct).toBe(false);
});
