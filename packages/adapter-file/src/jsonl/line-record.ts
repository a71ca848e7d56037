import {
  emptyRecord,
  fieldPuts,
  isVectorName,
  parseJsonWhole,
  parsePlainJson,
  putWatched,
  setOwn,
  toRecord,
  type FieldLayout,
  type FlatRecord,
  type MetadataValue,
  type ScanRequest,
  type Understood,
  type VectorRecord,
} from '@vsm/core/adapter';
import { isObject, type Form, type Row } from './forms.ts';
import { members } from './top-level.ts';

/** How the lines of one file become records. */
export interface LineLayout extends Understood {
  readonly form: Form;
  /** Keys whose object holds vectors; their members are fields of their own, as `key.member`. */
  readonly nested: ReadonlySet<string>;
}

type PutText = (record: FlatRecord, text: string) => void;

/** Makes records of rows that were read as one layout says. */
export class RowReader {
  readonly #layout: FieldLayout;
  readonly #nested: ReadonlySet<string>;
  readonly #puts: ReadonlyMap<string, PutText>;
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

function putsOf(
  layout: FieldLayout,
  nested: ReadonlySet<string>,
  include: ScanRequest['include'],
): ReadonlyMap<string, PutText> {
  const values = fieldPuts(layout, include);
  const vectors = new Set(layout.vectors.map(({ column }) => column));
  const { metadata } = layout;
  const known = [
    ...layout.id,
    ...vectors,
    ...[layout.document, layout.uri, layout.namespace, metadata].filter((column) => column !== undefined),
    // Members of an object that holds vectors go back into it.
    ...layout.fields.map(({ column }) => column).filter((column) => !nested.has(column.split('.', 1)[0] ?? '')),
    ...(layout.ignored ?? []),
  ];
  return new Map(
    known.map((column) => {
      const put = values.get(column);
      if (put === undefined) return [column, () => undefined];
      // Exact numbers cost a call per number, which vectors can do without.
      const parse = vectors.has(column) ? parsePlainJson : parseJsonWhole;
      return [
        column,
        (record, text) => {
          const value = parse(text) as MetadataValue;
          const isField = column !== metadata && !vectors.has(column);
          if (value === null && !isField) return;
          put(record, value);
        },
      ];
    }),
  );
}

function putField(record: FlatRecord, field: string, key: string, text: string, watched: boolean): void {
  const value = parseJsonWhole(text);
  if (watched) putWatched(record, field, key, value);
  else record.metadata.push([key, value]);
}
