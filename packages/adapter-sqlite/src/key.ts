import { parseTexts } from '@vsm/core/adapter';
import { sqliteError } from './errors.ts';
import { textOf, type Row, type SqlValue } from './client.ts';

/** One part of what tells rows apart. */
export interface KeyPart {
  /** SQL, such as `t."id"`. */
  readonly sql: string;
  /** Absent for a rowid that is no column. */
  readonly column: string | undefined;
  readonly affinity: string;
  /** What its values are; a key of both is refused. */
  readonly kind: 'integer' | 'text';
}

interface Keyed {
  readonly name: string;
  readonly id: readonly KeyPart[];
  readonly key: readonly KeyPart[];
}

/** The id of a record: a key of several columns becomes a JSON list of texts. */
export function idOf(row: Row, { id, key, name }: Keyed): string {
  const texts = id.map((part, at) => {
    const place = key.indexOf(part);
    return keyText(row[place === -1 ? `i${at}` : `k${place}`] ?? null, part, name);
  });
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts);
}

function keyText(value: SqlValue, { affinity, column }: KeyPart, table: string): string {
  const read = textOf(value, affinity);
  if (typeof read === 'string') return read;
  if (typeof read === 'bigint') return read.toString();
  const what = read instanceof Uint8Array ? 'bytes' : read === null ? 'NULL' : `the REAL ${read}`;
  throw sqliteError('INVALID_DATA', `column "${column}" of table "${table}" holds ${what}, which cannot be an id`);
}

/** The values of each part; `undefined` where no row can have this id. */
export function splitId(id: string, parts: readonly KeyPart[]): readonly SqlValue[] | undefined {
  const texts = parts.length === 1 ? [id] : parseTexts(id, parts.length);
  const values = texts?.map((text, at) => keyValue(text, parts[at]));
  return values?.every((value) => value !== undefined) === true ? values : undefined;
}

/** Other spellings of an integer would come back changed. */
function keyValue(text: string, part: KeyPart | undefined): SqlValue | undefined {
  if (part?.kind !== 'integer') {
    // A column with the affinity of numbers makes one of a text that looks like it.
    return part?.affinity === 'TEXT' || part?.affinity === 'BLOB' || !/^\s*[-+.\d]/.test(text) ? text : undefined;
  }
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** A place between rows, as JSON: the values of the key, integers as their digits. */
export function printPlace(row: Row, { key, name }: Keyed): string {
  return JSON.stringify(key.map((part, at) => keyText(row[`k${at}`] ?? null, part, name)));
}

/** @throws VsmError with code `INVALID_CURSOR` */
export function parsePlace(place: string, parts: readonly KeyPart[], table: string): readonly SqlValue[] {
  const values = parseTexts(place, parts.length)?.map((text, at) => keyValue(text, parts[at]));
  if (values?.every((value) => value !== undefined) === true) return values;
  throw sqliteError('INVALID_CURSOR', `"${place}" is not a place in a scan of table "${table}"`);
}

/** `(a, b) > (?, ?)`, by the collation of the columns, as their index has it. */
export function compareKey(parts: readonly KeyPart[], operator: '>' | '>=' | '<'): string {
  if (parts.length === 1) return `${parts[0]?.sql} ${operator} ?`;
  return `(${parts.map(({ sql }) => sql).join(', ')}) ${operator} (${parts.map(() => '?').join(', ')})`;
}
