import type { CollectionSchema } from './grpc/schema.ts';
import { VECTORS } from './fields.ts';

/** Fields of a schema whose vector may be missing from a row. */
export function nullableVectors(fields: CollectionSchema['fields']): string[] {
  return fields.filter(({ nullable, dataType }) => nullable && dataType in VECTORS).map(({ name }) => name);
}

/** The schema as milvus-lite keeps it, whatever it says: a vector that a row lacks is stored as zeros there. */
export function withoutNullVectors(schema: CollectionSchema): CollectionSchema {
  const zeroed = new Set(nullableVectors(schema.fields));
  return {
    ...schema,
    fields: schema.fields.map((field) => (zeroed.has(field.name) ? { ...field, nullable: false } : field)),
  };
}

/** Why they cannot lie there as they are. */
export function whyZeroed(fields: readonly string[]): string {
  return `milvus-lite keeps zeros where a row has no vector in "${fields.join('", "')}"`;
}

/** What a plan says of such fields. */
export function sayZeroed(fields: readonly string[]): string {
  return `${whyZeroed(fields)}: such rows are read with zeros, and a record without that vector is rejected`;
}
