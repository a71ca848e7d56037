import { shortestDouble } from '@vsm/core/adapter';
import { Problem } from './problem.ts';

export type JsonObject = { readonly [key: string]: unknown };
/** Numbers are float64, whatever they were when written. */
export type MetadataValue = string | number | boolean | readonly string[];
export type Metadata = Readonly<Record<string, MetadataValue>>;

export interface SparseValues {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface StoredRecord {
  readonly id: string;
  readonly values: Float32Array | undefined;
  readonly sparse: SparseValues | undefined;
  readonly metadata: Metadata | undefined;
}

/** What an index takes. */
export interface IndexShape {
  /** Absent in an index that holds sparse vectors alone. */
  readonly dimension: number | undefined;
  readonly metric: 'cosine' | 'euclidean' | 'dotproduct';
}

const METADATA_BYTES = 40 * 1024;
const SPARSE_VALUES = 1000;
const SPARSE_VALUES_ALONE = 2048;
/** Vectors whose components are all smaller count as zeros. */
const SMALLEST = 1e-8;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Problem naming the first thing that the service would refuse. */
export function readRecord(value: unknown, shape: IndexShape): StoredRecord {
  if (!isObject(value)) throw new Problem(400, 'Each vector must be an object');
  const id = readId(value['id']);
  const values = value['values'] === undefined ? undefined : readDense(value['values'], shape.dimension);
  const sparse = value['sparseValues'] === undefined ? undefined : readSparse(value['sparseValues'], shape);
  if (shape.dimension === undefined && sparse === undefined) {
    throw new Problem(400, `Sparse vector must contain at least one value (id ${id})`);
  }
  if (shape.dimension === undefined && values !== undefined) {
    throw new Problem(400, 'Index is configured for sparse vectors, but a dense vector was given');
  }
  if (shape.dimension !== undefined && values === undefined) {
    throw new Problem(400, `Vector dimension 0 does not match the dimension of the index ${shape.dimension}`);
  }
  return { id, values, sparse, metadata: readMetadata(value['metadata']) };
}

export function readId(id: unknown): string {
  if (typeof id !== 'string' || id === '') throw new Problem(400, 'Vector ID must not be empty');
  if (id.length > 512) {
    throw new Problem(400, `Vector ID length must be at most 512 characters, got ${id.length}`);
  }
  if (!isAscii(id)) throw new Problem(400, `Vector ID must be ASCII, but got '${id}'`);
  return id;
}

/** Absent, empty and `__default__` are one namespace. */
export function readNamespace(namespace: unknown): string {
  if (namespace === undefined || namespace === null || namespace === '__default__') return '';
  if (typeof namespace !== 'string') throw new Problem(400, 'namespace must be a string');
  if (namespace.length > 512 || !isAscii(namespace)) {
    throw new Problem(400, `Namespace must be ASCII and at most 512 characters, but got '${namespace}'`);
  }
  return namespace;
}

// oxlint-disable-next-line no-control-regex
const isAscii = (text: string): boolean => /^[\x01-\x7f]*$/.test(text);

export function readDense(value: unknown, dimension: number | undefined, zeroAllowed = false): Float32Array {
  const values = readFloats(value, 'values');
  if (dimension !== undefined && values.length !== dimension) {
    throw new Problem(400, `Vector dimension ${values.length} does not match the dimension of the index ${dimension}`);
  }
  if (!zeroAllowed && !values.some((component) => Math.abs(component) >= SMALLEST)) {
    throw new Problem(400, 'Dense vectors must contain at least one non-zero value.');
  }
  return values;
}

function readFloats(value: unknown, field: string): Float32Array {
  if (!Array.isArray(value)) throw new Problem(400, `${field}: expected a list of numbers`);
  const bad = value.find((item) => typeof item !== 'number' || !Number.isFinite(Math.fround(item)));
  if (bad !== undefined) throw new Problem(400, `${field}: invalid value ${JSON.stringify(bad)} for type TYPE_FLOAT`);
  return Float32Array.from(value as number[]);
}

export function readSparse(value: unknown, shape: IndexShape): SparseValues {
  if (!isObject(value) || !Array.isArray(value['indices'])) throw new Problem(400, 'sparseValues: expected an object');
  const indices = value['indices'] as unknown[];
  const values = readFloats(value['values'], 'sparseValues.values');
  const most = shape.dimension === undefined ? SPARSE_VALUES_ALONE : SPARSE_VALUES;
  if (indices.length !== values.length) throw new Problem(400, 'Sparse indices and values must have the same length');
  if (indices.length === 0) throw new Problem(400, 'Sparse vector must contain at least one value');
  if (indices.length > most) {
    throw new Problem(400, `Sparse vectors can contain at most ${most} values, got ${indices.length}`);
  }
  const seen = new Set<unknown>();
  for (const index of indices) {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > 4294967295) {
      throw new Problem(400, `Sparse index ${JSON.stringify(index)} is not a 32-bit unsigned integer`);
    }
    if (seen.has(index)) throw new Problem(400, `Sparse index ${index} occurs twice`);
    seen.add(index);
  }
  return { indices: Uint32Array.from(indices as number[]), values };
}

export function readMetadata(value: unknown): Metadata | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new Problem(400, 'Metadata must be an object');
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('$')) throw new Problem(400, `Metadata field names must not begin with '$', got '${key}'`);
    const fits =
      ['string', 'number', 'boolean'].includes(typeof item) ||
      (Array.isArray(item) && item.every((part) => typeof part === 'string'));
    if (fits) continue;
    throw new Problem(
      400,
      `Metadata value must be a string, number, boolean or list of strings, got '${JSON.stringify(item)}' for field '${key}'`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > METADATA_BYTES) {
    throw new Problem(
      400,
      `Metadata size is ${bytes} bytes, which exceeds the limit of ${METADATA_BYTES} bytes per vector`,
    );
  }
  return value as Metadata;
}

/** As in an answer. A record without metadata, or with none in it, has no such field. */
export function printRecord(
  record: StoredRecord,
  parts: { readonly values: boolean; readonly metadata: boolean },
): string {
  const { id, values, sparse, metadata } = record;
  const shown = parts.metadata && metadata !== undefined && Object.keys(metadata).length > 0;
  return (
    `"id":${JSON.stringify(id)},"values":${parts.values && values !== undefined ? printFloats(values) : '[]'}` +
    (parts.values && sparse !== undefined
      ? `,"sparseValues":{"indices":[${sparse.indices.join(',')}],"values":${printFloats(sparse.values)}}`
      : '') +
    (shown ? `,"metadata":${JSON.stringify(metadata)}` : '')
  );
}

/** The service prints float32: with as few digits as will do, and minus zero as such. */
function printFloats(values: Float32Array): string {
  const texts: string[] = [];
  for (const value of values) texts.push(Object.is(value, -0) ? '-0.0' : String(shortestDouble(value)));
  return `[${texts.join(',')}]`;
}
