import {
  isMetadataObject,
  mergeBeside,
  parseJson,
  stringifyJson,
  Unfit,
  wholeOrUnfit,
  type Metadata,
  type Vector,
  type VectorRecord,
  own,
} from '@vsm/core/adapter';
import { vectorTypeOf, type Column } from './column.ts';
import { fieldSource, parseField } from './field-values.ts';
import { idOf, keyTexts } from './key.ts';
import { identifier, type AsText } from './sql.ts';
import type { TableLayout } from './layout.ts';
import { parseVector, zerosOf } from './vector-form.ts';

export type Include = readonly ('vectors' | 'metadata')[];

/** Every value as text, so that no driver rounds a number or cuts a timestamp on the way. */
export function selectList(layout: TableLayout, include: Include, asText: AsText): string {
  const { key, id } = layout;
  const parts = [...keyTexts(key, 'k', asText), ...(id === key ? [] : keyTexts(id, 'i', asText))];
  const text = (name: string, alias: string): void => {
    parts.push(`${asText(identifier(name))} AS ${alias}`);
  };
  if (layout.namespace !== undefined) text(layout.namespace.name, 'namespace');
  if (include.includes('vectors')) {
    Object.values(layout.vectors).forEach((column, index) => text(column.name, `v${index}`));
    if (layout.zeros !== undefined) text(layout.zeros.name, 'zeros');
  }
  if (include.includes('metadata')) {
    if (layout.document !== undefined) text(layout.document.name, 'document');
    if (layout.uri !== undefined) text(layout.uri.name, 'uri');
    if (layout.metadata !== undefined) text(layout.metadata.name, 'metadata');
    layout.fields.forEach((field, index) => parts.push(`${asText(fieldSource(field))} AS f${index}`));
  }
  return parts.join(', ');
}

export type Row = Readonly<Record<string, string | null | undefined>>;

/** The texts of the key, which the next page begins after. */
export function keyOfRow(row: Row, { key }: TableLayout): string[] {
  return key.map((_, index) => row[`k${index}`] ?? '');
}

export function toRecord(row: Row, layout: TableLayout): VectorRecord {
  const { namespace, document, uri } = row;
  const prefix = layout.id === layout.key ? 'k' : 'i';
  return {
    id: idOf(layout.id.map((_, index) => row[`${prefix}${index}`] ?? '')),
    ...(typeof namespace === 'string' && namespace !== '' && { namespace }),
    vectors: vectorsOf(row, layout),
    metadata: metadataOf(row, layout),
    ...(typeof document === 'string' && { document }),
    ...(typeof uri === 'string' && { uri }),
  };
}

type Zeros = Readonly<Record<string, ReturnType<typeof zerosOf>>>;

function vectorsOf(row: Row, layout: TableLayout): Record<string, Vector> {
  const zeros = typeof row['zeros'] === 'string' ? (JSON.parse(row['zeros']) as Zeros) : {};
  const entries = Object.entries(layout.vectors).flatMap(([name, column], index) => {
    const text = row[`v${index}`];
    const type = vectorTypeOf(column)?.type ?? 'vector';
    return typeof text === 'string' ? [[name, parseVector(text, type, own(zeros, name))] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The zeros of a record's sparse vectors, by name, as JSON; `null` where there are none. */
export function printZeros({ vectors }: VectorRecord): string | null {
  const found = Object.entries(vectors).flatMap(([name, vector]) => {
    const zeros = 'indices' in vector ? zerosOf(vector) : undefined;
    return zeros === undefined ? [] : [[name, zeros] as const];
  });
  return found.length === 0 ? null : JSON.stringify(Object.fromEntries(found));
}

function metadataOf(row: Row, { fields, metadata: column }: TableLayout): Metadata {
  const json = column === undefined ? {} : parseMetadata(row['metadata'], column);
  const beside = fields.flatMap((field, index) => {
    const text = row[`f${index}`];
    return typeof text === 'string' ? [[field.name, parseField(text, field)] as const] : [];
  });
  return mergeBeside(json, beside, new Set(fields.map(({ name }) => name)));
}

function parseMetadata(text: string | null | undefined, { name, base }: Column): Metadata {
  if (text === null || text === undefined) return {};
  const value = base === 'json' ? wholeOrUnfit(text) : parseJson(text);
  // A metadata column may hold any JSON; what is not an object is kept under the name of the column.
  return isMetadataObject(value) && !Unfit.isInstance(value) ? value : { [name]: value };
}

/** jsonb forgets how a number was written but for its point, so large floats need theirs. */
export function printMetadata(value: Metadata | Metadata[string]): string {
  return stringifyJson(value, 'digits');
}
