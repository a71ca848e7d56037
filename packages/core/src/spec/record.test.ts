import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordKey, recordOfKey } from './record.ts';

const text = fc.string({ unit: fc.constantFrom('a', '1', '/', '"', '😀', 'é'), maxLength: 8 });
const id = text.filter((one) => one !== '');

it('id and namespace are read again from the key that they make, and no two records have one', () => {
  fc.assert(
    fc.property(id, text, id, text, (one, space, other, otherSpace) => {
      const key = recordKey({ id: one, namespace: space });
      expect(recordOfKey(key)).toEqual(space === '' ? { id: one } : { id: one, namespace: space });
      const isSame = one === other && space === otherSpace;
      expect(recordKey({ id: other, namespace: otherSpace }) === key).toBe(isSame);
    }),
  );
});

it('a key of somebody else is no such pair', () => {
  for (const key of ['', 'a', '/', '3/red', '3red', '0/a', '-1/ab', '1e1/abcdefghijkl', ' 1/ab', '9/short'])
    expect(recordOfKey(key)).toBeUndefined();
});
