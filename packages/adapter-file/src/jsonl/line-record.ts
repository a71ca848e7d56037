import {
  isVectorName,
  parseJson,
  parsePlainJson,
  setOwn,
  type MetadataValue,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { emptyRecord, putEntries, putVector, putWatched, toRecord, type FlatRecord } from '../mapping.ts';
import type { Layout, Understood } from '../schema.ts';
import { isObject, type Form, type Row } from './forms.ts';
import { members } from './top-level.ts';

/** How the lines of one file become records. */
export interface LineLayout extends Understood {
  readonly form: Form;
  /** Keys whose object holds vectors; their members are fields of their own, as `key.member`. */
  readonly nested: ReadonlySet<string>;
}

type Put = (record: FlatRecord, text: string) => void;

/** Makes records of rows that were read as one layout says. */
export class RowReader {
  readonly #layout: Layout;
  readonly #nested: ReadonlySet<string>;
  readonly #puts: ReadonlyMap<string, Put>;
  readonly #constants: readonly (readonly [string, string])[];

  constructor(
    { layout, nested }: LineLayout,
    constants: readonly (readonly [string, MetadataValue])[],
    include: ScanRequest['include'],
  ) {
    this.#layout = layout;
    this.#nested = nested;
    this.#puts = putsOf(layout, nested, include);
    this.#constants = constants.map(([field, value]) => [field, JSON.stringify(value)]);
    this.#withMetadata = include.includes('metadata');
  }

  readonly #withMetadata: boolean;

  /** @throws SyntaxError or Error saying what is wrong with the row. */
  record(row: Row, number: number): VectorRecord {
    const record = emptyRecord();
    for (const [key, text] of row) {
      if (!this.#nested.has(key) || !isObject(text)) this.#put(record, key, text);
      else this.#putMembers(record, key, text);
    }
    for (const [field, text] of this.#constants) this.#put(record, field, text);
    return toRecord(record, this.#layout, number);
  }

  #put(record: FlatRecord, field: string, text: string): void {
    const put = this.#puts.get(field);
    if (put !== undefined) put(record, text);
    // A field that no sampled row had.
    else if (this.#withMetadata) putField(record, field, field, text, isVectorName(field));
  }

  #putMembers(record: FlatRecord, key: string, text: string): void {
    const rest: Record<string, MetadataValue> = {};
    for (const [member, value] of members(text)) {
      const field = `${key}.${member}`;
      const put = this.#puts.get(field);
      if (put !== undefined) put(record, value);
      else if (this.#withMetadata) {
        const known = this.#layout.fields.find(({ column }) => column === field);
        const alone = emptyRecord();
        putField(alone, field, member, value, known?.watched ?? known === undefined);
        for (const [name, kept] of alone.metadata) setOwn(rest, name, kept);
      }
    }
    if (Object.keys(rest).length > 0) record.metadata.push([key, rest]);
  }
}

function putsOf(layout: Layout, nested: ReadonlySet<string>, include: ScanRequest['include']): Map<string, Put> {
  const puts = new Map<string, Put>();
  const nothing: Put = () => undefined;
  for (const column of layout.ignored ?? []) puts.set(column, nothing);
  for (const field of layout.fields) {
    const { column, key, watched = false } = field;
    // Members of an object that holds vectors go back into it.
    if (nested.has(column.split('.', 1)[0] ?? '')) continue;
    puts.set(
      column,
      include.includes('metadata') ? (record, text) => putField(record, column, key, text, watched) : nothing,
    );
  }
  const text = (role: 'document' | 'uri'): void => {
    const column = layout[role];
    if (column === undefined) return;
    puts.set(
      column,
      include.includes('metadata') ? (record, value) => (record[role] = parseJson(value) as MetadataValue) : nothing,
    );
  };
  text('document');
  text('uri');
  const { metadata, namespace } = layout;
  if (metadata !== undefined) {
    puts.set(
      metadata,
      include.includes('metadata') ? (record, value) => putContainer(record, metadata, value) : nothing,
    );
  }
  for (const vector of layout.vectors) {
    puts.set(
      vector.column,
      include.includes('vectors') ? (record, value) => putVector(record, vector, parsePlainJson(value)) : nothing,
    );
  }
  if (namespace !== undefined)
    puts.set(namespace, (record, value) => (record.namespace = parseJson(value) as MetadataValue));
  for (const column of layout.id) {
    const other = puts.get(column);
    puts.set(column, (record, value) => {
      record.ids.set(column, parseJson(value) as MetadataValue);
      other?.(record, value);
    });
  }
  return puts;
}

function putField(record: FlatRecord, field: string, key: string, text: string, watched: boolean): void {
  const value = parseJson(text) as MetadataValue;
  if (watched) putWatched(record, field, key, value);
  else record.metadata.push([key, value]);
}

function putContainer(record: FlatRecord, column: string, text: string): void {
  const value = parseJson(text) as MetadataValue;
  if (value === null) return;
  putEntries(record, column, typeof value === 'string' ? (objectIn(value) ?? value) : value);
}

/** The object that a text holds, as CSV and dataframes keep metadata. */
export function objectIn(text: string): MetadataValue | undefined {
  if (!isObject(text)) return undefined;
  try {
    return parseJson(text) as MetadataValue;
  } catch {
    return undefined;
  }
}
