import {
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '../spec/record.ts';

/** Bytes that a record takes in memory while it is on its way, roughly: float64 components and UTF-16 text. */
export function recordBytes(record: VectorRecord): number {
  let bytes = 200 + 2 * (record.id.length + (record.document?.length ?? 0));
  // Not by Object.keys, whose lists are half of what this costs.
  for (const name in record.vectors) bytes += vectorBytes(record.vectors[name] as Vector);
  for (const key in record.metadata) bytes += 40 + 2 * key.length + valueBytes(record.metadata[key] as MetadataValue);
  return bytes;
}

function vectorBytes(vector: Vector): number {
  if (isSparse(vector)) return vector.indices.length * 4 + denseBytes(vector.values);
  if (isMulti(vector)) return vector.rows.reduce((total, row) => total + denseBytes(row), 0);
  return denseBytes(vector);
}

function denseBytes(vector: DenseVector): number {
  return vector.length * (vector instanceof Float32Array ? 4 : 8);
}

function valueBytes(value: MetadataValue): number {
  if (typeof value === 'string') return 2 * value.length;
  if (isMetadataArray(value)) return value.reduce<number>((total, item) => total + 16 + valueBytes(item), 0);
  if (isMetadataObject(value)) {
    return Object.entries(value).reduce((total, [key, item]) => total + 40 + 2 * key.length + valueBytes(item), 0);
  }
  return 16;
}
