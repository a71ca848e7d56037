import type { Datatype, DenseVector, Vector } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { capabilities, capabilitiesOf } from '../src/capabilities.ts';
import { readField, VECTORS, vectorType, type MilvusField } from '../src/fields.ts';
import { CollectionSchema, FieldData, TYPES, type FieldSchema } from '../src/grpc/schema.ts';
import type { Sent } from '../src/grpc/wire.ts';
import { readLayout } from '../src/layout.ts';
import { planCreation } from '../src/schema.ts';
import { readVectors, vectorProblem, writeVectors } from '../src/vectors.ts';

// What a server holds of a vector, on the wire and back: vector-types.test.ts has a server hold them.
const key: Sent<FieldSchema> = { name: 'id', dataType: TYPES.varchar, isPrimaryKey: true };
const decoded = (schema: Sent<CollectionSchema>): CollectionSchema =>
  CollectionSchema.decode(CollectionSchema.encode(schema));
const fieldOf = (dataType: number, dim: number): MilvusField => {
  const typeParams = dataType === TYPES.sparseVector ? [] : [{ key: 'dim', value: String(dim) }];
  const [field] = decoded({ fields: [{ name: 'v', dataType, typeParams }] }).fields;
  return readField(field as FieldSchema);
};

const TYPED: readonly (readonly [Datatype, readonly DenseVector[], first: string])[] = [
  ['float32', [Float32Array.of(1, -0, 1e-45, 3.4e38, 0.1, 0, 7, -2)], '0000803f'],
  ['float16', [Float32Array.of(1, -0, 2 ** -24, 65_504, 0.0999755859375, 0, 7, -2)], '003c'],
  ['bfloat16', [Float32Array.of(1, -0, 2 ** -133, 69_632, 0.099609375, 0, 7, -2)], '803f'],
  ['int8', [Float32Array.of(1, -128, 127, 0, 5, -1, 7, -2)], '0180'],
  ['bit', [Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1)], '81'],
];

it.each(TYPED)('%s keeps every bit', (datatype, vectors, first) => {
  const type = vectorType('dense', datatype) as number;
  const field = fieldOf(type, 8);
  const both = [...vectors, Float32Array.from({ length: 8 }, (_, at) => at % 2)];
  const wire = FieldData.encode({ type, name: 'v', vectors: writeVectors(field, both) });
  expect(Buffer.from(wire).toString('hex')).toContain(first);
  expect(readVectors(field, FieldData.decode(wire).vectors ?? {})).toEqual(both);
  for (const vector of both) expect(vectorProblem(field, vector)).toBeUndefined();
});

it('a sparse vector comes back in the order of its indices, with the greatest index and explicit zeros', () => {
  const field = fieldOf(TYPES.sparseVector, 0);
  const given: Vector[] = [
    { indices: [4_294_967_294, 7, 0], values: Float32Array.of(0.1, -2, 0) },
    { indices: [], values: new Float32Array(0) },
  ];
  const wire = FieldData.encode({ type: TYPES.sparseVector, name: 'v', vectors: writeVectors(field, given) });
  expect(readVectors(field, FieldData.decode(wire).vectors ?? {})).toEqual([
    { indices: [0, 7, 4_294_967_294], values: Float32Array.of(0, -2, 0.1) },
    { indices: [], values: new Float32Array(0) },
  ]);
});

it.each([
  ['float16', 65_520],
  ['bfloat16', 3.4e38],
  ['int8', 128],
  ['int8', 0.5],
  ['bit', 2],
] as const)('%s holds no %d: the record is rejected by name', (datatype, value) => {
  const field = fieldOf(vectorType('dense', datatype) as number, 8);
  expect(
    vectorProblem(
      field,
      Float32Array.from({ length: 8 }, () => value),
    ),
  ).toMatch(/component 0 is .* cannot hold/);
});

it.each([
  ['v2.3.5-lite', ['dense'], ['float32', 'float16', 'bit']],
  ['v2.4.0', ['dense', 'named', 'sparse'], ['float32', 'float16', 'bfloat16', 'bit']],
  ['2.5.12', ['dense', 'named', 'sparse'], ['float32', 'float16', 'bfloat16', 'bit']],
  ['v2.6.4', ['dense', 'named', 'sparse'], capabilities.datatypes],
  ['v3.0.0', ['dense', 'named', 'sparse'], capabilities.datatypes],
  ['milvus_lite-3.2.2', ['dense', 'named'], ['float32']],
])('of %s, the version says which vectors it takes', (version, vectors, datatypes) => {
  expect(capabilitiesOf(version)).toMatchObject({ vectors, datatypes });
});

it('a new field of int8 has the one index that takes it', () => {
  const { schema, indexes } = planCreation({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine', datatype: 'int8' } },
  });
  expect(schema.fields).toContainEqual(expect.objectContaining({ name: 'vector', dataType: TYPES.int8Vector }));
  const params = { index_type: 'HNSW', metric_type: 'COSINE', params: '{"M":16,"efConstruction":200}' };
  expect(indexes).toEqual([{ field: 'vector', params }]);
});

describe('what is not carried', () => {
  const structs = { ...decoded({ fields: [key] }), structs: [{ name: 'passages' }] };

  it('arrays of structs, whose vectors are many of one record, stop the plan by name', () => {
    expect(readLayout(structs, [], {}).undecided).toEqual([
      '"passages" is an array of structs, which VSM does not carry: say ignore=passages to leave it out',
    ]);
    expect(readLayout(structs, [], { ignore: ['passages'] }).undecided).toEqual([]);
  });

  it('and so does a field of a type that came later', () => {
    const decimal = decoded({ fields: [key, { name: 'price', dataType: 30 }] });
    expect(readLayout(decimal, [], {}).undecided).toEqual([
      '"price" has the type 30 of Milvus, which VSM does not know: say ignore=price to leave it out',
    ]);
  });

  it('a new multi-vector is refused by name', () => {
    expect(Object.keys(VECTORS).map(Number)).not.toContain(106);
    const vectors = { late: { kind: 'multi', dimension: 4, metric: 'cosine' } } as const;
    expect(() => planCreation({ name: 'docs', vectors })).toThrow(/a multi-vector has no place in it/);
  });
});

it('a collection without a vector is refused before the server is asked for it', () => {
  expect(() => planCreation({ name: 'docs', vectors: {} })).toThrow(/cannot create collection "docs": Milvus has none/);
});
