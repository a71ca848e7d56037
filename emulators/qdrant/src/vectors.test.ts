import { describe, expect, it } from 'vitest';
import type { VectorParams } from './config.ts';
import { storeVector } from './vectors.ts';

const stored = (values: readonly number[], params: Partial<VectorParams>): unknown =>
  storeVector(
    { kind: 'dense', values: Float32Array.from(values) },
    { size: values.length, distance: 'Dot', ...params },
  );
const dense = (...values: readonly number[]): object => ({ kind: 'dense', values: Float32Array.from(values) });

describe('what is kept of a vector', () => {
  it('is every bit where the length is 1 already, or 0', () => {
    for (const values of [
      [0.6, 0.8],
      [0, 0],
      [0.6000001, 0.8],
    ]) {
      expect(stored(values, { distance: 'Cosine' })).toStrictEqual(dense(...values));
    }
    expect(stored([3, 4], { distance: 'Cosine' })).toStrictEqual(dense(0.6, 0.8));
    expect(stored([3, 4], { distance: 'Dot' })).toStrictEqual(dense(3, 4));
  });

  it.each([
    [0.1, 0.0999755859375],
    [1 / 3, 0.333251953125],
    [2049, 2048],
    [2051, 2052],
    [65504, 65504],
    [70000, Number.POSITIVE_INFINITY],
    [-1e-8, -0],
    [6e-8, 5.960464477539063e-8],
  ])('is %d as float16: %d', (value, half) => {
    expect(stored([value], { datatype: 'float16' })).toStrictEqual(dense(half));
  });

  it('is cut to bytes as uint8, and not scaled', () => {
    const byte = { distance: 'Cosine', datatype: 'uint8' } as const;
    expect(stored([1.7, 300, -5], byte)).toStrictEqual(dense(1, 255, 0));
  });
});
