import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortestDouble, vectorText } from './float32-text.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('the text of a vector', () => {
  it('reads back as the same float32 bits, as Float32Array and as plain numbers', () => {
    fc.assert(
      fc.property(fc.array(float32), (values) => {
        for (const vector of [values, Float32Array.from(values)]) {
          expect(Float32Array.from(JSON.parse(vectorText(vector)) as number[])).toStrictEqual(
            Float32Array.from(values),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [0.10000000149011612, '0.1'],
    [0.1, '0.1'],
    [16777216, '16777216'],
    [1e-7, '1e-7'],
    [3.4028234663852886e38, '3.4028234663852886e+38'],
    [1.401298464324817e-45, '1e-45'],
  ])('of %d is short', (value, text) => {
    expect(vectorText(Float32Array.of(value))).toBe(`[${text}]`);
  });

  it('keeps the sign of zero', () => {
    expect(vectorText([-0, 0, 0.5])).toBe('[-0.0,0,0.5]');
    expect(vectorText(Float32Array.of(0.1, -0))).toBe('[0.1,-0.0]');
    // Too small for a float32: zero, with its sign.
    expect(vectorText([-1e-60])).toBe('[-0.0]');
  });

  it('has no more digits than a float32 needs', () => {
    fc.assert(
      fc.property(float32, (value) => {
        expect(
          String(shortestDouble(value))
            .replace(/e.*|[.-]/g, '')
            .replace(/^0+|0+$/g, '').length,
        ).toBeLessThanOrEqual(9);
      }),
      { numRuns: 2000 },
    );
  });
});
