import type { JsonObject } from '@vsm/core/adapter';
import { readField, typeName } from './fields.ts';
import type { KeyValue } from './grpc/schema.ts';
import type { Described } from './grpc/collections.ts';
import type { Layout } from './layout.ts';

export interface FieldIndex {
  readonly field: string;
  readonly params: readonly KeyValue[];
}

/** What makes another Milvus have a collection of others as it is here. */
export function nativeOf(
  { schema, shards, partitions, consistency }: Described,
  layout: Layout,
  indexes: readonly FieldIndex[],
): JsonObject {
  const left = new Set(layout.columns.ignored);
  const fields = (schema?.fields ?? []).filter((field) => {
    const known = readField(field);
    return typeName(known) !== undefined && !known.computed && !known.dynamic && !left.has(field.name);
  });
  const names = new Set(fields.map(({ name }) => name));
  return {
    fields: fields.map(({ name, dataType, elementType, typeParams, ...flags }) => ({
      name,
      dataType,
      ...(elementType !== 0 && { elementType }),
      ...(flags.isPrimaryKey && { key: true }),
      ...(flags.isPartitionKey && { partitionKey: true }),
      ...(flags.isClusteringKey && { clusteringKey: true }),
      ...(flags.nullable && { nullable: true }),
      params: objectOf(typeParams),
    })),
    dynamic: schema?.dynamic ?? false,
    shards,
    consistency,
    ...(layout.splitByKey && { partitions: Number(partitions) }),
    indexes: indexes.flatMap(({ field, params }) => (names.has(field) ? [{ field, params: objectOf(params) }] : [])),
    left: leftOut(schema),
    places: placesOf(layout),
  };
}

/** What a copy has not, in words. */
function leftOut(schema: Described['schema']): string[] {
  const isAuto = schema?.autoId === true || (schema?.fields.some(({ autoId }) => autoId) ?? false);
  return [
    ...(isAuto ? ['keys that the server makes: those of the records are written'] : []),
    ...(schema?.functions ?? []).map(({ name, outputs }) => `the function ${name} and its "${outputs.join('", "')}"`),
    ...(schema?.structs ?? []).map(({ name }) => `the array of structs "${name}"`),
  ];
}

/** Which field is what: that of the copy has to be understood alike. */
export function placesOf({ key, columns }: Layout): JsonObject {
  const { document, uri, metadata, vectors } = columns;
  return {
    key: key.name,
    document: document ?? null,
    uri: uri ?? null,
    metadata: metadata ?? null,
    vectors: vectors.map(({ name, column }) => [name, column]),
  };
}

const objectOf = (pairs: readonly KeyValue[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
