import {
  Float,
  float,
  integer,
  isMetadataObject,
  mergeBeside,
  stringifyJson,
  Unfit,
  wholeOrUnfit,
  type Metadata,
  type MetadataValue,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { columnSql, type Column } from './catalog.ts';
import { identifier, selected, textOf, type Client, type Row, type SqlValue } from './client.ts';
import { sqliteError } from './errors.ts';
import { idOf, splitId } from './key.ts';
import type { Table } from './table.ts';
import { decodeVector } from './vectors.ts';

/** What to select for records: keys always, the rest under short names of its own. */
export function recordColumns(table: Table, include: ScanRequest['include'], client: Client): string {
  const column = (read: Column, alias: string): string =>
    `${selected(columnSql(read), read.affinity, client)} AS ${alias}`;
  const places = { d: table.document, u: table.uri, m: table.metadata };
  return [
    ...keyColumns(table, client),
    ...(include.includes('vectors')
      ? table.vectors.map((vector, at) => `t.${identifier(vector.column)} AS v${at}`)
      : []),
    ...(include.includes('metadata')
      ? [
          ...Object.entries(places).flatMap(([alias, place]) => (place === undefined ? [] : [column(place, alias)])),
          ...table.fields.map((field, at) => column(field, `f${at}`)),
        ]
      : []),
  ].join(', ');
}

/** The key as `k0`, …, the namespace as `n`, and what of the id is not in the key as `i0`, …. */
export function keyColumns({ key, id, namespace }: Table, client: Client): string[] {
  return [
    ...key.map(({ sql, affinity }, at) => `${selected(sql, affinity, client)} AS k${at}`),
    ...id.flatMap((part, at) => (key.includes(part) ? [] : [`${selected(part.sql, part.affinity, client)} AS i${at}`])),
    ...(namespace === undefined
      ? []
      : [`${selected(`t.${identifier(namespace.name)}`, namespace.affinity, client)} AS n`]),
  ];
}

export function toRecord(row: Row, table: Table): VectorRecord {
  const namespace = namespaceOf(row, table);
  const document = textAt(row['d'], table.document, table.name);
  const uri = textAt(row['u'], table.uri, table.name);
  return {
    id: idOf(row, table),
    ...(namespace !== '' && { namespace }),
    vectors: Object.fromEntries(
      table.vectors.flatMap(({ name, form }, at) => {
        const bytes = row[`v${at}`] ?? null;
        if (bytes === null) return [];
        // Anything but bytes is no vector, and is refused by whoever takes the record.
        const vector = bytes instanceof Uint8Array ? decodeVector(bytes, form) : new Float32Array();
        return [[name, vector] as const];
      }),
    ),
    metadata: metadataOf(row, table),
    ...(document !== undefined && { document }),
    ...(uri !== undefined && { uri }),
  };
}

export function namespaceOf(row: Row, { namespace, name }: Table): string {
  return textAt(row['n'], namespace, name) ?? '';
}

function textAt(value: SqlValue | undefined, column: Column | undefined, table: string): string | undefined {
  const text = column === undefined || value === undefined ? null : textOf(value, column.affinity);
  if (text instanceof Uint8Array) {
    throw sqliteError('INVALID_DATA', `column "${column?.name}" of table "${table}" holds bytes that are no text`);
  }
  return text === null ? undefined : String(text);
}

function metadataOf(row: Row, { metadata, fields, name }: Table): Metadata {
  const json = metadata === undefined ? {} : parseMetadata(row['m'] ?? null, metadata, name);
  const beside = fields.flatMap((field, at) => {
    const value = fieldValue(row[`f${at}`] ?? null, field);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return mergeBeside(json, beside, new Set(fields.map((field) => field.name)));
}

/** What is no JSON object stays under the name of its column. */
function parseMetadata(value: SqlValue, { name, affinity }: Column, table: string): Metadata {
  const read = value instanceof Uint8Array ? textOf(value, 'TEXT') : textOf(value, affinity);
  if (read === null || read === '') return {};
  if (read instanceof Uint8Array) throw noJson(name, table);
  if (typeof read !== 'string') return { [name]: typeof read === 'bigint' ? integer(read) : float(read) };
  try {
    const parsed = wholeOrUnfit(read);
    return isMetadataObject(parsed) && !Unfit.isInstance(parsed) ? parsed : { [name]: parsed };
  } catch {
    if (!(value instanceof Uint8Array) || affinity === 'TEXT') return { [name]: read };
    throw noJson(name, table);
  }
}

function noJson(column: string, table: string): Error {
  return sqliteError(
    'INVALID_DATA',
    `column "${column}" of table "${table}" holds bytes that are no JSON text (JSONB?): make text of them with json()`,
  );
}

function fieldValue(value: SqlValue, { type, affinity }: Column): MetadataValue | undefined {
  const read = textOf(value, affinity);
  if (read === null) return undefined;
  if (typeof read === 'string') return read;
  if (typeof read === 'number') return float(read);
  if (read instanceof Uint8Array) return Buffer.from(read).toString('base64');
  return isBoolean(type) && (read === 0n || read === 1n) ? read === 1n : integer(read);
}

function isBoolean(type: string): boolean {
  return /^bool/i.test(type);
}

/** What goes into the columns beside the vectors, or why it cannot. */
export function cellsOf(record: VectorRecord, table: Table): ReadonlyMap<string, SqlValue> | string {
  const { document, uri, metadata, namespace, fields, id } = table;
  if (record.namespace !== undefined && namespace === undefined) return 'the table has no column for namespaces';
  if (record.document !== undefined && document === undefined) return 'the table has no column for the document';
  if (record.uri !== undefined && uri === undefined) return 'the table has no column for the uri';
  const cells = new Map<string, SqlValue>();
  splitId(record.id, id)?.forEach((value, at) => cells.set(id[at]?.column ?? 'rowid', value));
  if (namespace !== undefined) cells.set(namespace.name, record.namespace ?? (namespace.notNull ? '' : null));
  if (document !== undefined) cells.set(document.name, record.document ?? null);
  if (uri !== undefined) cells.set(uri.name, record.uri ?? null);
  let rest: Record<string, MetadataValue> | undefined;
  for (const field of fields) {
    const value = Object.hasOwn(record.metadata, field.name) ? record.metadata[field.name] : undefined;
    const cell = value === undefined ? undefined : cellOf(value, field);
    cells.set(field.name, cell ?? null);
    if (cell !== undefined) delete (rest ??= { ...record.metadata })[field.name];
  }
  const left = rest ?? record.metadata;
  if (metadata !== undefined) cells.set(metadata.name, stringifyJson(left));
  else {
    const [homeless] = Object.keys(left);
    if (homeless !== undefined) {
      const place = fields.some(({ name }) => name === homeless)
        ? 'its column would change the value'
        : 'there is no column for it';
      return `metadata "${homeless}": ${place}, and the table has none for metadata`;
    }
  }
  const lacking = [document, uri, ...fields].find(
    (column) => column?.notNull === true && column.fallback === undefined && cells.get(column.name) === null,
  );
  if (lacking !== undefined) return `column "${lacking.name}" takes no NULL, and the record has nothing for it`;
  return cells;
}

/** The value as the column gives it back; `undefined` where it would change it. */
function cellOf(value: MetadataValue, { type, affinity }: Column): SqlValue | undefined {
  if (/blob/i.test(type)) return undefined;
  if (isBoolean(type)) return typeof value === 'boolean' ? BigInt(value) : undefined;
  if (typeof value === 'string') {
    // Columns of numbers make one of a text that looks like it.
    return affinity === 'TEXT' || affinity === 'BLOB' || !/^\s*[-+.\d]/.test(value) ? value : undefined;
  }
  if (affinity === 'TEXT' || (typeof value === 'object') !== Float.isInstance(value)) return undefined;
  const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isInteger) {
    const number = BigInt(value as number | bigint);
    return affinity === 'REAL' || Object.is(value, -0) || BigInt.asIntN(64, number) !== number ? undefined : number;
  }
  const number = Float.isInstance(value) ? value.value : value;
  if (typeof number !== 'number' || Object.is(number, -0)) return undefined;
  // Whole numbers become integers in columns of these.
  return Number.isInteger(number) && (affinity === 'INTEGER' || affinity === 'NUMERIC') ? undefined : number;
}
