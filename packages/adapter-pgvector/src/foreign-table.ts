import {
  allNamed,
  namedFields,
  own,
  recognize,
  type FieldFacts,
  type FieldReading,
  type NamedFields,
  type ReadingOptions,
} from '@vsm/core/adapter';
import { chooseKey, declaredKey } from './choose-key.ts';
import { vectorTypeOf, type Column } from './column.ts';
import type { Latest, TableFacts, UniqueKey } from './facts.ts';
import type { TableLayout } from './layout.ts';

/** Which column of a table made by others is what, as somebody says it. */
export interface ColumnChoices extends ReadingOptions {
  /** The `json` or `jsonb` column that holds the metadata, where its name does not say so. */
  readonly container?: string | undefined;
  /** A `tsvector` column that the application fills itself, and the text search configuration by which: `{ content_tsv: 'english' }`. */
  readonly searchVector?: Readonly<Record<string, string>> | undefined;
}

/** Columns that must be there, and those that are taken where they are. */
export interface GivenChoices extends ColumnChoices {
  readonly usual?: UsualColumns | undefined;
}

export type UsualColumns = Pick<ColumnChoices, 'document' | 'container' | 'searchVector'> & {
  readonly id?: string | undefined;
  /** A column that nothing keeps unique, though its values are the application's ids: of rows with one, that with the highest number counts. */
  readonly latest?: string | undefined;
};

/** @returns a sentence that says what is missing, where the table cannot be read as a collection. */
export function understandForeign(facts: TableFacts, choices: GivenChoices): TableLayout | string {
  const { columns } = facts;
  const { container, searchVector = {}, ...reading } = withUsual(choices, columns);
  if (container !== undefined && !columns.some(({ name, base }) => name === container && JSON_TYPE.test(base))) {
    return `it has no column "${container}" of type json or jsonb`;
  }
  const missing = Object.keys(searchVector).find((name) => !columns.some((one) => one.name === name && isFilled(one)));
  if (missing !== undefined) return `it has no column "${missing}" of type tsvector that can be filled`;
  const named = namedFields(reading);
  const key = declaredKey(facts);
  const left = columns.filter((column) => isMade(column, facts, key, named));
  const known = columns.filter((column) => !left.includes(column));
  const found = recognize(
    known.map((column) => factOf(column, key, container)),
    named,
  );
  const withRole = (role: FieldReading['role']): readonly FieldReading[] =>
    found.readings.filter((one) => one.role === role);
  const byName = new Map(columns.map((column) => [column.name, column]));
  const columnsOf = (role: FieldReading['role']): Column[] =>
    withRole(role).flatMap(({ field }) => byName.get(field) ?? []);

  const vectors = withRole('vector').flatMap(({ field, name = field }): [string, Column][] => {
    const column = byName.get(field);
    return column === undefined ? [] : [[name, column]];
  });
  const odd = vectors.find(([, column]) => vectorTypeOf(column) === undefined)?.[1];
  if (odd !== undefined) return `column "${odd.name}" is of type ${odd.type}, but ${VECTOR_TYPES}`;
  if (vectors.length === 0) return noVector(found.readings);

  const [namespace] = columnsOf('namespace');
  const latest = latestRows(facts, choices.usual?.latest);
  const chosen = chooseKey(facts, {
    columns: idColumns(columnsOf('id'), named, key),
    named: named.id !== undefined,
    namespace,
    numbered: latest?.by,
  });
  if (typeof chosen === 'string') return chosen;
  const readings = new Map([...found.readings, ...left.map(readingOfMade)].map((one) => [one.field, one]));
  const [metadata] = found.unfolded.flatMap((name) => byName.get(name) ?? []);
  return {
    ...chosen,
    namespace,
    latest: chosen.key.length === 1 && chosen.key[0]?.column?.name === latest?.by.name ? latest : undefined,
    vectors: Object.fromEntries(vectors),
    zeros: undefined,
    document: columnsOf('document')[0],
    uri: columnsOf('uri')[0],
    metadata,
    fields: columnsOf('metadata').filter((column) => column !== metadata),
    computed: left.filter(({ generated }) => generated),
    searchVectors: left.filter(isFilled).map((column) => ({ column, language: own(searchVector, column.name) })),
    unfilled: [...left, ...columnsOf('ignored'), ...columnsOf('uri')].filter(
      ({ name, notNull, hasDefault, generated }) =>
        notNull && !hasDefault && !generated && own(searchVector, name) === undefined,
    ),
    reading: columns.flatMap(({ name }) => readings.get(name) ?? []),
    undecided: found.undecided,
  };
}

const VECTOR_TYPES = 'vectors are in columns of type vector, halfvec, sparsevec or bit';
const JSON_TYPE = /^jsonb?$/;
const INTEGER_TYPE = /^(?:smallint|integer|bigint)$/;
const TEXT_TYPE = /^(?:text|character varying|character|bpchar|name|(?:.+\.)?citext)$/;
/** Bits are vectors where somebody searches or names them so, or where there are too many for flags. */
const MANY_BITS = 64;

/** What a layout usually finds, where it is there and nobody says otherwise. */
function withUsual({ usual = {}, ...choices }: GivenChoices, columns: readonly Column[]): ColumnChoices {
  const named = allNamed(namedFields(choices));
  const fits = (name: string | undefined, type: RegExp): name is string =>
    name !== undefined && !named.includes(name) && columns.some((one) => one.name === name && type.test(one.base));
  return {
    ...choices,
    ...(choices.id === undefined && fits(usual.id, /./) && { id: usual.id }),
    ...(choices.document === undefined && fits(usual.document, TEXT_TYPE) && { document: usual.document }),
    ...(choices.container === undefined && fits(usual.container, JSON_TYPE) && { container: usual.container }),
    ...(choices.searchVector === undefined && {
      searchVector: Object.fromEntries(
        Object.entries(usual.searchVector ?? {}).filter(([name]) =>
          columns.some((one) => one.name === name && isFilled(one)),
        ),
      ),
    }),
  };
}

/** Only the numbers of rows say which is newer. */
function latestRows({ columns, keys, severalTables }: TableFacts, name: string | undefined): Latest | undefined {
  const of = columns.find((column) => column.name === name);
  const isUnique = keys.some((key) => key.columns.length === 1 && key.columns[0] === name);
  const [number, ...more] = keys.find(({ primary }) => primary)?.columns ?? [];
  const by = columns.find((column) => column.name === number && INTEGER_TYPE.test(column.base));
  if (of === undefined || by === undefined || of === by || isUnique || more.length > 0 || severalTables)
    return undefined;
  return { of, by };
}

function isFilled({ base, generated }: Column): boolean {
  return base === 'tsvector' && !generated;
}

/** What the database makes of other columns, or counts, and no record has: search vectors, row numbers beside an id. */
function isMade(column: Column, { keys }: TableFacts, key: UniqueKey | undefined, named: NamedFields): boolean {
  const { name, generated, base, serial } = column;
  if (allNamed(named).includes(name)) return false;
  if (named.id === undefined && key?.columns.includes(name) === true) return false;
  const numbers = keys.some(({ primary, columns }) => primary && columns.length === 1 && columns[0] === name);
  return generated || base === 'tsvector' || (serial && numbers);
}

function readingOfMade({ name, type, generated, base }: Column): FieldReading {
  const why = generated
    ? 'which the database computes of other columns'
    : base === 'tsvector'
      ? 'which is made of a text for searches'
      : 'which numbers the rows beside their id';
  return { field: name, role: 'ignored', basis: 'declared', evidence: `${type}, ${why}` };
}

function factOf(column: Column, key: UniqueKey | undefined, container: string | undefined): FieldFacts {
  const { name, type } = column;
  const vector = vectorTypeOf(column);
  // A key over namespace and id is of ids within namespaces.
  const isKey = key?.columns.includes(name) === true;
  const mayBeNamespace = (key?.columns.length ?? 0) > 1 && name.toLowerCase() === 'namespace';
  return {
    field: name,
    declared: isKey && !mayBeNamespace ? 'id' : declaresVector(column) ? 'vector' : undefined,
    shape: shapeOf(column),
    type,
    ...(vector?.type === 'bit' && {
      lengths: { least: vector.dimension ?? 1, most: vector.dimension ?? 1 },
      fixed: true,
      whole: (vector.dimension ?? 1) < MANY_BITS,
    }),
    container: name === container,
    sampled: 0,
    present: 0,
  };
}

function declaresVector(column: Column): boolean {
  const vector = vectorTypeOf(column);
  return vector !== undefined && (vector.type !== 'bit' || column.searched);
}

function shapeOf(column: Column): FieldFacts['shape'] {
  const vector = vectorTypeOf(column);
  if (vector !== undefined) return vector.type === 'sparsevec' ? 'sparse' : 'numbers';
  const { base } = column;
  if (TEXT_TYPE.test(base)) return 'text';
  if (INTEGER_TYPE.test(base)) return 'integer';
  if (base === 'uuid') return 'uuid';
  return JSON_TYPE.test(base) ? 'object' : 'other';
}

/** In the order of the key, or in that in which they were named. */
function idColumns(columns: readonly Column[], { id }: NamedFields, key: UniqueKey | undefined): Column[] {
  const order = id ?? key?.columns ?? columns.map(({ name }) => name);
  return order.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

function noVector(readings: readonly FieldReading[]): string {
  const near = readings.find(({ nearTo }) => nearTo === 'vector');
  if (near === undefined) return 'it has no vector column';
  return `it has no vector column. "${near.field}" (${near.evidence}) comes nearest to one, but ${VECTOR_TYPES}`;
}
