import { expect, it } from 'vitest';
import { worthwhileParts } from './worthwhile-parts.ts';

it('gives as many parts as are asked for, but no small ones beyond a few', () => {
  expect(worthwhileParts(4, 0, 1000)).toBe(4);
  expect(worthwhileParts(256, 20_000, 1000)).toBe(20);
  expect(worthwhileParts(256, 1_000_000, 1000)).toBe(256);
  expect(worthwhileParts(5000, 10, 1000)).toBe(16);
  expect(worthwhileParts(0, 10, 1000)).toBe(1);
});
