import { create } from '@bufbuild/protobuf';
import {
  NamedVectorsOutputSchema,
  VectorOutputSchema,
  VectorsOutputSchema,
  type Vector,
  type VectorOutput,
  type Vectors,
  type VectorsOutput,
} from '@qdrant/js-client-grpc';
import { checkSparse, type StoredVector } from './vectors.ts';
import { badRequest } from './problem.ts';

export function readVectors(vectors: Vectors | undefined): Record<string, StoredVector> {
  const options = vectors?.vectorsOptions;
  if (options?.case === 'vector') {
    const vector = readVector(options.value);
    if (vector.kind === 'sparse') throw badRequest('Sparse vector must be named');
    return { '': vector };
  }
  if (options?.case !== 'vectors') throw badRequest('No Vector Provided');
  return Object.fromEntries(Object.entries(options.value.vectors).map(([name, vector]) => [name, readVector(vector)]));
}

/** In the fields of today, and else in the deprecated ones. */
function readVector({ vector, data, indices, vectorsCount }: Vector): StoredVector {
  switch (vector.case) {
    case 'dense':
      return { kind: 'dense', values: Float32Array.from(vector.value.data) };
    case 'sparse':
      return sparse(vector.value.indices, vector.value.values);
    case 'multiDense':
      return { kind: 'multi', rows: vector.value.vectors.map((row) => Float32Array.from(row.data)) };
    case undefined:
      break;
    default:
      throw badRequest('inference is not part of this emulator');
  }
  if (indices !== undefined) return sparse(indices.data, data);
  const values = Float32Array.from(data);
  if (vectorsCount === undefined) return { kind: 'dense', values };
  const length = values.length / vectorsCount;
  if (length === 0 || !Number.isInteger(length)) throw badRequest('Data length is not divisible by vectors count');
  return {
    kind: 'multi',
    rows: Array.from({ length: vectorsCount }, (_, at) => values.slice(at * length, (at + 1) * length)),
  };
}

function sparse(indices: readonly number[], values: readonly number[]): StoredVector {
  const floats = Float32Array.from(values);
  checkSparse(indices, floats, 'points[0].vector.?');
  return { kind: 'sparse', indices, values: floats };
}

export function writeVectors(vectors: Readonly<Record<string, StoredVector>>, deprecated: boolean): VectorsOutput {
  const write = deprecated ? deprecatedVector : modernVector;
  const unnamed = Object.hasOwn(vectors, '') && Object.keys(vectors).length === 1 ? vectors[''] : undefined;
  if (unnamed !== undefined)
    return create(VectorsOutputSchema, { vectorsOptions: { case: 'vector', value: write(unnamed) } });
  const named = Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, write(vector)]));
  const value = create(NamedVectorsOutputSchema, { vectors: named });
  return create(VectorsOutputSchema, { vectorsOptions: { case: 'vectors', value } });
}

function modernVector(vector: StoredVector): VectorOutput {
  if (vector.kind === 'dense') {
    return create(VectorOutputSchema, { vector: { case: 'dense', value: { data: Array.from(vector.values) } } });
  }
  if (vector.kind === 'multi') {
    const rows = vector.rows.map((row) => ({ data: Array.from(row) }));
    return create(VectorOutputSchema, { vector: { case: 'multiDense', value: { vectors: rows } } });
  }
  const { indices, values } = vector;
  const value = { indices: [...indices], values: Array.from(values) };
  return create(VectorOutputSchema, { vector: { case: 'sparse', value } });
}

function deprecatedVector(vector: StoredVector): VectorOutput {
  if (vector.kind === 'dense') return create(VectorOutputSchema, { data: Array.from(vector.values) });
  if (vector.kind === 'multi') {
    const data = vector.rows.flatMap((row) => Array.from(row));
    return create(VectorOutputSchema, { data, vectorsCount: vector.rows.length });
  }
  return create(VectorOutputSchema, { data: Array.from(vector.values), indices: { data: [...vector.indices] } });
}
