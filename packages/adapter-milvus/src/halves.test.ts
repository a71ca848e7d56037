import { fromBrain, fromHalf } from '@vsm/core/adapter';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toBfloat16, toFloat16 } from './halves.ts';

const all = Array.from({ length: 65_536 }, (_, half) => half);

it('every half is read as what it is, and written again as itself', () => {
  const changed16 = all.filter((half) => (half & 0x7fff) <= 0x7c00 && toFloat16(fromHalf(half)) !== half);
  const changedBrain = all.filter((half) => (half & 0x7fff) <= 0x7f80 && toBfloat16(fromBrain(half)) !== half);
  expect([changed16, changedBrain]).toEqual([[], []]);
});

it('what lies between two halves goes to the nearer one, and to the even one from the middle', () => {
  const known = [
    [0.1, 0x2e66],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [1e-8, 0],
    [2 ** -25, 0],
    [2 ** -24, 1],
    [1 + 2 ** -11, 0x3c00],
  ] as const;
  expect(known.map(([value]) => toFloat16(value))).toEqual(known.map(([, half]) => half));
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: 0, max: 65_000 }), (value) => {
      const half = toFloat16(value);
      const off = (other: number): number => Math.abs(fromHalf(other) - value);
      expect(off(half)).toBeLessThanOrEqual(Math.min(off(half + 1), half === 0 ? Infinity : off(half - 1)));
    }),
  );
});
