import {
  Float,
  isDense,
  isMetadataArray,
  isMetadataObject,
  isSparse,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  floatsOf,
} from '@vsm/core/adapter';

/** A copy that shares nothing with the caller's record, its vectors rounded to float32 as every store does. */
export function copyRecord(record: VectorRecord): VectorRecord {
  return {
    ...record,
    vectors: mapValues(record.vectors, copyVector),
    metadata: mapValues(record.metadata, copyValue),
  };
}

function copyVector(vector: Vector): Vector {
  if (isDense(vector)) return dense(vector);
  if (isSparse(vector)) return { indices: Uint32Array.from(vector.indices), values: dense(vector.values) };
  return { rows: vector.rows.map(dense) };
}

function dense(vector: DenseVector): Float32Array {
  return floatsOf(vector);
}

function copyValue(value: MetadataValue): MetadataValue {
  if (isMetadataArray(value)) return value.map(copyValue);
  if (Float.isInstance(value) || !isMetadataObject(value)) return value;
  return mapValues(value, copyValue);
}

function mapValues<Value, Result>(
  object: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
