import {
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  MOST_LEVELS,
  tooDeep,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '../spec/record.ts';

/**
 * Bytes that a record takes in memory while it is on its way, roughly: float64 components and UTF-16 text. `NaN` where its metadata
 * is nested deeper than can be carried.
 */
export function recordBytes(record: VectorRecord): number {
  let bytes = 200 + 2 * (record.id.length + (record.document?.length ?? 0));
  // Not by Object.keys, whose lists are half of what this costs.
  for (const name in record.vectors) bytes += vectorBytes(record.vectors[name] as Vector);
  for (const key in record.metadata)
    bytes += 40 + 2 * key.length + valueBytes(record.metadata[key] as MetadataValue, 1);
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

function valueBytes(value: MetadataValue, level: number): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 16;
  if (level > MOST_LEVELS) return Number.NaN;
  let bytes = 0;
  if (isMetadataArray(value)) for (const item of value) bytes += 16 + valueBytes(item, level + 1);
  else if (isMetadataObject(value)) {
    for (const key of Object.keys(value))
      bytes += 40 + 2 * key.length + valueBytes(value[key] as MetadataValue, level + 1);
  }
  return bytes + 16;
}

/** The same records, with each metadata value that cannot be carried replaced by a {@link tooDeep}, so that they are rejected by name. */
export function withoutDepths(records: readonly VectorRecord[]): readonly VectorRecord[] {
  return records.map((record) => {
    if (!Number.isNaN(recordBytes(record))) return record;
    const entries = Object.entries(record.metadata).map(([key, value]): [string, MetadataValue] => [
      key,
      Number.isNaN(valueBytes(value, 1)) ? tooDeep() : value,
    ]);
    return { ...record, metadata: Object.fromEntries(entries) };
  });
}
