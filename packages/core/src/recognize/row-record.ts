import { stringifyJson } from '../json/json.ts';
import { wholeOrUnfit } from '../json/members.ts';
import {
  Float,
  isMetadataObject,
  setOwn,
  Unfit,
  unfit,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '../spec/record.ts';
import type { ScanRequest } from '../spec/v1.ts';
import type { FieldLayout, VectorColumn } from './field-layout.ts';
import { keyBeside } from './field-names.ts';
import { isJsonObject, vectorOf, vectorShape } from './vector-value.ts';

/** A record in the making: what the columns or keys of a row held. */
export interface FlatRecord {
  /** By column. */
  readonly ids: Map<string, MetadataValue>;
  namespace?: MetadataValue;
  document?: MetadataValue;
  uri?: MetadataValue;
  readonly vectors: (readonly [string, Vector])[];
  /** Entries of the column that holds the metadata; they keep their names. */
  entries: Readonly<Record<string, MetadataValue>> | undefined;
  readonly metadata: (readonly [string, MetadataValue])[];
}

export function emptyRecord(): FlatRecord {
  return { ids: new Map(), vectors: [], entries: undefined, metadata: [] };
}

/** @throws Error where there is no id. */
export function toRecord(flat: FlatRecord, layout: FieldLayout, row: number): VectorRecord {
  const namespace = textOf('namespace', flat, layout);
  const document = textOf('document', flat, layout);
  const uri = textOf('uri', flat, layout);
  return {
    id: idOf(flat, layout, row),
    namespace: namespace === '' ? undefined : namespace,
    vectors: Object.fromEntries(flat.vectors),
    metadata: metadataOf(flat),
    document,
    uri,
  };
}

/** What was read as a vector, or what has the record rejected where it is none. */
function putVector(record: FlatRecord, { name, column, kind }: VectorColumn, value: unknown): void {
  if (value === null || value === undefined) return;
  const vector = vectorOf(value, kind);
  if (vector !== undefined) record.vectors.push([name, vector]);
  else record.metadata.push([column, misfit(column, value, `a ${kind} vector`)]);
}

/** The column that holds the metadata: an object, as itself or as text, or whatever else stands there. */
function putEntries(record: FlatRecord, column: string, value: MetadataValue): void {
  const object = typeof value === 'string' ? objectIn(value) : value;
  if (object === undefined || !isMetadataObject(object)) record.metadata.push([column, value]);
  else if (Unfit.isInstance(object)) record.metadata.push([column, object]);
  else record.entries = object;
}

/** The object that a text holds, as CSV and data frames keep metadata. */
function objectIn(text: string): MetadataValue | undefined {
  return isJsonObject(text) ? wholeOrUnfit(text) : undefined;
}

/** A value of a field in which the sample saw no vector, though its name promises some. */
export function putWatched(record: FlatRecord, field: string, key: string, value: MetadataValue): void {
  const isLate =
    vectorShape(value) !== undefined ||
    (isMetadataObject(value) && Object.values(value).some((member) => vectorShape(member) !== undefined));
  record.metadata.push([key, isLate ? misfit(field, value, 'no vector') : value]);
}

/** Puts the value of a field, no null, where its role says. */
export type Put = (record: FlatRecord, value: MetadataValue) => void;

/** What happens to the values of each field that is wanted; of others nothing. */
export function fieldPuts(layout: FieldLayout, include: ScanRequest['include']): Map<string, Put> {
  const puts = new Map<string, Put>();
  if (include.includes('metadata')) {
    const { document, uri, metadata } = layout;
    if (document !== undefined) puts.set(document, (record, value) => (record.document = value));
    if (uri !== undefined) puts.set(uri, (record, value) => (record.uri = value));
    if (metadata !== undefined) puts.set(metadata, (record, value) => putEntries(record, metadata, value));
    for (const { column, key, watched = false } of layout.fields) {
      puts.set(column, (record, value) => {
        if (watched) putWatched(record, column, key, value);
        else record.metadata.push([key, value]);
      });
    }
  }
  if (include.includes('vectors')) {
    for (const vector of layout.vectors) puts.set(vector.column, (record, value) => putVector(record, vector, value));
  }
  const { namespace } = layout;
  if (namespace !== undefined) puts.set(namespace, (record, value) => (record.namespace = value));
  for (const column of layout.id) {
    const other = puts.get(column);
    puts.set(column, (record, value) => {
      record.ids.set(column, value);
      other?.(record, value);
    });
  }
  return puts;
}

/** Has the record rejected, and says which option admits it. */
function misfit(field: string, value: unknown, expected: string): MetadataValue {
  const held = shorten(value);
  const options = expected === 'no vector' ? `vector=${field}` : `ignore=${field}`;
  return unfit(
    `it holds ${held} where the sample had ${expected}; ${options} or metadata=${field} in the location says what to do with it`,
  );
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member));
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * The entries of a container, and fields beside it: where both have one name, both are kept, the field under a name that no other field
 * has.
 */
export function mergeBeside(
  entries: Readonly<Record<string, MetadataValue>>,
  fields: readonly (readonly [field: string, value: MetadataValue])[],
  names: ReadonlySet<string> = new Set(fields.map(([field]) => field)),
): Readonly<Record<string, MetadataValue>> {
  if (fields.length === 0) return entries;
  const merged: Record<string, MetadataValue> = { ...entries };
  for (const [field, value] of fields) {
    const isTaken = (key: string): boolean => Object.hasOwn(merged, key) || (key !== field && names.has(key));
    setOwn(merged, keyBeside(field, isTaken), value);
  }
  return merged;
}

const NONE: ReadonlySet<string> = new Set();

function metadataOf({ entries, metadata }: FlatRecord): Readonly<Record<string, MetadataValue>> {
  return entries === undefined ? Object.fromEntries(metadata) : mergeBeside(entries, metadata, NONE);
}

function idOf({ ids }: FlatRecord, { id: columns }: FieldLayout, row: number): string {
  if (columns.length === 0) return String(row);
  const parts = columns.map((column) => idText(ids.get(column), column));
  return parts.length === 1 ? (parts[0] as string) : JSON.stringify(parts);
}

function idText(value: MetadataValue | undefined, column: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return value.toString();
  // Dataframes turn a column of integers with one gap into floats.
  if (Float.isInstance(value)) return BigInt(value.value).toString();
  // As they do with the gap itself: several of them would be one id.
  if (typeof value === 'number') throw new Error(`its id (field "${column}") is ${value}, which is no number`);
  if (value !== undefined && value !== null) {
    throw new Error(`its id (field "${column}") is ${stringifyJson(value).slice(0, 40)}, neither text nor a number`);
  }
  throw new Error(`it has no id (field "${column}"; id=… in the location names another one)`);
}

function textOf(role: 'namespace' | 'document' | 'uri', record: FlatRecord, layout: FieldLayout): string | undefined {
  const value = record[role];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  const column = layout[role] ?? role;
  record.metadata.push([column, misfit(column, value, `the ${role}, a text`)]);
  return undefined;
}
