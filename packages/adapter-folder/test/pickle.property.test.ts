import fc from 'fast-check';
import { Float, type MetadataValue } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { PickleError } from '../src/pickle/bytes.ts';
import { readPickle } from '../src/pickle/read-pickle.ts';
import { toMetadata } from '../src/pickle/to-metadata.ts';
import { pickled, whole } from './write-pickle.ts';

const { value } = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
    fc.bigInt({ min: -(2n ** 200n), max: -(2n ** 53n) }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Number.isSafeInteger(one)),
    fc.maxSafeInteger().map((one) => new Float(one)),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const NONE: ReadonlySet<string> = new Set();

describe('a pickle', () => {
  it('gives every value, types included', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(toMetadata(readPickle(whole(pickled(given)), NONE))).toStrictEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a text with the byte order mark that it begins with', () => {
    expect(toMetadata(readPickle(whole(pickled('\uFEFFfrom a file')), NONE))).toBe('\uFEFFfrom a file');
  });

  it('of any bytes is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(refusalOf(bytes) ?? new PickleError()).toBeInstanceOf(PickleError);
      }),
      { numRuns: 5000 },
    );
  });

  it('that holds itself, or one list a thousand times a thousand times, has its record rejected', () => {
    const itself = readPickle(Buffer.from(']\x94h\0a.', 'latin1'), NONE);
    expect(JSON.stringify(toMetadata(itself))).toContain('nested deeper than');
    const many = Buffer.from(']\x94', 'latin1');
    const grow = (place: number): Buffer =>
      Buffer.concat([
        Buffer.from('](', 'latin1'),
        ...Array.from({ length: 100 }, () => Buffer.from([0x68, place])),
        Buffer.from('e\x94', 'latin1'),
      ]);
    const bomb = Buffer.concat([many, ...Array.from({ length: 5 }, (_, at) => grow(at)), Buffer.from('.')]);
    expect(JSON.stringify(toMetadata(readPickle(bomb, NONE)))).toContain('it holds more than 1000000 values');
  });
});

function refusalOf(bytes: Uint8Array): unknown {
  try {
    toMetadata(readPickle(bytes, NONE));
    return undefined;
  } catch (cause) {
    return cause;
  }
}
