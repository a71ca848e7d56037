import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Float, type MetadataValue } from '../spec/record.ts';
import { parseJson, stringifyJson } from './json.ts';

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isSafeInteger(value) || value === 0),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.bigInt({ max: -(2n ** 53n), min: -(2n ** 200n) }),
  fc.maxSafeInteger().map((value) => new Float(value)),
);
const json = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number.map((value) => (Object.is(value, -0) ? new Float(-0) : value)),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('exact JSON', () => {
  it('returns every value, types included', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(stringifyJson(value))).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['1', 1],
    ['1.0', new Float(1)],
    ['-0.0', new Float(-0)],
    ['1e3', new Float(1000)],
    ['0.5', 0.5],
    ['9007199254740993', 9007199254740993n],
    ['-18446744073709551616', -18446744073709551616n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1e300', 1e300],
    ['-0', 0],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toStrictEqual(value);
  });

  it('prints a whole float as a float at any size', () => {
    expect(stringifyJson([new Float(2101), 1e20, 2101])).toBe('[2101.0,100000000000000000000.0,2101]');
    expect(stringifyJson(1e300)).toBe('1e+300');
    expect(stringifyJson(1e22, 'digits')).toBe('10000000000000000000000.0');
  });
});
