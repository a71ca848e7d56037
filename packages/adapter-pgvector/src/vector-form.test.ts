import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVector, vectorFormProblem, vectorsAsBytes, vectorText, zerosOf } from './vector-form.ts';

const words = (bytes: Buffer): string => bytes.toString('hex').replaceAll(/.{8}(?=.)/g, '$& ');

const components = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 });

describe('the text form', () => {
  it('reads back as the same float32 values', () => {
    fc.assert(
      fc.property(components, (vector) => {
        expect(parseVector(vectorText(vector, 'vector', undefined), 'vector')).toStrictEqual(vector);
      }),
    );
  });

  it('of a sparse vector counts from 1, in order, without zeros', () => {
    const vector = { indices: [9, 0, 4, 5], values: [0.5, -2, 0, -0] };
    expect(vectorText(vector, 'sparsevec', 10)).toBe('{1:-2,10:0.5}/10');
    expect(zerosOf(vector)).toStrictEqual({ zeros: [4], minusZeros: [5] });
    expect(parseVector('{1:-2,10:0.5}/10', 'sparsevec', zerosOf(vector))).toStrictEqual({
      indices: [0, 9, 4, 5],
      values: [-2, 0.5, 0, -0],
    });
    expect(parseVector('{}/10', 'sparsevec')).toStrictEqual({ indices: [], values: [] });
  });
});

describe('the binary form', () => {
  it('is an array of vectors with their lengths, in network order', () => {
    const bytes = vectorsAsBytes([[1, -0.5], undefined, Float32Array.of(2, 3)], undefined, 16_385);
    expect(words(bytes)).toBe(
      [
        '00000001 00000001 00004001 00000003 00000001',
        '0000000c 00020000 3f800000 bf000000',
        'ffffffff',
        '0000000c 00020000 40000000 40400000',
      ].join(' '),
    );
  });

  it('of a sparse vector counts from 0', () => {
    const bytes = vectorsAsBytes([{ indices: [7, 2, 3], values: [1, 2, 0] }], 10, 1);
    expect(words(bytes.subarray(20))).toBe(
      ['0000001c 0000000a 00000002 00000000', '00000002 00000007 40000000 3f800000'].join(' '),
    );
  });
});

describe('half precision', () => {
  it.each([0, -0, 1, 0.5, 65_504, 2 ** -24, -(2 ** -14), 1023 * 2 ** -24, 1 + 2 ** -10, 2047])('holds %d', (value) => {
    expect(vectorFormProblem([value], 'halfvec', false)).toBeUndefined();
  });

  it.each([0.1, 65_505, 65_520, 1e38, 2 ** -25, 3 * 2 ** -25, 1 + 2 ** -11, 2049])('would change %d', (value) => {
    expect(vectorFormProblem([0, value], 'halfvec', false)).toContain('component 1');
  });
});
