import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { parsePlainJson } from './shallow.ts';
import { Float } from '../spec/record.ts';

describe('a key with an escape', () => {
  // Once an object with a backslash for a key was seen, V8 takes other keys for it.
  it.each(['\n', '"', '\0', '\ud800'])('%j is read as itself after a backslash', (key) => {
    const seen = JSON.parse(String.raw`{"to":0,"\\":[]}`) as object;
    expect(Object.keys(seen)).toEqual(['to', '\\']);
    const text = JSON.stringify({ to: 1, [key]: [1.5, '"\\": \n', { [key]: null }] });
    expect(Object.keys(parsePlainJson(text) as object)).toEqual(['to', key]);
    expect(JSON.stringify(parsePlainJson(text))).toBe(text);
    expect(parseJson(text.replace('1.5', '1.0'))).toStrictEqual({
      to: 1,
      [key]: [new Float(1), '"\\": \n', { [key]: null }],
    });
  });

  it('is found in any text, whatever its strings hold', () => {
    const part = fc.constantFrom('\\', '"', ':', '\n', 'a', ' ', 'key', 'key0', '{', '__proto__');
    const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.constantFrom(1, null, true, 1.5),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (given, indent) => {
        expect(parsePlainJson(JSON.stringify(given, null, indent))).toStrictEqual(given);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps the last of equal keys', () => {
    expect(parsePlainJson(String.raw`{"\u0041":1,"A":2}`)).toStrictEqual({ A: 2 });
    expect(parsePlainJson(String.raw`{"A":1,"\u0041":2}`)).toStrictEqual({ A: 2 });
  });

  it.each(['{"\\x":1}', '{"a\\": 1', '{"\\":1}', '"\\', String.raw`{"\n":1 "\n":2}`])('%s is refused', (text) => {
    expect(() => parsePlainJson(text)).toThrow(SyntaxError);
  });
});
