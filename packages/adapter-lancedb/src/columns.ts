import type { DataType, Field, Schema } from 'apache-arrow';
import type { FieldType, VectorSchema } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';

/** Types of metadata that get a column of their own in a new table. */
export type FieldKind = Exclude<FieldType, 'datetime' | 'uuid' | 'json'>;

export interface VectorColumn {
  readonly name: string;
  readonly column: string;
  readonly kind: 'dense' | 'multi';
  /** Unknown until the first record, where the column is not there yet. */
  readonly dimension: number | undefined;
}

const { DataType: Types } = arrow;

/** How a column can hold vectors; `undefined` for all others. */
export function vectorShape(type: DataType): { kind: 'dense' | 'multi'; dimension: number } | undefined {
  if (Types.isFixedSizeList(type) && Types.isFloat(type.children[0]?.type)) {
    return { kind: 'dense', dimension: type.listSize };
  }
  if (!Types.isList(type)) return undefined;
  const row = type.children[0] === undefined ? undefined : vectorShape(type.children[0].type);
  return row?.kind === 'dense' ? { kind: 'multi', dimension: row.dimension } : undefined;
}

const LISTS: Partial<Record<FieldType, FieldType>> = {
  string: 'string[]',
  integer: 'integer[]',
  float: 'float[]',
  boolean: 'boolean[]',
};

/** The metadata type of a column. */
export function fieldType(type: DataType): FieldType {
  if (Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isDate(type) || Types.isBinary(type)) return 'string';
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
