import type { DataType, Field, Schema } from 'apache-arrow';
import type { Datatype, FieldType, VectorSchema } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';

/** Types of metadata that get a column of their own in a new table. */
export type FieldKind = Exclude<FieldType, 'datetime' | 'uuid' | 'json'>;

export interface VectorColumn {
  readonly name: string;
  readonly column: string;
  readonly kind: 'dense' | 'sparse' | 'multi';
  /** Unknown until the first record, where the column is not there yet. */
  readonly dimension?: number | undefined;
  readonly datatype?: Datatype | undefined;
}

const { DataType: Types } = arrow;

/** How a column is made that the engine can search; `undefined` for all others. */
export function vectorShape(type: DataType): { kind: 'dense' | 'multi'; dimension: number } | undefined {
  if (Types.isFixedSizeList(type) && Types.isFloat(type.children[0]?.type)) {
    return { kind: 'dense', dimension: type.listSize };
  }
  if (!Types.isList(type)) return undefined;
  const row = type.children[0] === undefined ? undefined : vectorShape(type.children[0].type);
  return row?.kind === 'dense' ? { kind: 'multi', dimension: row.dimension } : undefined;
}

/** The numbers of a list, or of a list of lists, of whatever width. */
export function numbersOf(type: DataType): { readonly kind: 'dense' | 'multi'; readonly item: Field } | undefined {
  const item = listItem(type);
  if (item === undefined) return undefined;
  if (isNumber(item)) return { kind: 'dense', item };
  const inner = listItem(item.type);
  return inner !== undefined && isNumber(inner) ? { kind: 'multi', item: inner } : undefined;
}

function listItem(type: DataType): Field | undefined {
  return Types.isList(type) || Types.isFixedSizeList(type) ? type.children[0] : undefined;
}

function isNumber(item: Field): boolean {
  return Types.isFloat(item.type) || Types.isInt(item.type) || isBfloat16(item);
}

/** Lance keeps them as two bytes each. */
export function isBfloat16({ type, metadata }: Field): boolean {
  return Types.isFixedSizeBinary(type) && type.byteWidth === 2 && metadata.get(EXTENSION) === 'lance.bfloat16';
}

const EXTENSION = 'ARROW:extension:name';

/** Bytes that lie apart; what a query gives in their place says where. */
export function isBlob({ metadata }: Pick<Field, 'metadata'>): boolean {
  return isOldBlob({ metadata }) || metadata.get(EXTENSION) === 'lance.blob.v2';
}

/** Of an encoding of which the engine gives no bytes. */
export function isOldBlob({ metadata }: Pick<Field, 'metadata'>): boolean {
  return metadata.get('lance-encoding:blob') === 'true';
}

/** In which numbers vectors are kept; `undefined` for float32, and for integers that it holds. */
export function datatypeOf(item: Field): Datatype | undefined {
  const { type } = item;
  if (isBfloat16(item)) return 'bfloat16';
  if (Types.isInt(type)) {
    if (type.bitWidth === 8) return type.isSigned ? 'int8' : 'uint8';
    return type.bitWidth === 16 ? undefined : 'float64';
  }
  if (!Types.isFloat(type) || type.precision === arrow.Precision.SINGLE) return undefined;
  return type.precision === arrow.Precision.DOUBLE ? 'float64' : 'float16';
}

const LISTS: Partial<Record<FieldType, FieldType>> = {
  string: 'string[]',
  integer: 'integer[]',
  float: 'float[]',
  boolean: 'boolean[]',
};

/** The metadata type of a column. */
export function fieldType(type: DataType): FieldType {
  if (Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isDate(type) || Types.isTime(type)) return 'string';
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type)) return 'string';
  if (Types.isDecimal(type) || Types.isDuration(type) || Types.isInterval(type)) return 'string';
  if (Types.isBool(type)) return 'boolean';
  if (Types.isInt(type)) return 'integer';
  if (Types.isFloat(type)) return 'float';
  if (Types.isTimestamp(type)) return 'datetime';
  if (Types.isDictionary(type)) return fieldType(type.dictionary);
  const item = Types.isList(type) || Types.isFixedSizeList(type) ? type.children[0]?.type : undefined;
  return (item === undefined ? undefined : LISTS[fieldType(item)]) ?? 'json';
}

/** Arrow's types for the columns of a table of ours. */
export const columnTypes: Readonly<Record<FieldKind, () => DataType>> = {
  string: () => new arrow.Utf8(),
  boolean: () => new arrow.Bool(),
  integer: () => new arrow.Int64(),
  float: () => new arrow.Float64(),
  'string[]': () => listOf(new arrow.Utf8()),
  'boolean[]': () => listOf(new arrow.Bool()),
  'integer[]': () => listOf(new arrow.Int64()),
  'float[]': () => listOf(new arrow.Float64()),
};

function listOf(item: DataType): DataType {
  return new arrow.List(new arrow.Field('item', item, true));
}

export function vectorField(column: string, vector: VectorSchema & { readonly dimension: number }): Field {
  const row = new arrow.FixedSizeList(vector.dimension, new arrow.Field('item', new arrow.Float32(), true));
  return new arrow.Field(
    column,
    vector.kind === 'multi' ? new arrow.List(new arrow.Field('item', row, true)) : row,
    true,
  );
}

export function typeOf(schema: Schema, column: string): DataType | undefined {
  return schema.fields.find(({ name }) => name === column)?.type;
}
