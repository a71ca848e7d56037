import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { members } from './top-level.ts';

describe('the members of a line', () => {
  it('are those that JSON.parse finds, whatever the spacing', () => {
    const spacing = fc.constantFrom(undefined, 1, '\t', '  ');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), spacing, (object, indent) => {
        const line = JSON.stringify(object, undefined, indent);
        const found = [...members(line)].map(([key, text]) => [key, JSON.parse(text) as unknown]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(line));
      }),
    );
  });

  it('stand for no other of their name', () => {
    expect(() => members('{"a":1,"a":[2]}')).toThrow('"a" is there twice');
  });

  it.each([
    '',
    '[1]',
    '{',
    '{"a"',
    '{"a":',
    '{"a":}',
    '{"a":1',
    '{"a":1,}',
    '{"a":1}}',
    '{"a":"x}',
    '{"a":[1}',
    '{a:1}',
  ])('are not those of %s', (line) => {
    expect(() => [...members(line).values()].map((text) => JSON.parse(text) as unknown)).toThrow(SyntaxError);
  });
});
