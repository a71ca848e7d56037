import type { Data, DataType, Field, Table } from 'apache-arrow';
import {
  Float,
  isMetadataArray,
  isMulti,
  numberKind,
  stringifyJson,
  type DenseVector,
  type MetadataValue,
  type Rejection,
  type VectorRecord,
} from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import type { FieldKind, VectorColumn } from './columns.ts';
import type { Layout } from './layout.ts';

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
    if (field.kind === undefined || kindOf(value) !== field.kind) {
      return refuse('invalid-metadata', `column "${key}" (${field.type}) cannot hold the value exactly`);
    }
  }
  return undefined;
}

/** The records as one Arrow table with all columns: a column that is left out would keep its old value. */
export function toTable(records: readonly VectorRecord[], layout: Layout): Table {
  const { schema } = layout;
  const vectors = new Map(layout.vectors.map((vector) => [vector.column, vector]));
  const kinds = new Map(layout.fields.map(({ column, kind }) => [column, kind]));
  const children = schema.fields.map((field) => {
    const vector = vectors.get(field.name);
    if (vector !== undefined) return vectorData(field.type, vector, records);
    return valuesData(
      field,
      records.map((record) => columnValue(record, field.name, layout, kinds)),
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
  kinds: ReadonlyMap<string, FieldKind | undefined>,
): unknown {
  switch (column) {
    case layout.id:
      return idValue(record.id, layout);
    case layout.namespace:
      return record.namespace ?? '';
    case layout.document:
      return record.document ?? null;
    case layout.uri:
      return record.uri ?? null;
    case layout.rest:
      return restText(record, kinds);
    default: {
      const value = Object.hasOwn(record.metadata, column) ? record.metadata[column] : undefined;
      const kind = kinds.get(column);
      if (value === undefined || kind === undefined || kindOf(value) !== kind) return null;
      if (kind === 'integer') return BigInt(value as number | bigint);
      return Float.isInstance(value) ? value.value : value;
    }
  }
}

function idValue(id: string, { schema, id: column }: Layout): string | number | bigint {
  const type = schema.fields.find(({ name }) => name === column)?.type;
  if (!arrow.DataType.isInt(type)) return id;
  return type.bitWidth === 64 ? BigInt(id) : Number(id);
}

function restText(record: VectorRecord, kinds: ReadonlyMap<string, FieldKind | undefined>): string | null {
  const rest = Object.entries(record.metadata).filter(
    ([key, value]) => !kinds.has(key) || kindOf(value) !== kinds.get(key),
  );
  return rest.length === 0 ? null : stringifyJson(Object.fromEntries(rest));
}

function kindOf(value: MetadataValue): FieldKind | undefined {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (isMetadataArray(value)) return value.every((item) => typeof item === 'string') ? 'string[]' : undefined;
  const number = numberKind(value);
  return number === 'integer' && typeof value === 'bigint' && BigInt.asIntN(64, value) !== value ? undefined : number;
}

function valuesData({ type }: Field, values: readonly unknown[]): Data {
  if (arrow.DataType.isBool(type) && values.every((value) => value === null)) return missingBooleans(values.length);
  return arrow.vectorFromArray(values, type).data[0] as Data;
}

/**
 * A column of booleans that are all missing. Arrow's own writer leaves the values of such a column out (`assembleBoolVector` of
 * apache-arrow 18.1), and the engine then fails with "Spill has sent an error". As bytes the values are written; the schema,
 * which is sent apart, says what they are.
 */
function missingBooleans(length: number): Data {
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  return arrow.makeData({
    type: new arrow.Uint8(),
    length,
    nullCount: length,
    nullBitmap,
    data: new Uint8Array(length),
  });
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
    const vector = vectors[name];
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
