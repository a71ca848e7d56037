import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OURS } from './layout.ts';
import { fromName, toName, vectorField, vectorName } from './names.ts';

const GRAMMAR = /^[_A-Za-z][_0-9A-Za-z]{0,254}$/;
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((one) => one.isWellFormed());

it('every text has a name that Milvus takes, and is read from it again', () => {
  expect(toName('debian-packages-1k')).toBe('debian_x2d_packages_x2d_1k');
  expect(toName('plain_name1')).toBe('plain_name1');
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((one) => `_x2d_${one}_x`),
      ),
      (name) => {
        const stored = toName(name) ?? '';
        expect(stored).toMatch(GRAMMAR);
        expect(fromName(stored)).toBe(name);
      },
    ),
  );
});

it('a name of others stays what it is', () => {
  for (const name of ['a', '_x2d', 'a_x2D_b', '_xffffff_', '_x61_']) expect(fromName(name)).toBe(name);
});

it('vectors have fields that are no others', () => {
  const taken = Object.values(OURS);
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(text, fc.constantFrom('', 'vector', ...taken)), { maxLength: 8 }), (names) => {
      const fields = names.map((name) => vectorField(name, taken) ?? '');
      expect(new Set([...fields, ...taken]).size).toBe(names.length + taken.length);
      for (const field of fields) expect(field).toMatch(GRAMMAR);
      expect(fields.map(vectorName)).toEqual(names);
    }),
  );
});
