import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { hasDoubledMember, parseJsonWhole } from './members.ts';

it.each([
  '{"a":1,"a":2}',
  '[{"b":{"a" : 1, "x":"\\":", "a":2}}]',
  '{"a":1,"\\u0061":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"":{},"":[]}',
])('two members of one name are found in %s', (text) => {
  expect(hasDoubledMember(text, parseJson(text))).toBe(true);
  expect(() => parseJsonWhole(text)).toThrow('two members of one name');
});

it('no other text has any, however it is spaced', () => {
  const spacing = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), spacing, (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(hasDoubledMember(text, parseJson(text))).toBe(false);
    }),
  );
});

it('what is nested too deep is left to those who reject it', () => {
  const text = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
  expect(() => parseJsonWhole(text)).not.toThrow();
});
