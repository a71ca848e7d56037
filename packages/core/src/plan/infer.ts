import {
  isDense,
  isMetadataArray,
  isMulti,
  isSparse,
  numberKind,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  own,
  setOwn,
} from '../spec/record.ts';
import { squaresOf } from '../store/distance.ts';
import { isDouble } from '../store/float32-text.ts';
import type { CollectionSchema, FieldType, VectorSchema } from '../spec/v1.ts';

/** The one type that all sampled values of each top-level field share; fields of mixed types are `json`. */
export function inferFields(records: readonly VectorRecord[]): Record<string, FieldType> {
  const fields = new Map<string, FieldType>();
  for (const record of records) {
    for (const [key, value] of Object.entries(record.metadata)) {
      // An empty list could be of any type, so it speaks against none.
      if (value === null || (isMetadataArray(value) && value.length === 0)) continue;
      const type = fieldType(value);
      const known = fields.get(key);
      fields.set(key, known === undefined || known === type ? type : 'json');
    }
  }
  return Object.fromEntries([...fields].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function fieldType(value: MetadataValue): FieldType {
  const scalar = scalarType(value);
  if (scalar !== undefined) return scalar;
  if (!isMetadataArray(value)) return 'json';
  const types = new Set(value.map(scalarType));
  const [only] = types;
  return types.size === 1 && only !== undefined ? `${only}[]` : 'json';
}

function scalarType(value: MetadataValue): 'integer' | 'float' | 'boolean' | 'string' | undefined {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  return numberKind(value);
}

/** Fills the dimensions that the store did not tell, and vectors that it did not list, from the records themselves. */
export function inferVectors(
  schema: CollectionSchema,
  records: readonly VectorRecord[],
): Readonly<Record<string, VectorSchema>> {
  const vectors: Record<string, VectorSchema> = { ...schema.vectors };
  for (const record of records) {
    for (const [name, vector] of Object.entries(record.vectors)) {
      const known = own(vectors, name);
      if (known === undefined) setOwn(vectors, name, schemaOf(vector));
      else if (known.kind !== 'sparse' && known.dimension === undefined) {
        const found = schemaOf(vector);
        if (found.kind === known.kind) setOwn(vectors, name, { ...known, dimension: found.dimension });
      }
    }
  }
  return vectors;
}

function schemaOf(vector: Vector): VectorSchema {
  if (isSparse(vector)) return { kind: 'sparse' };
  if (isMulti(vector)) return { kind: 'multi', dimension: vector.rows[0]?.length };
  return { kind: 'dense', dimension: vector.length };
}

/** What float32 makes of sampled numbers. */
export interface Narrowing {
  /** The largest change of one number. */
  readonly error: number;
  /** Numbers that change and are written with more digits than float32 has: no mere decimals of one. */
  readonly changed: number;
  /** Whether any was sampled, and none changes. Where nothing was sampled at all, there is nothing that could. */
  readonly exact: boolean;
}

/** How the sampled vectors of a name change where they are kept as float32. */
export function narrowing(name: string, records: readonly VectorRecord[]): Narrowing {
  let [error, changed, seen] = [0, 0, 0];
  const look = (row: DenseVector): void => {
    if (row instanceof Float32Array) return;
    for (const value of row) {
      const change = Math.abs(value - Math.fround(value));
      if (!(change > 0)) continue;
      error = Math.max(error, change);
      if (isDouble(value)) changed += 1;
    }
  };
  for (const record of records) {
    const vector = own(record.vectors, name);
    if (vector === undefined) continue;
    seen += 1;
    if (isSparse(vector)) look(vector.values);
    else if (isMulti(vector)) vector.rows.forEach(look);
    else look(vector);
  }
  return { error, changed, exact: error === 0 && (seen > 0 || records.length === 0) };
}

/** Whether any sampled vector of a name has a length that is not 1. */
export function hasOtherLengths(name: string, records: readonly VectorRecord[]): boolean {
  return records.some((record) => {
    const vector = own(record.vectors, name);
    if (vector === undefined || isSparse(vector)) return false;
    const rows = isMulti(vector) ? vector.rows : [vector];
    return rows.some((row) => Math.abs(squaresOf(row) - 1) >= 1e-3);
  });
}

/** Whether every sampled vector of a name has length 1, so that cosine, dot product and Euclidean distance rank alike. */
export function isUnitLength(name: string, records: readonly VectorRecord[]): boolean {
  const vectors = records
    .map((record) => own(record.vectors, name))
    .filter((vector) => vector !== undefined && isDense(vector));
  return vectors.length > 0 && vectors.every((vector) => Math.abs(squaresOf(vector) - 1) < 1e-3);
}
