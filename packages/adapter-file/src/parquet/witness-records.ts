import { parquetSchema, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import {
  setOwn,
  witnessedRow,
  type FieldLayout,
  type JsonValue,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { vectorWords } from '../vector-words.ts';
import { leafOf, PlainColumn, type Leaf } from './plain/column.ts';
import { jsonOf, toJsonOf, type ToJson } from './plain/json.ts';
import { chunkOf } from './value-column.ts';

/** A column that the plain decoder can read. */
interface Readable {
  readonly name: string;
  readonly path: readonly string[];
  readonly leaf: Leaf;
  readonly toJson: ToJson;
}

/** Row groups that stay open where a question ended: as many as parts are verified at once. */
const OPEN_GROUPS = 4;

interface OpenGroup {
  readonly group: RowGroup;
  readonly columns: ReadonlyMap<Readable, PlainColumn>;
  /** The last row that was read: columns only go on. */
  readonly row: number;
}

/** What a second decoder says of single rows: it shares the bytes and the footer with the first, and no page. */
export class PlainRows {
  readonly #source: ByteSource;
  readonly #layout: FieldLayout;
  readonly #columns: readonly Readable[];
  /** Vectors, by their columns. */
  readonly #vectors: ReadonlyMap<string, string>;
  readonly #keyOf: (column: string) => string;
  /** By what records call them. */
  readonly #skipped: readonly string[];
  readonly #unwitnessed: readonly string[];
  /** Columns in a compression or an encoding that the plain decoder does not know. */
  readonly #unread = new Set<string>();
  #open: OpenGroup[] = [];

  /** `constants`: fields that stand in the name of a folder. */
  constructor(source: ByteSource, metadata: FileMetaData, layout: FieldLayout, constants: readonly string[]) {
    this.#source = source;
    this.#layout = layout;
    const { document, uri, metadata: container, vectors, fields } = layout;
    const roles = [
      document,
      uri,
      container,
      ...vectors.map(({ column }) => column),
      ...fields.map(({ column }) => column),
    ];
    const wanted = new Set(roles.filter((role) => role !== undefined));
    this.#columns = parquetSchema(metadata).children.flatMap((node) =>
      wanted.has(node.element.name) ? readableOf(node) : [],
    );
    const known = new Set(this.#columns.map(({ name }) => name));
    const elsewhere = new Set(constants);
    const lacking = fields.filter(({ column }) => !known.has(column) || elsewhere.has(column));
    this.#skipped = withBeside([...lacking.map(({ key }) => key), ...constants]);
    this.#vectors = new Map(vectors.map(({ name, column }) => [column, name]));
    const keys = new Map(fields.map(({ column, key }) => [column, key]));
    this.#keyOf = (field) => keys.get(field) ?? field;
    const isLacking = (column: string | undefined): boolean => column !== undefined && !known.has(column);
    this.#unwitnessed = [
      'ids',
      ...vectors
        .filter(({ column, kind }) => kind !== 'dense' || isLacking(column))
        .map(({ name }) => vectorWords(name)),
      ...lacking.map(({ key }) => `metadata "${key}"`),
      ...(isLacking(container) ? ['metadata'] : []),
      ...(isLacking(document) ? ['the document'] : []),
      ...(isLacking(uri) ? ['the uri'] : []),
    ];
  }

  /** @param row within the group, after all of the group that were asked for before, or from its beginning again */
  async record(group: RowGroup, row: number, id: string): Promise<WitnessedRecord> {
    const columns = this.#take(group, row);
    const { document, uri, metadata: container } = this.#layout;
    const values: Record<string, JsonValue> = {};
    const read = new Set<string>();
    const odd: string[] = [];
    for (const [{ name, toJson }, column] of columns) {
      const cell = await column.row(row);
      if (cell === undefined) this.#unread.add(name);
      const value = cell === undefined ? undefined : jsonOf(cell, toJson);
      if (value === undefined) odd.push(name);
      else read.add(name);
      // A null is what is not there.
      if (value !== undefined && cell !== null) setOwn(values, name, value);
    }
    this.#open = [{ group, columns, row }, ...this.#open].slice(0, OPEN_GROUPS);
    const ifRead = (name: string | undefined): string | undefined =>
      name !== undefined && read.has(name) ? name : undefined;
    const {
      metadata,
      skipped = [],
      ...found
    } = witnessedRow(values, {
      document: ifRead(document),
      uri: ifRead(uri),
      container: ifRead(container),
      vectors: this.#vectors,
      keyOf: this.#keyOf,
    });
    const others = withBeside(odd.map(this.#keyOf));
    const isWhole = container === undefined || ifRead(container) !== undefined;
    return { id, ...found, ...(isWhole && { metadata }), skipped: [...skipped, ...this.#skipped, ...others] };
  }

  witness(records: readonly WitnessedRecord[]): RecordsWitness {
    const unread = [...this.#unread].map((name) => `column "${name}", whose pages are encoded in another way`);
    return {
      by: 'a second decoder of its pages',
      records,
      metrics: {},
      unwitnessed: [...this.#unwitnessed, ...unread],
    };
  }

  /** Those of the group that stopped nearest before a row. They are the caller's own: two questions must not read on in the same ones. */
  #take(group: RowGroup, row: number): OpenGroup['columns'] {
    const before = this.#open.filter((open) => open.group === group && open.row <= row);
    const nearest = before.toSorted((left, right) => right.row - left.row)[0];
    this.#open = this.#open.filter((open) => open !== nearest);
    return nearest?.columns ?? this.#columnsOf(group);
  }

  #columnsOf(group: RowGroup): OpenGroup['columns'] {
    return new Map(
      this.#columns.map((column) => [column, new PlainColumn(this.#source, chunkOf(group, column.path), column.leaf)]),
    );
  }
}

/** The keys, and those under which a record has them beside an entry of the same name. */
const withBeside = (keys: readonly string[]): string[] => keys.flatMap((key) => [key, `${key}__column`]);

/** A column of single values, or a list of them as old or new writers nest it. */
function readableOf(node: SchemaTree): readonly Readable[] {
  const { converted_type: converted, logical_type: logical } = node.element;
  if (node.children.length > 0 && converted !== 'LIST' && logical?.type !== 'LIST') return [];
  const path: SchemaTree[] = [node];
  for (let last = node; last.children.length > 0; path.push(last)) {
    const [only, ...others] = last.children;
    if (only === undefined || others.length > 0 || path.length > 2) return [];
    last = only;
  }
  const last = path.at(-1) ?? node;
  const [leaf, toJson] = [leafOf(path), toJsonOf(last.element)];
  const isList = path.length === 1 || path[1]?.element.repetition_type === 'REPEATED';
  if (leaf === undefined || toJson === undefined || !isList) return [];
  return [{ name: node.element.name, path: last.path, leaf, toJson }];
}
