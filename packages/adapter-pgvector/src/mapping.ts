import {
  float,
  isMetadataObject,
  parseJson,
  parseNumber,
  stringifyJson,
  type DenseVector,
  type Metadata,
  type MetadataValue,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Column, TableLayout } from './table.ts';
import { identifier } from './sql.ts';

/** Every value as text, so that no driver rounds a number or cuts a timestamp on the way. */
export function selectList(layout: TableLayout, include: readonly ('vectors' | 'metadata')[]): string {
  const text = (name: string, alias: string): string => `${identifier(name)}::text AS ${alias}`;
  const parts = [text(layout.id.name, 'id')];
  if (layout.namespace !== undefined) parts.push(text(layout.namespace, 'namespace'));
  if (include.includes('vectors')) {
    parts.push(...Object.values(layout.vectors).map((column, index) => text(column.name, `v${index}`)));
  }
  if (include.includes('metadata')) {
    if (layout.document !== undefined) parts.push(text(layout.document, 'document'));
    if (layout.metadata !== undefined) parts.push(text(layout.metadata.name, 'metadata'));
    // Through to_json, lists and composites become JSON; through ::text, numbers keep every digit.
    parts.push(...layout.fields.map(({ name }, index) => `to_json(${identifier(name)})::text AS f${index}`));
  }
  return parts.join(', ');
}

export type Row = Readonly<Record<string, string | null | undefined>>;

export function toRecord(row: Row, layout: TableLayout): VectorRecord {
  const vectors = Object.keys(layout.vectors).flatMap((name, index) => {
    const text = row[`v${index}`];
    return typeof text === 'string' ? [[name, JSON.parse(text) as number[]] as const] : [];
  });
  const namespace = row['namespace'];
  const document = row['document'];
  return {
    id: row['id'] ?? '',
    ...(typeof namespace === 'string' && namespace !== '' && { namespace }),
    vectors: Object.fromEntries(vectors),
    metadata: { ...fieldValues(row, layout.fields), ...metadataValue(row['metadata']) },
    ...(typeof document === 'string' && { document }),
  };
}

function metadataValue(text: string | null | undefined): Metadata {
  if (text === null || text === undefined) return {};
  const value = parseJson(text);
  // A metadata column may hold any JSON; what is not an object is kept under a name of its own.
  return isMetadataObject(value) ? value : { metadata: value };
}

function fieldValues(row: Row, fields: readonly Column[]): Metadata {
  const values = fields.flatMap((field, index) => {
    const text = row[`f${index}`];
    return typeof text === 'string' ? [[field.name, fieldValue(text, field.type)] as const] : [];
  });
  return Object.fromEntries(values);
}

function fieldValue(text: string, type: string): MetadataValue {
  // Postgres prints a float column's 1 without its point.
  if (/^(real|double precision)$/.test(type) && !text.startsWith('"')) return float(Number(text));
  if (type.startsWith('numeric') && !text.startsWith('"')) return parseNumber(text);
  return parseJson(text);
}

/** One column of values for `unnest`, in the order of {@link insertColumns}. */
export function toColumns(records: readonly VectorRecord[], layout: TableLayout): (string | null)[][] {
  const columns: (string | null)[][] = [records.map(({ id }) => id)];
  if (layout.namespace !== undefined) columns.push(records.map(({ namespace }) => namespace ?? ''));
  for (const name of Object.keys(layout.vectors)) columns.push(records.map(({ vectors }) => vectorText(vectors[name])));
  if (layout.document !== undefined) columns.push(records.map(({ document }) => document ?? null));
  if (layout.metadata !== undefined)
    columns.push(records.map((record) => printMetadata(withoutFields(record.metadata, layout))));
  for (const { name } of layout.fields) {
    columns.push(
      records.map(({ metadata }) =>
        Object.hasOwn(metadata, name) ? columnText(metadata[name] as MetadataValue) : null,
      ),
    );
  }
  return columns;
}

/** The columns that a write fills, with their types, in the order of {@link toColumns}. */
export function insertColumns(layout: TableLayout): { readonly name: string; readonly type: string }[] {
  return [
    layout.id,
    ...(layout.namespace === undefined ? [] : [{ name: layout.namespace, type: 'text' }]),
    ...Object.values(layout.vectors),
    ...(layout.document === undefined ? [] : [{ name: layout.document, type: 'text' }]),
    ...(layout.metadata === undefined ? [] : [layout.metadata]),
    ...layout.fields,
  ];
}

/** jsonb forgets how a number was written but for its point, so large floats need theirs. */
function printMetadata(value: MetadataValue): string {
  return stringifyJson(value, 'digits');
}

function withoutFields(metadata: Metadata, { fields }: TableLayout): Metadata {
  if (fields.length === 0) return metadata;
  const own = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !own.has(key)));
}

function columnText(value: MetadataValue): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : printMetadata(value);
}

function vectorText(vector: unknown): string | null {
  return vector === undefined ? null : printVector(vector as DenseVector);
}

/** The text form of a `vector`: decimal digits that read back as the same float32. */
export function printVector(vector: DenseVector): string {
  let text = '[';
  for (let index = 0; index < vector.length; index += 1) {
    const value = printable(vector[index] as number);
    text += `${index === 0 ? '' : ','}${Object.is(value, -0) ? '-0' : value}`;
  }
  return `${text}]`;
}

/**
 * Postgres rounds the decimal digits to float32, which near the middle between two of them is not what rounding the double gives.
 * Elsewhere the double is printed, as it is often a short decimal.
 */
function printable(value: number): number {
  const rounded = Math.fround(value);
  const step = value * Number.EPSILON;
  return Math.fround(value - step) === rounded && Math.fround(value + step) === rounded ? value : rounded;
}
