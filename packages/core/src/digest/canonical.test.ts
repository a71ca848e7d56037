import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringifyJson } from '../json/json.ts';
import { Float, isMetadataArray, isMetadataObject, type MetadataValue } from '../spec/record.ts';
import { canonicalJson } from './canonical.ts';

/** The format as docs/fingerprint.md tells it, without haste. */
function slowly(value: MetadataValue): string {
  if (isMetadataArray(value)) return `[${value.map(slowly).join(',')}]`;
  if (!isMetadataObject(value)) return stringifyJson(value);
  const fields = Object.entries(value).map(([key, item]) => [key, `${JSON.stringify(key)}:${slowly(item)}`] as const);
  return `{${fields
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, text]) => text)
    .join(',')}}`;
}

const texts = fc.string({
  unit: fc.constantFrom('a', 'é', '"', '\\', '\n', '\u007f', '\u2028', '\ud800', '😀', ' ', '~'),
});
const leaves = fc.oneof(
  texts,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, 2 ** 60, 5e-324),
  fc.maxSafeInteger(),
  fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -0)).map((value) => new Float(value)),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
// Few keys, so that objects with as many keys, and with the same in another order, come one after the other.
const keys = fc.oneof(fc.constantFrom('a', 'b', 'B', 'é', '"', '__proto__', '10', '9'), texts);
const values = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(keys, tie('value')), { selector: ([key]) => key, maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

describe('canonicalJson', () => {
  it('is what sorting the keys of each object and printing its values gives', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (several) => {
        for (const value of several) expect(canonicalJson(value)).toBe(slowly(value));
      }),
      { numRuns: 1000 },
    );
  });
});
