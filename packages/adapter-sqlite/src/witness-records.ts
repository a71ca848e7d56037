import {
  plainFloats,
  setOwn,
  type JsonObject,
  type JsonValue,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { columnSql, type Column } from './catalog.ts';
import { identifier, type Client, type Row } from './client.ts';
import { idOf } from './key.ts';
import { keyColumns } from './mapping.ts';
import { conditionsOf, idIsOneOf } from './read.ts';
import type { Table } from './table.ts';

/** What SQLite says of single rows in hexadecimal digits, which the plain `JSON.parse` and a DataView read. */
export async function witnessRecords(
  client: Client,
  table: Table,
  { ids, namespace = '' }: RecordsRequest,
): Promise<RecordsWitness | undefined> {
  const what = `cannot witness rows of "${table.name}"`;
  const [encoding] = await client.read(what, 'PRAGMA encoding');
  const { texts, parameters } = conditionsOf({ namespace }, table);
  const found = idIsOneOf(ids, table.id);
  if (encoding?.['encoding'] !== 'UTF-8' || found === undefined) return undefined;
  const vectors = table.vectors.filter(({ form }) => form === 'f32');
  const columns = [
    ...keyColumns(table, client),
    ...Object.entries({ d: table.document, u: table.uri, m: table.metadata }).flatMap(([alias, column]) =>
      column === undefined ? [] : [hex(columnSql(column), alias)],
    ),
    ...table.fields.map((column, at) => hex(columnSql(column), `f${at}`)),
    ...vectors.map(({ column }, at) => hex(`t.${identifier(column)}`, `v${at}`)),
  ];
  const rows = await client.read(
    what,
    `SELECT ${columns.join(', ')} FROM ${table.from} WHERE ${[...texts, found.sql].join(' AND ')}`,
    [...parameters, ...found.parameters],
  );
  const unwitnessed = ['metadata in columns of other types than text and integers'];
  if (vectors.length < table.vectors.length) unwitnessed.push('vectors of other types than float32');
  const records = rows.map((row): WitnessedRecord => {
    const read: Record<string, readonly number[]> = {};
    vectors.forEach(({ name }, at) => {
      const bytes = bytesAt(row, `v${at}`, 'blob');
      if (bytes !== undefined && bytes.length % 4 === 0) setOwn(read, name, plainFloats(bytes));
    });
    return {
      id: idOf(row, table),
      ...(table.document !== undefined && { document: textAt(row, 'd') }),
      ...(table.uri !== undefined && { uri: textAt(row, 'u') }),
      ...metadataOf(row, table),
      vectors: read,
    };
  });
  return { by: 'hex() of SQLite', records, metrics: {}, unwitnessed };
}

/** The type, and the bytes as digits. */
function hex(sql: string, alias: string): string {
  return `typeof(${sql}) || ':' || hex(CAST(${sql} AS BLOB)) AS ${alias}`;
}

function bytesAt(row: Row, alias: string, ...types: readonly string[]): Buffer | undefined {
  const [type = '', digits = ''] = String(row[alias] ?? '').split(':'); // own key: columns are called by us
  return types.includes(type) ? Buffer.from(digits, 'hex') : undefined;
}

/** `undefined` for what is no text, which is not witnessed. */
function textAt(row: Row, alias: string): string | null | undefined {
  const text = String(row[alias] ?? ''); // own key: columns are called by us
  return text.startsWith('null:') ? null : bytesAt(row, alias, 'text')?.toString();
}

function metadataOf(row: Row, { metadata: column, fields }: Table): Pick<WitnessedRecord, 'metadata' | 'skipped'> {
  const json = column === undefined ? {} : parsed(textAt(row, 'm'));
  if (json === undefined) return {};
  const metadata: Record<string, JsonValue> = { ...json };
  const skipped: string[] = [];
  fields.forEach((field, at) => {
    const value = valueAt(row, `f${at}`, field);
    // Beside an entry of the JSON, the column's has another name in the record.
    if (Object.hasOwn(json, field.name)) skipped.push(field.name, `${field.name}__column`);
    else if (value === undefined) skipped.push(field.name);
    else if (value !== null) setOwn(metadata, field.name, value);
  });
  return { metadata, skipped };
}

/** `null` where there is none, `undefined` where it has a form of its own in records. */
function valueAt(row: Row, alias: string, { type }: Column): JsonValue | undefined {
  const text = textAt(row, alias);
  if (text !== undefined) return text;
  const digits = /^bool/i.test(type) ? undefined : bytesAt(row, alias, 'integer');
  return digits === undefined ? undefined : Number(digits.toString());
}

function parsed(text: string | null | undefined): JsonObject | undefined {
  if (text === null || text === '') return {};
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
