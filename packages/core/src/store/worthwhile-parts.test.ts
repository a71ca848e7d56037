import { expect, it } from 'vitest';
import { pageOfRange, worthwhileParts } from './worthwhile-parts.ts';

it('gives as many parts as are asked for, but no small ones beyond a few', () => {
  expect(worthwhileParts(4, 0, 1000)).toBe(4);
  expect(worthwhileParts(256, 20_000, 1000)).toBe(20);
  expect(worthwhileParts(256, 1_000_000, 1000)).toBe(256);
  expect(worthwhileParts(5000, 10, 1000)).toBe(16);
  expect(worthwhileParts(0, 10, 1000)).toBe(1);
});

it('asks a range for what it should have, and for whole pages once it has far more', () => {
  expect(pageOfRange(400, 0, 1000)).toBe(448);
  expect(pageOfRange(400, 448, 1000)).toBe(48);
  expect(pageOfRange(400, 800, 1000)).toBe(1000);
  expect(pageOfRange(400, 0, 100)).toBe(100);
});
