import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordKey } from '../spec/record.ts';
import { KeyTable } from './key-table.ts';

it('is a map from keys to numbers, however it grows', () => {
  const table = new KeyTable();
  const expected = new Map<string, number>();
  for (let at = 0; at < 20_000; at += 1) {
    const key = `key ${at % 7000}`;
    expect(table.set(key, at)).toBe(expected.get(key));
    expected.set(key, at);
  }
  expect(table.size).toBe(7000);
  for (const [key, value] of expected) expect(table.get(key)).toBe(value);
  expect(table.get('another')).toBeUndefined();
});

it('makes a key of its own for every record, whatever its id and namespace contain', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\0', '1', '\uD800', '\uDC00'), maxLength: 3 });
  fc.assert(
    fc.property(text, text, text, text, (id, namespace, otherId, otherNamespace) => {
      const isSame = id === otherId && namespace === otherNamespace;
      const table = new KeyTable();
      table.set(recordKey({ id, namespace }), 1);
      expect(table.get(recordKey({ id: otherId, namespace: otherNamespace }))).toBe(isSame ? 1 : undefined);
    }),
    { numRuns: 1000 },
  );
});
