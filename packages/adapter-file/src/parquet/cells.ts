import {
  Float,
  isMulti,
  isSparse,
  stringifyJson,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  asFloats,
} from '@vsm/core/adapter';
import { kindOf, type FieldKind } from '../field-kinds.ts';
import type { OwnLayout } from '../manifest.ts';
import type { ListRow } from './list-writer.ts';

/** Where neither a vector nor a field of its own lies. */
export function ownColumn(
  record: VectorRecord,
  name: string,
  { fields, restAsText }: OwnLayout,
): string | Uint8Array | undefined {
  switch (name) {
    case 'id':
      return record.id;
    case 'namespace':
      return record.namespace;
    case 'document':
      return record.document;
    case 'uri':
      return record.uri;
    default: {
      const rest = Object.entries(record.metadata).filter(
        ([key, value]) => !Object.hasOwn(fields, key) || kindOf(value) !== fields[key],
      );
      if (rest.length === 0) return undefined;
      const json = stringifyJson(Object.fromEntries(rest));
      return restAsText === true ? json : Buffer.from(json);
    }
  }
}

/** What a field has in its column; a value of another kind lies with the rest. */
export function stored(value: MetadataValue | undefined, kind: FieldKind): unknown {
  if (value === undefined || kindOf(value) !== kind) return undefined;
  if (kind === 'integer') return BigInt(value as number | bigint);
  return Float.isInstance(value) ? value.value : value;
}

/** The rows of a multi-vector, one after the other. */
export function multiRow(vector: Vector, isDouble: boolean): ListRow {
  if (!isMulti(vector)) return { words: new Float32Array(0) };
  const width = vector.rows[0]?.length ?? 0;
  const length = vector.rows.length * width;
  const words = isDouble ? new Float64Array(length) : new Float32Array(length);
  for (const [index, row] of vector.rows.entries()) words.set(row, index * width);
  return { words, width };
}

export function wordsOf(vector: DenseVector, isDouble: boolean): Float32Array | Float64Array {
  return isDouble ? new Float64Array(vector) : asFloats(vector);
}

/** About how many bytes a record takes in memory. */
export function sizeOf(record: VectorRecord): number {
  const vectors = Object.values(record.vectors).map((vector) => {
    if (isSparse(vector)) return vector.values.length * 8;
    return 4 * (isMulti(vector) ? vector.rows.length * (vector.rows[0]?.length ?? 0) : vector.length);
  });
  return vectors.reduce((total, size) => total + size, 256 + (record.document?.length ?? 0));
}
