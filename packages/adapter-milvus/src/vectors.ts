import {
  BYTES_OF,
  filled,
  fromBrain,
  isMulti,
  isSparse,
  toBrain,
  vectorFromBits,
  vectorFromBytes,
  vectorToBytes,
  WrongAnswer,
  type ByteDatatype,
  type DenseVector,
  type Vector,
} from '@vsm/core/adapter';
import type { MilvusField } from './fields.ts';
import { TYPES, type VectorField } from './grpc/schema.ts';
import type { Sent } from './grpc/wire.ts';

interface Form {
  /** Of one vector with so many components. */
  readonly bytes: (dimension: number) => number;
  readonly write: (vector: DenseVector, place: Buffer) => void;
  /** All of them, one behind the other, from bytes that begin at a multiple of eight. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => Float32Array;
  readonly of: (field: Partial<VectorField>) => Uint8Array | undefined;
  readonly as: (bytes: Uint8Array) => Sent<VectorField>;
}

/** Vectors of numbers of whole bytes. */
function numbers(datatype: ByteDatatype, of: Form['of'], as: Form['as']): Form {
  return {
    bytes: (dimension) => dimension * BYTES_OF[datatype],
    write: (vector, place) => place.set(vectorToBytes(vector, datatype)),
    // They are a whole number of vectors, and no doubles.
    read: (bytes) => vectorFromBytes(bytes, datatype) as Float32Array,
    of,
    as,
  };
}

/** All machines that Node runs on are little-endian, as the format is. */
const FORMS: Readonly<Record<number, Form>> = {
  [TYPES.floatVector]: numbers(
    'float32',
    ({ floats }) => floats?.data,
    (data) => ({ floats: { data } }),
  ),
  [TYPES.float16Vector]: numbers(
    'float16',
    ({ float16 }) => float16,
    (float16) => ({ float16 }),
  ),
  [TYPES.bfloat16Vector]: numbers(
    'bfloat16',
    ({ bfloat16 }) => bfloat16,
    (bfloat16) => ({ bfloat16 }),
  ),
  [TYPES.int8Vector]: numbers(
    'int8',
    ({ int8 }) => int8,
    (int8) => ({ int8 }),
  ),
  [TYPES.binaryVector]: {
    bytes: (dimension) => dimension / 8,
    write: (vector, place) =>
      vector.forEach((value, at) => {
        if (value !== 0) place[at >> 3] = (place[at >> 3] ?? 0) | (0x80 >> (at & 7));
      }),
    read: (bytes) => vectorFromBits(bytes),
    of: ({ binary }) => binary,
    as: (binary) => ({ binary }),
  },
};

/** Why a vector has no exact place in a field; `undefined` where it has one. Nothing of this does the server look at. */
export function vectorProblem({ type, name, nullable }: MilvusField, vector: Vector | undefined): string | undefined {
  if (vector === undefined) return nullable ? undefined : `the record has no vector for the field "${name}"`;
  if (isSparse(vector)) return undefined;
  if (isMulti(vector)) return 'a multi-vector has no place in a collection';
  const limits: Readonly<Record<number, (value: number) => boolean>> = {
    [TYPES.binaryVector]: (value) => value === 0 || value === 1,
    [TYPES.int8Vector]: (value) => Number.isInteger(value) && value >= -128 && value <= 127,
    [TYPES.float16Vector]: (value) => Math.abs(value) < 65_520,
    [TYPES.bfloat16Vector]: (value) => Number.isFinite(fromBrain(toBrain(value))),
  };
  const fits = limits[type];
  if (fits === undefined) return undefined;
  const at = Array.prototype.findIndex.call(vector, (value: number) => !fits(value));
  return at === -1 ? undefined : `component ${at} is ${vector[at]}, which the field "${name}" cannot hold`;
}

/** The column of these vectors. One that is missing is zeros. */
export function writeVectors(
  { type, dimension = 0 }: MilvusField,
  vectors: readonly (Vector | undefined)[],
): Sent<VectorField> {
  if (type === TYPES.sparseVector) {
    const contents = vectors.map((vector) => writeSparse(vector));
    const dim = contents.reduce(
      (most, row) => Math.max(most, row.length < 8 ? 0 : row.readUInt32LE(row.length - 8) + 1),
      0,
    );
    return { dim: BigInt(dim), sparse: { dim: BigInt(dim), contents } };
  }
  const form = FORMS[type] as Form;
  const size = form.bytes(dimension);
  const bytes = Buffer.alloc(size * vectors.length);
  vectors.forEach((vector, row) => {
    if (vector !== undefined) form.write(vector as DenseVector, bytes.subarray(row * size, (row + 1) * size));
  });
  return { dim: BigInt(dimension), ...form.as(bytes) };
}

/** Indices in order, each with its value behind it. */
function writeSparse(vector: Vector | undefined): Buffer {
  if (vector === undefined || !isSparse(vector)) return Buffer.alloc(0);
  const order = Array.from(vector.indices, (_, at) => at).toSorted(
    (left, right) => (vector.indices[left] as number) - (vector.indices[right] as number),
  );
  const bytes = Buffer.alloc(order.length * 8);
  order.forEach((from, at) => {
    bytes.writeUInt32LE(vector.indices[from] as number, at * 8);
    bytes.writeFloatLE(vector.values[from] as number, at * 8 + 4);
  });
  return bytes;
}

/** The vectors of a column, as many as it has. */
export function readVectors({ type, dimension = 0, name }: MilvusField, column: Partial<VectorField>): Vector[] {
  if (type === TYPES.sparseVector) return (column.sparse?.contents ?? []).map(readSparse);
  const form = FORMS[type] as Form;
  const given = form.of(column) ?? new Uint8Array(0);
  const size = form.bytes(dimension);
  if (given.length % size !== 0)
    throw new WrongAnswer(`"${name}" must be of ${size} bytes a row, but has ${given.length}`);
  // A copy of the page's vectors, so that they begin where floats may begin and keep nothing else of it in memory.
  const floats = form.read(Uint8Array.from(given));
  return Array.from({ length: given.length / size }, (_, row) =>
    floats.subarray(row * dimension, (row + 1) * dimension),
  );
}

function readSparse(bytes: Uint8Array): Vector {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Math.floor(bytes.length / 8);
  return {
    indices: Array.from({ length }, (_, at) => view.readUInt32LE(at * 8)),
    values: filled(new Float32Array(length), (at) => view.readFloatLE(at * 8 + 4)),
  };
}

/** One vector as a search wants it. */
export function searchBytes(field: MilvusField, vector: Vector): Uint8Array {
  const written = writeVectors({ ...field, dimension: field.dimension ?? (vector as DenseVector).length }, [vector]);
  return field.type === TYPES.sparseVector
    ? (written.sparse?.contents?.[0] as Uint8Array)
    : ((FORMS[field.type] as Form).of(written as Partial<VectorField>) as Uint8Array);
}
