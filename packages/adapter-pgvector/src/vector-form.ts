import { isSparse, type DenseVector, type SparseVector, type Vector } from '@vsm/core/adapter';
import { MAX_SPARSE_DIMENSION, type VectorType } from './column.ts';

/** How many entries of a sparse vector that are not zero Postgres stores. */
const MAX_SPARSE_ENTRIES = 16_000;

/** Why a column cannot hold the vector as it is; `undefined` where it can. Kind and length were checked before. */
export function vectorFormProblem(vector: Vector, type: VectorType, keepsZeros: boolean): string | undefined {
  if (isSparse(vector)) return sparseFormProblem(vector, keepsZeros);
  const components = vector as DenseVector;
  if (type === 'vector') return undefined;
  const fits = type === 'bit' ? isBit : isFloat16;
  for (let at = 0; at < components.length; at += 1) {
    const value = components[at] as number;
    if (!fits(value)) return `component ${at} is ${value}, which a ${type === 'bit' ? 'bit' : 'float16'} would change`;
  }
  return undefined;
}

function sparseFormProblem({ indices, values }: SparseVector, keepsZeros: boolean): string | undefined {
  let entries = 0;
  for (let at = 0; at < indices.length; at += 1) {
    const index = indices[at] as number;
    if (index >= MAX_SPARSE_DIMENSION) return `index ${index} is over ${MAX_SPARSE_DIMENSION - 1}`;
    if (Math.fround(values[at] as number) !== 0) entries += 1;
    else if (!keepsZeros) return `the value at index ${index} is an explicit zero, which a sparsevec column drops`;
  }
  return entries > MAX_SPARSE_ENTRIES ? `it has ${entries} entries, over ${MAX_SPARSE_ENTRIES}` : undefined;
}

const isBit = (value: number): boolean => value === 1 || Object.is(value, 0);

/** Whether half precision holds the float32 nearest to the value: 11 significant bits, 24 places after the point. */
function isFloat16(value: number): boolean {
  const size = Math.abs(Math.fround(value));
  if (size > 65_504) return false;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  return size === 0 || Number.isInteger(size * 2 ** (10 - exponent));
}

/** The text form of a vector, for drivers that take no bytes: decimal digits that read back as the same float32. */
export function vectorText(vector: Vector, type: VectorType, dimension: number | undefined): string {
  if (isSparse(vector)) {
    const entries = entriesOf(vector).map(([index, value]) => `${index + 1}:${value}`);
    return `{${entries.join(',')}}/${dimension ?? MAX_SPARSE_DIMENSION}`;
  }
  const components = vector as DenseVector;
  if (type === 'bit') return Array.from(components, (value) => (value === 0 ? '0' : '1')).join('');
  return `[${Array.from(components, (value) => componentText(Math.fround(value))).join(',')}]`;
}

const componentText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** Without zeros, in the order of the indices, as Postgres has them. */
function entriesOf({ indices, values }: SparseVector): (readonly [number, number])[] {
  return Array.from(indices, (index, at) => [index, Math.fround(values[at] as number)] as const)
    .filter(([, value]) => value !== 0)
    .toSorted(([left], [right]) => left - right);
}

/** What a `sparsevec` cannot keep, as JSON text: the indices of zeros and of minus zeros. */
export function zerosOf({ indices, values }: SparseVector): { zeros?: number[]; minusZeros?: number[] } | undefined {
  const zeros = Array.from(indices).filter((_, at) => Object.is(Math.fround(values[at] as number), 0));
  const minusZeros = Array.from(indices).filter((_, at) => Object.is(Math.fround(values[at] as number), -0));
  if (zeros.length + minusZeros.length === 0) return undefined;
  return { ...(zeros.length > 0 && { zeros }), ...(minusZeros.length > 0 && { minusZeros }) };
}

/** Reads the text form. `zeros` is what {@link zerosOf} kept. */
export function parseVector(text: string, type: VectorType, zeros?: ReturnType<typeof zerosOf>): Vector {
  if (type === 'bit') return Array.from(text, (digit) => (digit === '1' ? 1 : 0));
  if (type !== 'sparsevec') return JSON.parse(text) as number[];
  const indices: number[] = [];
  const values: number[] = [];
  for (const [, index, value] of text.matchAll(/(\d+):([^,}]+)/g)) {
    indices.push(Number(index) - 1);
    values.push(Number(value));
  }
  const { zeros: plain = [], minusZeros: minus = [] } = zeros ?? {};
  indices.push(...plain, ...minus);
  values.push(...plain.map(() => 0), ...minus.map(() => -0));
  return { indices, values };
}

/**
 * Vectors as one parameter: the binary form of an array, which Postgres takes without reading a single decimal. Twelve times as
 * fast as texts (benchmarks/pgvector-write.ts). A `halfvec` goes as `vector` and is cast by the database.
 */
export function vectorsAsBytes(
  vectors: readonly (Vector | undefined)[],
  dimension: number | undefined,
  oid: number,
): Buffer {
  const forms = vectors.map((vector) => {
    if (vector === undefined) return undefined;
    return isSparse(vector) ? entriesOf(vector) : (vector as DenseVector);
  });
  const sizes = forms.map((form, at) => {
    if (form === undefined) return 0;
    return isSparse(vectors[at] as Vector) ? 12 + 8 * form.length : 4 + 4 * form.length;
  });
  const bytes = Buffer.allocUnsafe(sizes.reduce((total, size) => total + 4 + size, 20));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // One dimension, with nulls, of this type, this long, counted from 1.
  [1, 1, oid, vectors.length, 1].forEach((word, at) => view.setInt32(4 * at, word));
  let at = 20;
  forms.forEach((form, index) => {
    if (form === undefined) {
      view.setInt32(at, -1);
      at += 4;
      return;
    }
    view.setInt32(at, sizes[index] ?? 0);
    at += 4;
    at = isSparse(vectors[index] as Vector)
      ? writeSparse(view, at, form as readonly (readonly [number, number])[], dimension)
      : writeDense(view, at, form as DenseVector);
  });
  return bytes;
}

function writeDense(view: DataView, start: number, vector: DenseVector): number {
  view.setInt16(start, vector.length);
  view.setInt16(start + 2, 0);
  let at = start + 4;
  for (let index = 0; index < vector.length; index += 1, at += 4) view.setFloat32(at, vector[index] as number);
  return at;
}

/** Here, unlike in the text form, indices count from 0. */
function writeSparse(
  view: DataView,
  start: number,
  entries: readonly (readonly [number, number])[],
  dimension: number | undefined,
): number {
  view.setInt32(start, dimension ?? MAX_SPARSE_DIMENSION);
  view.setInt32(start + 4, entries.length);
  view.setInt32(start + 8, 0);
  let at = start + 12;
  for (const [index] of entries) {
    view.setInt32(at, index);
    at += 4;
  }
  for (const [, value] of entries) {
    view.setFloat32(at, value);
    at += 4;
  }
  return at;
}
