import { isDeepStrictEqual } from 'node:util';
import {
  metricOf,
  objectAt,
  own,
  textAt,
  type CollectionSchema as Schema,
  type JsonObject,
  type ReadingOptions,
  type Warning,
} from '@vsm/core/adapter';
import { isReadOnly, metricType } from './fields.ts';
import { CollectionSchema, type FieldSchema, type KeyValue } from './grpc/schema.ts';
import type { Sent } from './grpc/wire.ts';
import { readLayout, type Layout } from './layout.ts';
import { placesOf } from './native.ts';
import { nullableVectors, whyZeroed } from './null-vectors.ts';

/** How a collection is made. */
export interface Creation {
  readonly stored: string;
  readonly schema: Sent<CollectionSchema>;
  readonly shards: number;
  readonly consistency: number;
  /** Of a collection with a partition key; 0 for as many as the server makes. */
  readonly partitions: bigint;
  readonly indexes: readonly { readonly field: string; readonly params: Readonly<Record<string, string>> }[];
  readonly warnings: readonly Warning[];
}

/**
 * The collection of another Milvus, made again with its own fields; or why its records cannot lie in them. `undefined` where they come from
 * another kind of store.
 */
export function planNative(
  stored: string,
  wanted: Schema,
  reading: ReadingOptions,
  isServer: boolean,
): Creation | string | undefined {
  const native = wanted.native?.['milvus'];
  if (native?.['fields'] === undefined) return undefined;
  const schema: Sent<CollectionSchema> = {
    name: stored,
    dynamic: native['dynamic'] === true,
    fields: objectsAt(native, 'fields').map(fieldOf),
  };
  const zeroed = isServer ? [] : nullableVectors(CollectionSchema.decode(CollectionSchema.encode(schema)).fields);
  if (zeroed.length > 0) return whyZeroed(zeroed);
  const layout = tryLayout(schema, reading);
  const problem = layout === undefined ? 'what is said of them is not whole' : misfit(wanted, layout, native);
  if (layout === undefined || problem !== undefined) return problem;
  return {
    stored,
    schema,
    shards: numberAt(native, 'shards') || 1,
    consistency: numberAt(native, 'consistency'),
    partitions: layout.splitByKey ? BigInt(numberAt(native, 'partitions')) : 0n,
    indexes: objectsAt(native, 'indexes').map((index) => indexOf(index, wanted, layout)),
    warnings: textsIn(native['left']).map((detail): Warning => ({ type: 'unsupported', feature: 'schema', detail })),
  };
}

function fieldOf(field: JsonObject): Sent<FieldSchema> {
  return {
    name: textAt(field, 'name'),
    dataType: numberAt(field, 'dataType'),
    elementType: numberAt(field, 'elementType'),
    isPrimaryKey: field['key'] === true,
    isPartitionKey: field['partitionKey'] === true,
    isClusteringKey: field['clusteringKey'] === true,
    nullable: field['nullable'] === true,
    typeParams: pairsAt(field, 'params'),
  };
}

function tryLayout(schema: Sent<CollectionSchema>, reading: ReadingOptions): Layout | undefined {
  try {
    return readLayout(CollectionSchema.decode(CollectionSchema.encode(schema)), [], reading);
  } catch {
    // A field that is named is not there, or there is no key.
    return undefined;
  }
}

/** Why the records would not lie in these fields as they do at home. */
function misfit(wanted: Schema, layout: Layout, native: JsonObject): string | undefined {
  const { columns, undecided } = layout;
  if (wanted.namespaces === true) return 'namespaces lie in the key here';
  if (undecided.length > 0 || !isDeepStrictEqual(placesOf(layout), objectAt(native, 'places'))) {
    return 'they would be understood otherwise here: name the same ones in the location of the target';
  }
  const readOnly = [...layout.fields.values()].find(isReadOnly);
  if (readOnly !== undefined) return `"${readOnly.name}" is of a type that VSM reads and does not write`;
  const here = columns.vectors.map(({ name, ...vector }) => [name, vector.kind, vector.dimension, vector.datatype]);
  const there = Object.entries(wanted.vectors).map(([name, vector]) =>
    vector.kind === 'sparse'
      ? [name, vector.kind, undefined, 'float32']
      : [name, vector.kind, vector.dimension, vector.datatype ?? 'float32'],
  );
  if (!isDeepStrictEqual(byName(here), byName(there))) return 'the vectors are others';
  const known = new Set(columns.fields.map(({ key }) => key));
  const other = Object.keys(wanted.fields ?? {}).find((key) => !known.has(key));
  return other === undefined || columns.metadata !== undefined ? undefined : `there is none for "${other}"`;
}

function byName(rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return rows.toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1));
}

/** With the metric that was asked for. */
function indexOf(index: JsonObject, { vectors }: Schema, { columns }: Layout): Creation['indexes'][number] {
  const field = textAt(index, 'field');
  const name = columns.vectors.find(({ column }) => column === field)?.name;
  const metric = name === undefined ? undefined : metricOf(own(vectors, name));
  const type = metric === undefined ? undefined : metricType(metric);
  const params = Object.fromEntries(pairsAt(index, 'params').map(({ key, value }) => [key, value]));
  return { field, params: { ...params, ...(type !== undefined && { metric_type: type }) } };
}

function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const list = own(object, key);
  return Array.isArray(list)
    ? list.filter((item): item is JsonObject => typeof item === 'object' && item !== null)
    : [];
}

function pairsAt(object: JsonObject, key: string): KeyValue[] {
  const pairs = objectAt(object, key) ?? {};
  return Object.keys(pairs).map((name) => ({ key: name, value: textAt(pairs, name) }));
}

function numberAt(object: JsonObject, key: string): number {
  const value = own(object, key);
  return typeof value === 'number' && Number.isInteger(value) ? value : 0;
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
