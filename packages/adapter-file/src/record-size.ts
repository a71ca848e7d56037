import {
  Float,
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';

/** Of one number as JSON, with what stands around it. */
const NUMBER = 32;
/** Of one UTF-16 unit as JSON: an escape. */
const CHARACTER = 6;
const AROUND = 64;

/** No fewer bytes than the record has as JSON, without making it. */
export function mostBytes({ id, namespace, document, uri, vectors, metadata }: VectorRecord): number {
  let bytes = AROUND + text(id) + text(namespace) + text(document) + text(uri) + ofValue(metadata);
  for (const [name, vector] of Object.entries(vectors)) bytes += AROUND + text(name) + ofVector(vector);
  return bytes;
}

function text(value: string | undefined): number {
  return AROUND + (value?.length ?? 0) * CHARACTER;
}

function ofVector(vector: Vector): number {
  if (isSparse(vector)) return vector.indices.length * NUMBER * 2;
  if (isMulti(vector)) return vector.rows.reduce((total, row) => total + AROUND + row.length * NUMBER, 0);
  return vector.length * NUMBER;
}

function ofValue(value: MetadataValue): number {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return text(value.toString());
  if (Float.isInstance(value)) return NUMBER;
  if (isMetadataArray(value)) return value.reduce<number>((total, item) => total + ofValue(item), AROUND);
  if (!isMetadataObject(value)) return NUMBER;
  return Object.entries(value).reduce((total, [key, item]) => total + text(key) + ofValue(item), AROUND);
}
