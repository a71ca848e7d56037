import { isMetadataArray, Float } from '@vsm/core/adapter';
import type { VectorParams } from './config.ts';
import { float32Text, isObject, type Json } from './json.ts';
import { formatError, invalidBody, wrongInput } from './problem.ts';

export type StoredVector =
  | { readonly kind: 'dense'; readonly values: Float32Array }
  | { readonly kind: 'multi'; readonly rows: readonly Float32Array[] }
  | { readonly kind: 'sparse'; readonly indices: readonly number[]; readonly values: Float32Array };

/** `undefined`: none of the forms that a vector has. */
export function readVector(value: Json | undefined): StoredVector | undefined {
  if (value === undefined) return undefined;
  if (isMetadataArray(value)) {
    if (value.length > 0 && value.every(isMetadataArray)) {
      const rows = value.map(numbers);
      return rows.every((row) => row !== undefined) ? { kind: 'multi', rows } : undefined;
    }
    const values = numbers(value);
    return values === undefined ? undefined : { kind: 'dense', values };
  }
  if (!isObject(value) || !isMetadataArray(value['indices'] ?? null) || !isMetadataArray(value['values'] ?? null)) {
    return undefined;
  }
  const [indices, values] = [value['indices'] as readonly Json[], numbers(value['values'] as readonly Json[])];
  if (values === undefined || !indices.every(isUint32)) return undefined;
  return { kind: 'sparse', indices, values };
}

function numbers(list: readonly Json[]): Float32Array | undefined {
  const values = new Float32Array(list.length);
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at];
    if (typeof item === 'number') values[at] = item;
    else if (typeof item === 'bigint' || (item !== undefined && Float.isInstance(item))) values[at] = Number(item);
    else return undefined;
  }
  return values;
}

const isUint32 = (value: Json): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

/** The vectors of one point by name, `''` for the unnamed one. `where` is the point's place in the body. */
export function readVectors(value: Json | undefined, where: string): Record<string, StoredVector> {
  if (value === undefined) throw formatError('missing field `vector`');
  const none = formatError('data did not match any variant of untagged enum VectorStruct');
  const single = isMetadataArray(value) ? readVector(value) : undefined;
  if (single !== undefined) return { '': single };
  if (!isObject(value)) throw none;
  const entries = Object.entries(value).map(([name, item]) => {
    const vector = readVector(item);
    if (vector === undefined) throw none;
    if (vector.kind === 'sparse') checkSparse(vector.indices, vector.values, `${where}.vector.?`);
    return [name, vector] as const;
  });
  return Object.fromEntries(entries);
}

export function checkSparse(indices: readonly number[], values: Float32Array, where: string): void {
  if (indices.length !== values.length) {
    throw invalidBody(`${where}.values: Validation error: must be the same length as indices [{}]`);
  }
  if (new Set(indices).size < indices.length) {
    throw invalidBody(`${where}.indices: Validation error: must be unique [{}]`);
  }
}

function checkDimension(expected: number, got: number): void {
  if (got !== expected) throw wrongInput(`Vector dimension error: expected dim: ${expected}, got ${got}`);
}

/** Refuses what cannot be stored under these parameters; sparse vectors have none. */
export function checkVector(vector: StoredVector, params: VectorParams | undefined): void {
  if ((vector.kind === 'sparse') !== (params === undefined)) {
    throw wrongInput('Conversion between sparse and regular vectors failed');
  }
  if (params === undefined || vector.kind === 'sparse') return;
  if (vector.kind === 'multi' && params.multivector_config === undefined) {
    throw wrongInput('Conversion between multi and regular vectors failed');
  }
  for (const row of vector.kind === 'multi' ? vector.rows : [vector.values]) checkDimension(params.size, row.length);
}

/** What is kept of a vector: scaled to length 1 under cosine, narrowed to the datatype, sparse indices sorted. */
export function storeVector(vector: StoredVector, params: VectorParams | undefined): StoredVector {
  if (vector.kind === 'sparse' || params === undefined) {
    if (vector.kind !== 'sparse') return vector;
    const order = vector.indices
      .map((_, at) => at)
      .toSorted((a, b) => (vector.indices[a] ?? 0) - (vector.indices[b] ?? 0));
    return {
      kind: 'sparse',
      indices: order.map((at) => vector.indices[at] ?? 0),
      values: Float32Array.from(order, (at) => vector.values[at] ?? 0),
    };
  }
  const store = (row: Float32Array): Float32Array =>
    narrow(params.distance === 'Cosine' && params.datatype !== 'uint8' ? normalize(row) : row, params.datatype);
  if (params.multivector_config !== undefined) {
    return { kind: 'multi', rows: (vector.kind === 'multi' ? vector.rows : [vector.values]).map(store) };
  }
  return vector.kind === 'dense' ? { kind: 'dense', values: store(vector.values) } : vector;
}

/** A vector whose length is already 1 or 0 is kept bit for bit, which makes a copy from Qdrant to Qdrant exact. */
function normalize(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares = Math.fround(squares + Math.fround(value * value));
  if (squares < 1.1920929e-7 || Math.abs(squares - 1) <= 1e-6) return vector;
  const length = Math.fround(Math.sqrt(squares));
  return vector.map((value) => value / length);
}

/** The nearest float16, ties to even: 11 bits of precision from 2^-14 on, steps of 2^-24 below. */
function toFloat16(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const magnitude = Math.abs(value);
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(magnitude))) - 10);
  const steps = magnitude / step;
  const down = Math.floor(steps);
  const up = steps - down > 0.5 || (steps - down === 0.5 && down % 2 !== 0);
  const rounded = (up ? down + 1 : down) * step;
  return Math.sign(value) * (rounded > 65504 ? Number.POSITIVE_INFINITY : rounded);
}

function narrow(vector: Float32Array, datatype: string | undefined): Float32Array {
  if (datatype === 'float16') return vector.map(toFloat16);
  if (datatype === 'uint8') return vector.map((value) => Math.trunc(Math.min(255, Math.max(0, value))));
  return vector;
}

export function vectorText(vector: StoredVector): string {
  if (vector.kind === 'dense') return denseText(vector.values);
  if (vector.kind === 'multi') return `[${vector.rows.map(denseText).join(',')}]`;
  return `{"indices":[${vector.indices.join(',')}],"values":${denseText(vector.values)}}`;
}

function denseText(values: Float32Array): string {
  return `[${Array.from(values, float32Text).join(',')}]`;
}
