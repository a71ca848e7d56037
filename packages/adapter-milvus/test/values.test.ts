import type { MetadataValue } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { FieldData, TYPES } from '../src/grpc/schema.ts';
import { readScalars, valueProblem, writeScalars } from '../src/values.ts';

const backFrom = (type: number, values: readonly MetadataValue[]): readonly MetadataValue[] => {
  const wire = FieldData.encode({ type, name: 'f', scalars: writeScalars(type, 0, values) });
  return readScalars(type, FieldData.decode(wire).scalars ?? {}, 'f');
};

// https://github.com/zilliztech/vts/issues/79
it.each([
  ['a field of texts', TYPES.varchar],
  ['a field of JSON', TYPES.json],
])('texts that read like JSON stay texts in %s', (_what, type) => {
  const texts = ['{"a":1}', '[1]', 'null', '1.0', '"x"', ''];
  expect(backFrom(type, texts)).toEqual(texts);
});

it('a text is as long as its bytes', () => {
  const field = { name: 'f', type: TYPES.varchar, element: 0, nullable: false, longest: 4 };
  expect(valueProblem('éé', field)).toBeUndefined();
  expect(valueProblem('ééé', field)).toMatch(/takes 4 bytes of text/);
});
