import { expect, it } from 'vitest';
import { float } from '../spec/record.ts';
import { filled, floatsOf } from './fill.ts';
import { vectorFromBits } from './vector-bytes.ts';

it('reads as numbers whatever stands for one', () => {
  expect(floatsOf([1, -0, 2n ** 60n, float(3), '4', Number.NaN, 1e39])).toEqual(
    Float32Array.of(1, -0, 2 ** 60, 3, 4, Number.NaN, Number.POSITIVE_INFINITY),
  );
});

it('is an array of its own', () => {
  const given = Float32Array.of(1, 2);
  const made = floatsOf(given);
  given[0] = 9;
  expect(made).toEqual(Float32Array.of(1, 2));
});

it('rounds and wraps as the array does that it fills', () => {
  expect(filled(new Uint8Array(3), (at) => at * 200)).toEqual(Uint8Array.of(0, 200, 144));
  expect(filled(new Float32Array(2), (at) => at / 3)).toEqual(Float32Array.of(0, 1 / 3));
});

it('has a component for each bit, or for as many as count', () => {
  expect([...vectorFromBits([0b1010_0001, 0xff])]).toEqual([1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect([...vectorFromBits([0b1010_0001, 0b1000_0000], 10)]).toEqual([1, 0, 1, 0, 0, 0, 0, 1, 1, 0]);
});
