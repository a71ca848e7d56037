import { Float, parseJson, type MetadataValue } from '@vsm/core/adapter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadText, serdeValue, sturdyText } from './payload-text.ts';

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isSafeInteger(value)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.maxSafeInteger().map((value) => new Float(value)),
);
const json = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number,
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('the text of a payload', () => {
  it('returns every value, types included', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(payloadText(value))).toStrictEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a whole float a float at any size', () => {
    expect(payloadText([new Float(2), 1e20, 1e300, 2])).toBe('[2.0,1e+20,1e+300,2]');
  });
});

describe('a double for a parser that rounds twice', () => {
  // From https://github.com/serde-rs/json/issues/1336 and /604.
  it.each([1.5777777777770001, 117.63331139400017, -117.63331139400017])('%d survives', (value) => {
    expect(serdeValue(String(value))).not.toBe(value);
    expect(serdeValue(sturdyText(value))).toBe(value);
    expect(Number(sturdyText(value))).toBe(value);
  });

  it('nearly always has a text that both read alike, and one that a correct parser reads always', () => {
    let [fragile, lost] = [0, 0];
    for (let turn = 1; turn <= 20_000; turn += 1) {
      const value = (turn * 0.6180339887498949) % 1;
      if (serdeValue(String(value)) !== value) fragile += 1;
      const text = sturdyText(value);
      expect(Number(text)).toBe(value);
      if (serdeValue(text) !== value) lost += 1;
    }
    expect(fragile).toBeGreaterThan(1000);
    expect(lost).toBeLessThan(fragile / 20);
  });
});
