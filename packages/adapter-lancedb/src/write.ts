import type { Data, DataType, Field, Table } from 'apache-arrow';
import {
  float,
  isMulti,
  isSparse,
  own,
  stringifyJson,
  type DenseVector,
  type Metadata,
  type MetadataValue,
  type RecordProblem,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import { numbersOf, typeOf, vectorShape, type VectorColumn } from './columns.ts';
import { fieldData, holds } from './field-data.ts';
import type { Layout } from './schema.ts';

/** Why a table cannot take a record as it is. Tables of ours take all; one made by others has no place for some fields. */
export function problem(record: VectorRecord, layout: Layout): RecordProblem | undefined {
  const refuse = (reason: RecordProblem['reason'], detail: string): RecordProblem => ({ reason, detail });
  if (record.namespace !== undefined && layout.namespace === undefined) {
    return refuse('refused', 'the table was created without namespaces');
  }
  if (layout.own !== undefined) return undefined;
  if (record.document !== undefined && layout.document === undefined)
    return refuse('refused', 'no column for the document');
  if (record.uri !== undefined && layout.uri === undefined) return refuse('refused', 'no column for the uri');
  for (const [key, value] of Object.entries(record.metadata)) {
    const field = layout.fields.find((candidate) => candidate.key === key);
    if (field === undefined && layout.rest === undefined) {
      return refuse('invalid-metadata', `the table has no column "${key}"`);
    }
    if (field !== undefined && !holds(field.arrowType, value)) {
      return refuse('invalid-metadata', `column "${field.column}" (${field.type}) cannot hold the value exactly`);
    }
  }
  const rest = restOf(record, layout);
  if (layout.rest !== undefined && rest !== undefined && restValue(rest, layout) === undefined) {
    return refuse('invalid-metadata', `column "${layout.rest}" cannot hold ${Object.keys(rest).join(', ')} exactly`);
  }
  for (const { name, column } of layout.vectors) {
    const vector = own(record.vectors, name);
    const type = typeOf(layout.schema, column);
    if (vector === undefined || type === undefined || isOurs(type)) continue;
    if (!holds(type, listOf(type, vector))) {
      return refuse('invalid-vector', `column "${column}" cannot hold the vector exactly`);
    }
  }
  for (const { name, nullable } of layout.schema.fields) {
    if (nullable || isFilled(record, name, layout)) continue;
    return refuse('refused', `column "${name}" takes no null, and the record has nothing for it`);
  }
  return undefined;
}

function isFilled(record: VectorRecord, column: string, layout: Layout): boolean {
  const { vectors, metadata, document } = record;
  if (layout.ids.includes(column) || column === layout.namespace) return true;
  if (column === layout.document) return document !== undefined;
  if (column === layout.rest) return restOf(record, layout) !== undefined;
  const vector = layout.vectors.find((candidate) => candidate.column === column);
  if (vector !== undefined) return Object.hasOwn(vectors, vector.name);
  const field = layout.fields.find((candidate) => candidate.column === column);
  return field !== undefined && Object.hasOwn(metadata, field.key);
}

/** Whether a column is made as those of our own tables are, so that its numbers can be written as they lie in memory. */
function isOurs(type: DataType): boolean {
  const numbers = numbersOf(type);
  return (
    vectorShape(type) !== undefined &&
    arrow.DataType.isFloat(numbers?.item.type) &&
    numbers?.item.type.precision === arrow.Precision.SINGLE
  );
}

/** A vector as the list that a column of another type holds. */
function listOf(type: DataType, vector: Vector): MetadataValue {
  const item = numbersOf(type)?.item.type;
  const one = (value: number): MetadataValue => (arrow.DataType.isFloat(item) ? float(value) : value);
  if (isSparse(vector)) return { indices: Array.from(vector.indices), values: Array.from(vector.values, float) };
  if (isMulti(vector)) return vector.rows.map((row) => Array.from(row, one));
  return Array.from(vector, one);
}

/** Metadata without a column of its own. */
function restOf({ metadata }: VectorRecord, layout: Layout): Metadata | undefined {
  const keys = new Set(layout.fields.map(({ key }) => key));
  const rest = Object.entries(metadata).filter(([key]) => !keys.has(key));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** As the column of a table made by others holds it: a struct, or JSON text; `undefined` where it does not. */
function restValue(rest: Metadata, { schema, rest: column = '' }: Layout): MetadataValue | undefined {
  const type = typeOf(schema, column);
  if (type === undefined) return undefined;
  if (arrow.DataType.isUtf8(type) || arrow.DataType.isLargeUtf8(type)) return stringifyJson(rest);
  return holds(type, rest) ? rest : undefined;
}

/** The records as one Arrow table with all columns: a column that is left out would keep its old value. */
export function toTable(records: readonly VectorRecord[], layout: Layout): Table {
  const { schema } = layout;
  const vectors = new Map(layout.vectors.map((vector) => [vector.column, vector]));
  const types = new Map(layout.fields.map(({ key, arrowType }) => [key, arrowType]));
  const keys = new Map(layout.fields.map(({ column, key }) => [column, key]));
  const children = schema.fields.map((field) => {
    const vector = vectors.get(field.name);
    if (vector !== undefined && isOurs(field.type)) return vectorData(field.type, vector, records);
    if (vector !== undefined) {
      return fieldData(
        field.type,
        records.map((record) => {
          const found = own(record.vectors, vector.name);
          return found === undefined ? undefined : listOf(field.type, found);
        }),
      );
    }
    return fieldData(
      field.type,
      records.map((record) =>
        columnValue(record, { column: field.name, key: keys.get(field.name) ?? field.name }, layout, types),
      ),
    );
  });
  const type = new arrow.Struct(schema.fields);
  const data = arrow.makeData({ type, length: records.length, nullCount: 0, children });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]);
}

function columnValue(
  record: VectorRecord,
  { column, key }: { readonly column: string; readonly key: string },
  layout: Layout,
  types: ReadonlyMap<string, DataType>,
): MetadataValue | undefined {
  switch (column) {
    case layout.ids[0]:
      return idValue(record.id, layout);
    case layout.namespace:
      return record.namespace ?? '';
    case layout.document:
      return record.document;
    case layout.uri:
      return record.uri;
    case layout.rest: {
      if (layout.own !== undefined) return restText(record, types);
      const rest = restOf(record, layout);
      return rest === undefined ? undefined : restValue(rest, layout);
    }
    default: {
      const value = own(record.metadata, key);
      const type = types.get(key);
      return value !== undefined && type !== undefined && holds(type, value) ? value : undefined;
    }
  }
}

function idValue(id: string, { schema, ids: [column] }: Layout): string | number | bigint {
  const type = schema.fields.find(({ name }) => name === column)?.type;
  if (!arrow.DataType.isInt(type)) return id;
  return type.bitWidth === 64 ? BigInt(id) : Number(id);
}

function restText({ metadata }: VectorRecord, types: ReadonlyMap<string, DataType>): string | undefined {
  const rest = Object.entries(metadata).filter(([key, value]) => {
    const type = types.get(key);
    return type === undefined || !holds(type, value);
  });
  return rest.length === 0 ? undefined : stringifyJson(Object.fromEntries(rest));
}

/** Buffers made here: the SDK's own builders pad a short vector with zeros and cut a long one, without a word. */
function vectorData(
  type: DataType,
  { name, kind, dimension = 0 }: VectorColumn,
  records: readonly VectorRecord[],
): Data {
  const length = records.length;
  const validity = new Uint8Array(Math.ceil(length / 8));
  const offsets = new Int32Array(length + 1);
  const rows: (DenseVector | undefined)[] = [];
  let nullCount = 0;
  for (const [at, { vectors }] of records.entries()) {
    const vector = own(vectors, name);
    if (vector === undefined) nullCount += 1;
    else validity[at >> 3] = (validity[at >> 3] as number) | (1 << (at & 7));
    if (vector !== undefined && isMulti(vector)) rows.push(...vector.rows);
    else if (kind === 'dense') rows.push(vector as DenseVector | undefined);
    offsets[at + 1] = rows.length;
  }
  const list = kind === 'multi' ? (type.children[0] as Field).type : type;
  const numbers = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) {
    if (row === undefined) continue;
    // A longer one would lie over its neighbour.
    if (row.length !== dimension) {
      throw new Error(`a vector "${name}" of ${row.length} components for a column of ${dimension}`);
    }
    numbers.set(row, at * dimension);
  }
  const child = arrow.makeData({
    type: (list.children[0] as Field).type as InstanceType<typeof arrow.Float32>,
    length: numbers.length,
    nullCount: 0,
    data: numbers,
  });
  const fixed = list as InstanceType<typeof arrow.FixedSizeList>;
  if (kind === 'dense') return arrow.makeData({ type: fixed, length, nullCount, nullBitmap: validity, child });
  return arrow.makeData({
    type: type as InstanceType<typeof arrow.List>,
    length,
    nullCount,
    nullBitmap: validity,
    valueOffsets: offsets,
    child: arrow.makeData({ type: fixed, length: rows.length, nullCount: 0, child }),
  });
}
