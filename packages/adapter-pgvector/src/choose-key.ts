import { isIdName } from '@vsm/core/adapter';
import type { Column } from './column.ts';
import { columnKey, type KeyPart } from './key.ts';
import { identifier } from './sql.ts';
import type { TableFacts, UniqueKey } from './facts.ts';

export interface ChosenKey {
  /** What becomes the id of a record. */
  readonly id: readonly KeyPart[];
  /** The order in which rows are read: unique, and never null. */
  readonly key: readonly KeyPart[];
  /** Columns by which a row is replaced; `undefined` where none are unique, so that nothing can be written. */
  readonly conflict: readonly string[] | undefined;
  /** Nothing keeps the ids unique, but somebody said that they are the ids: rows that have one are deleted when it is written. */
  readonly replacesByDeleting: boolean;
  readonly notes: readonly string[];
}

/** The key that the table declares: the primary one, unless it only numbers the rows beside a unique id (Mastra). */
export function declaredKey(facts: TableFacts): UniqueKey | undefined {
  const keys = usableKeys(facts);
  const primary = keys.find((key) => key.primary);
  const others = keys
    .filter((key) => !key.primary)
    .toSorted((left, right) => left.columns.length - right.columns.length);
  if (primary === undefined) return others[0];
  const [only, ...more] = primary.columns;
  if (more.length > 0 || facts.columns.find(({ name }) => name === only)?.serial !== true) return primary;
  // Ids may be unique within a namespace alone.
  const idsOf = ({ columns }: UniqueKey): readonly string[] =>
    columns.length > 1 ? columns.filter((name) => name.toLowerCase() !== 'namespace') : columns;
  return others.find((key) => idsOf(key).length === 1 && idsOf(key).every(isIdName)) ?? primary;
}

/** A unique index lets any number of nulls in, and a comparison with null finds no row. */
function usableKeys({ columns, keys }: TableFacts): UniqueKey[] {
  const open = new Set(columns.filter(({ notNull }) => !notNull).map(({ name }) => name));
  return keys.filter((key) => key.columns.every((name) => !open.has(name)));
}

interface WantedId {
  /** None for the place of the row. */
  readonly columns: readonly Column[];
  /** Whether the user or a layout said so. */
  readonly named: boolean;
  readonly namespace: Column | undefined;
  /** The primary key that numbers the rows, where older ones are told by it. */
  readonly numbered?: Column | undefined;
}

/** @returns a sentence that says what is missing, where rows cannot be told apart. */
export function chooseKey(
  facts: TableFacts,
  { columns: id, named, namespace, numbered }: WantedId,
): ChosenKey | string {
  const byName = new Map(facts.columns.map((column) => [column.name, column]));
  const fits = ({ columns }: UniqueKey): boolean =>
    id.length > 0 &&
    id.every(({ name }) => columns.includes(name)) &&
    columns.every((name) => name === namespace?.name || id.some((column) => column.name === name));
  const unique = usableKeys(facts).find(fits);
  if (unique !== undefined) {
    return {
      id: id.map(columnKey),
      key: unique.columns.flatMap((name) => byName.get(name) ?? []).map(columnKey),
      conflict: unique.columns,
      replacesByDeleting: false,
      notes: [],
    };
  }
  const [first, ...more] = id;
  const key = numbered === undefined ? rowPlace(facts, id) : [columnKey(numbered)];
  if (key === undefined) return 'it is a view, and no column is called id: say which one to take with id=<column>';
  const replacesByDeleting = named && first !== undefined && more.length === 0 && facts.hasRowPlaces;
  const place =
    numbered !== undefined
      ? `by their number ("${numbered.name}")`
      : facts.hasRowPlaces
        ? 'by the place of each row (ctid)'
        : 'by id and a digest of the row';
  return {
    id: first === undefined ? key : id.map(columnKey),
    key,
    conflict: undefined,
    replacesByDeleting,
    notes: [
      first === undefined
        ? 'ids are the places of the rows (ctid), which change when the table is written'
        : `nothing keeps the ids unique: rows are read ${place}, and ${replacesByDeleting ? 'all that have an id are replaced together' : 'none can be replaced'}`,
    ],
  };
}

function rowPlace({ hasRowPlaces, severalTables }: TableFacts, id: readonly Column[]): KeyPart[] | undefined {
  const place: KeyPart = { expression: 'ctid', type: 'tid' };
  if (hasRowPlaces) return severalTables ? [{ expression: 'tableoid', type: 'oid' }, place] : [place];
  if (id.length === 0) return undefined;
  // Rows that are equal in everything fall together, which loses nothing.
  return [
    ...id.map(({ name }) => ({ expression: `COALESCE(${identifier(name)}::text, '')`, type: 'text' })),
    { expression: 'md5(t::text)', type: 'text' },
  ];
}
