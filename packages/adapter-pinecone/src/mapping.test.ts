import type { VectorRecord } from '@vsm/core/adapter';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromWire, toNumbers, toWire, type RecordNames, type WireRecord } from './mapping.ts';

const names: RecordNames = { documentKey: 'text', dense: '', sparse: 'sparse' };
const component = fc.float({ noNaN: true, noDefaultInfinity: true });
const vector = fc.array(component, { minLength: 1, maxLength: 8 });
const value = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.string()),
);
const record: fc.Arbitrary<VectorRecord> = fc
  .record({
    id: fc.string({ unit: 'grapheme', minLength: 1 }),
    namespace: fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
    dense: vector,
    sparse: fc.option(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 5 }), { nil: undefined }),
    metadata: fc.dictionary(
      fc.string().filter((key) => key !== 'text'),
      value,
    ),
    document: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ id, namespace, dense, sparse, metadata, document }) => ({
    id,
    ...(namespace !== undefined && { namespace }),
    vectors: {
      '': dense,
      ...(sparse !== undefined && { sparse: { indices: sparse, values: sparse.map((index) => index + 0.5) } }),
    },
    metadata: { ...metadata },
    ...(document !== undefined && { document }),
  }));

it('gives back every record after a way through JSON', () => {
  fc.assert(
    fc.property(record, (original) => {
      const wire = JSON.parse(JSON.stringify(toWire(original, names))) as WireRecord;
      const namespace = original.namespace ?? '__default__';
      const back = fromWire(wire, namespace, names);
      fc.pre(!namespace.startsWith('__vsm:'));
      // JSON has one zero in metadata; vectors keep both.
      expect(JSON.parse(JSON.stringify(back.metadata))).toEqual(JSON.parse(JSON.stringify(original.metadata)));
      expect({ ...back, metadata: {} }).toEqual({ ...original, metadata: {} });
    }),
  );
});

it('prints minus zero and views as numbers', () => {
  const view = Float32Array.of(9, -0, 0.5, 9).subarray(1, 3);
  expect(JSON.stringify(toNumbers(view))).toBe('[-0.0,0.5]');
});

it('keeps text that is not the document in the metadata', () => {
  const wire = { id: 'a', values: [1], metadata: { text: ['not', 'a document'] } };
  expect(fromWire(wire, '__default__', names)).toEqual({ id: 'a', vectors: { '': [1] }, metadata: wire.metadata });
  const plain = { ...wire, metadata: { text: 'hello' } };
  expect(fromWire(plain, 'red', { ...names, documentKey: false })).toMatchObject({
    namespace: 'red',
    metadata: { text: 'hello' },
  });
  expect(fromWire(plain, 'red', names)).toMatchObject({ document: 'hello', metadata: {} });
});

it('reads a record without dense values as one without', () => {
  const wire = { id: 'a', values: [], sparseValues: { indices: [3], values: [1] } };
  expect(fromWire(wire, '__default__', { ...names, dense: undefined, sparse: '' }).vectors).toEqual({
    '': { indices: [3], values: [1] },
  });
});
