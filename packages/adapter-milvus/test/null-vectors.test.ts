import { expect, it } from 'vitest';
import { CollectionSchema, TYPES } from '../src/grpc/schema.ts';
import { readLayout } from '../src/layout.ts';
import { nullableVectors, withoutNullVectors } from '../src/null-vectors.ts';
import { placesOf } from '../src/native.ts';
import { planCreation } from '../src/schema.ts';
import { vectorProblem } from '../src/vectors.ts';

const made: CollectionSchema = CollectionSchema.decode(
  CollectionSchema.encode({
    name: 'docs',
    fields: [
      { name: 'pk', dataType: TYPES.varchar, isPrimaryKey: true, typeParams: [{ key: 'max_length', value: '99' }] },
      { name: 'title', dataType: TYPES.varchar, nullable: true, typeParams: [{ key: 'max_length', value: '99' }] },
      { name: 'v', dataType: TYPES.floatVector, nullable: true, typeParams: [{ key: 'dim', value: '2' }] },
    ],
  }),
);

it('a vector that milvus-lite would make zeros of is no missing one there', () => {
  expect(nullableVectors(made.fields)).toEqual(['v']);
  const fieldOf = (schema: CollectionSchema) => readLayout(schema, [], {}).fields.get('v');
  const [kept, zeroed] = [fieldOf(made), fieldOf(withoutNullVectors(made))];
  expect(kept && vectorProblem(kept, undefined)).toBeUndefined();
  expect(zeroed && vectorProblem(zeroed, undefined)).toBe('the record has no vector for the field "v"');
  expect(readLayout(withoutNullVectors(made), [], {}).fields.get('title')).toMatchObject({ nullable: true });
});

it('a copy in milvus-lite of a collection whose vectors may be missing gets fields of VSM, which says what is missing', () => {
  const field = { dataType: TYPES.varchar, params: { max_length: '99' } };
  const fields = [
    { name: 'pk', key: true, ...field },
    { name: 'title', nullable: true, ...field },
    { name: 'v', dataType: TYPES.floatVector, nullable: true, params: { dim: '2' } },
  ];
  const milvus = { fields, indexes: [], places: placesOf(readLayout(made, [], {})) };
  const wanted = {
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine', datatype: 'float32' } },
    native: { milvus },
  } as const;
  const names = (isServer: boolean) => planCreation(wanted, {}, isServer).schema.fields?.map(({ name }) => name);
  expect(names(true)).toEqual(['pk', 'title', 'v']);
  expect(names(false)).toContain('vsm_absent');
  expect(planCreation(wanted, {}, false).warnings).toMatchObject([
    { detail: expect.stringMatching(/milvus-lite keeps zeros where a row has no vector in "v"/) },
  ]);
});
