import type { Data, DataType, Field, Table } from 'apache-arrow';
import {
  isMulti,
  stringifyJson,
  type DenseVector,
  type MetadataValue,
  type Rejection,
  type VectorRecord,
  own,
} from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import type { VectorColumn } from './columns.ts';
import { fieldData, holds } from './field-data.ts';
import type { Layout } from './schema.ts';

/** Why a table cannot take a record as it is. Tables of ours take all; one made by others has no place for some fields. */
export function problem(record: VectorRecord, layout: Layout): Rejection | undefined {
  const refuse = (reason: Rejection['reason'], detail: string): Rejection => ({
    id: record.id,
    namespace: record.namespace,
    reason,
    detail,
  });
  if (record.namespace !== undefined && layout.namespace === undefined) {
    return refuse('refused', 'the table was created without namespaces');
  }
  if (layout.own !== undefined) return undefined;
  if (record.document !== undefined && layout.document === undefined)
    return refuse('refused', 'no column for the document');
  if (record.uri !== undefined) return refuse('refused', 'no column for the uri');
  for (const [key, value] of Object.entries(record.metadata)) {
    const field = layout.fields.find(({ column }) => column === key);
    if (field === undefined) return refuse('invalid-metadata', `the table has no column "${key}"`);
    if (!holds(field.arrowType, value)) {
      return refuse('invalid-metadata', `column "${key}" (${field.type}) cannot hold the value exactly`);
    }
  }
  for (const { name, nullable } of layout.schema.fields) {
    if (nullable || isFilled(record, name, layout)) continue;
    return refuse('refused', `column "${name}" takes no null, and the record has nothing for it`);
  }
  return undefined;
}

function isFilled({ vectors, metadata, document }: VectorRecord, column: string, layout: Layout): boolean {
  if (column === layout.id || column === layout.namespace) return true;
  if (column === layout.document) return document !== undefined;
  const vector = layout.vectors.find((candidate) => candidate.column === column);
  return vector === undefined ? Object.hasOwn(metadata, column) : Object.hasOwn(vectors, vector.name);
}

/** The records as one Arrow table with all columns: a column that is left out would keep its old value. */
export function toTable(records: readonly VectorRecord[], layout: Layout): Table {
  const { schema } = layout;
  const vectors = new Map(layout.vectors.map((vector) => [vector.column, vector]));
  const types = new Map(layout.fields.map(({ column, arrowType }) => [column, arrowType]));
  const children = schema.fields.map((field) => {
    const vector = vectors.get(field.name);
    if (vector !== undefined) return vectorData(field.type, vector, records);
    return fieldData(
      field.type,
      records.map((record) => columnValue(record, field.name, layout, types)),
    );
  });
  const type = new arrow.Struct(schema.fields);
  const data = arrow.makeData({ type, length: records.length, nullCount: 0, children });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]);
}

function columnValue(
  record: VectorRecord,
  column: string,
  layout: Layout,
  types: ReadonlyMap<string, DataType>,
): MetadataValue | undefined {
  switch (column) {
    case layout.id:
      return idValue(record.id, layout);
    case layout.namespace:
      return record.namespace ?? '';
    case layout.document:
      return record.document;
    case layout.uri:
      return record.uri;
    case layout.rest:
      return restText(record, types);
    default: {
      const value = own(record.metadata, column);
      const type = types.get(column);
      return value !== undefined && type !== undefined && holds(type, value) ? value : undefined;
    }
  }
}

function idValue(id: string, { schema, id: column }: Layout): string | number | bigint {
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
  for (const [at, row] of rows.entries()) if (row !== undefined) numbers.set(row, at * dimension);
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
