import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromWireName, fromWireNamespace, toWireName, toWireNamespace } from './names.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1 });

it('gives back every id and namespace, and sends ASCII alone', () => {
  fc.assert(
    fc.property(text, (name) => {
      expect(fromWireName(toWireName(name))).toBe(name);
      expect(fromWireNamespace(toWireNamespace(name))).toBe(name);
      // oxlint-disable-next-line no-control-regex
      expect(toWireName(name)).toMatch(/^[\x01-\x7f]+$/);
    }),
  );
});

it('keeps different names different', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(toWireName(left) === toWireName(right)).toBe(left === right);
    }),
  );
});

it('leaves ASCII as it is, and what it writes readable', () => {
  expect(toWireName('doc 1#chunk/2')).toBe('doc 1#chunk/2');
  expect(toWireName('café 1')).toBe('__vsm:caf%C3%A9%201');
});

it('tells the default namespace from one that only has its name, and an own mark from a foreign one', () => {
  expect([undefined, '', '__default__'].map(toWireNamespace)).toEqual([
    '__default__',
    '__default__',
    '__vsm:__default__',
  ]);
  expect(fromWireNamespace('__vsm:__default__')).toBe('__default__');
  expect(fromWireName(toWireName('__vsm:x'))).toBe('__vsm:x');
  expect(fromWireName('__vsm:%E0%')).toBe('__vsm:%E0%');
});
