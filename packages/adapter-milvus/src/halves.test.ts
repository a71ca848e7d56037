import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './halves.ts';

const all = Array.from({ length: 65_536 }, (_, half) => half);

it('every half is read as what it is, and written again as itself', () => {
  const isNaN16 = (half: number, most: number): boolean => (half & 0x7fff) > most;
  for (const half of all) {
    if (!isNaN16(half, 0x7c00)) expect(toFloat16(fromFloat16(half))).toBe(half);
    if (!isNaN16(half, 0x7f80)) expect(toBfloat16(fromBfloat16(half))).toBe(half);
  }
});

it('what lies between two halves goes to the nearer one, and to the even one from the middle', () => {
  for (const [value, half] of [
    [0.1, 0x2e66],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [1e-8, 0],
    [2 ** -25, 0],
    [2 ** -24, 1],
    [1 + 2 ** -11, 0x3c00],
  ] as const) {
    expect(toFloat16(value)).toBe(half);
  }
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -65_000, max: 65_000 }), (value) => {
      const half = toFloat16(value);
      const [below, above] = [fromFloat16(half - 1), fromFloat16(half + 1)];
      const off = Math.abs(fromFloat16(half) - value);
      for (const other of [below, above])
        if (Number.isFinite(other)) expect(off).toBeLessThanOrEqual(Math.abs(other - value));
    }),
  );
});
