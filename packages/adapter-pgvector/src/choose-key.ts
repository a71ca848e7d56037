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

/** From the most to the least telling; the first that is there is taken where no key decides. */
const ID_NAMES = ['id', 'langchain_id', 'vector_id', 'uuid', 'node_id', 'external_id', 'document_id', '_id'];

/** @returns a sentence that says what is missing, where rows cannot be told apart. */
export function chooseKey(
  facts: TableFacts,
  namespace: Column | undefined,
  choice: string | undefined,
): ChosenKey | string {
  const byName = new Map(facts.columns.map((column) => [column.name, column]));
  const columnsOf = (key: UniqueKey): Column[] => key.columns.flatMap((name) => byName.get(name) ?? []);
  // A unique index lets any number of nulls in, and a comparison with null finds no row.
  const usable = facts.keys.filter((key) => columnsOf(key).every(({ notNull }) => notNull));
  const chosenColumn = choice === undefined ? undefined : byName.get(choice);
  const unique = chosenColumn === undefined ? bestKey(usable, columnsOf) : keyOf(usable, chosenColumn, namespace);
  if (unique !== undefined) {
    const columns = columnsOf(unique);
    const withoutNamespace = columns.filter((column) => column !== namespace);
    const idColumns = withoutNamespace.length === 0 ? columns : withoutNamespace;
    const hint = choice === undefined ? applicationId(facts, idColumns) : undefined;
    return {
      id: idColumns.map(columnKey),
      key: columns.map(columnKey),
      conflict: unique.columns,
      replacesByDeleting: false,
      notes: [
        idColumns.length === 1
          ? `ids are in column "${idColumns[0]?.name}" (${idColumns[0]?.type})`
          : `ids are JSON lists of the columns ${idColumns.map(({ name }) => `"${name}"`).join(', ')}, the table's key`,
        ...(hint === undefined
          ? []
          : [`column "${hint}" looks like the application's own id: with the option columns.id it is taken instead`]),
      ],
    };
  }
  const id = chosenColumn ?? ID_NAMES.map((name) => byName.get(name)).find((column) => column !== undefined);
  const key = rowPlace(facts, id);
  if (key === undefined) return 'it is a view without a column named id, so tell which one to take with columns.id';
  const replacesByDeleting = chosenColumn !== undefined && facts.hasRowPlaces;
  const place = facts.hasRowPlaces ? 'by the place of each row (ctid)' : 'by id and a digest of the row';
  return {
    id: id === undefined ? key : [columnKey(id)],
    key,
    conflict: undefined,
    replacesByDeleting,
    notes: [
      id === undefined
        ? 'there is no key, so ids are the places of the rows (ctid), which change when the table is written'
        : `ids are in column "${id.name}" (${id.type}), which nothing keeps unique: rows are read ${place}, and ${replacesByDeleting ? 'all that have an id are replaced together' : 'none can be replaced'}`,
    ],
  };
}

/** The primary key, unless it only numbers the rows of an application that has a unique id of its own (Mastra). */
function bestKey(keys: readonly UniqueKey[], columnsOf: (key: UniqueKey) => Column[]): UniqueKey | undefined {
  const primary = keys.find((key) => key.primary);
  const others = keys
    .filter((key) => !key.primary)
    .toSorted((left, right) => left.columns.length - right.columns.length);
  if (primary === undefined) return others[0];
  const [only, ...more] = columnsOf(primary);
  if (only?.serial !== true || more.length > 0) return primary;
  return others.find(({ columns }) => columns.length === 1 && ID_NAMES.includes(columns[0] ?? '')) ?? primary;
}

function keyOf(keys: readonly UniqueKey[], id: Column, namespace: Column | undefined): UniqueKey | undefined {
  const wanted = (column: string): boolean => column === id.name || column === namespace?.name;
  return keys.find(({ columns }) => columns.includes(id.name) && columns.every(wanted));
}

/** A column that names an id beside a number that the database gives (LlamaIndex). */
function applicationId({ columns }: TableFacts, taken: readonly Column[]): string | undefined {
  if (taken.length !== 1 || taken[0]?.serial !== true) return undefined;
  return columns.find(({ name }) => name !== taken[0]?.name && ID_NAMES.includes(name))?.name;
}

function rowPlace({ hasRowPlaces, severalTables }: TableFacts, id: Column | undefined): KeyPart[] | undefined {
  const place: KeyPart = { expression: 'ctid', type: 'tid' };
  if (hasRowPlaces) return severalTables ? [{ expression: 'tableoid', type: 'oid' }, place] : [place];
  if (id === undefined) return undefined;
  // Rows that are equal in everything fall together, which loses nothing.
  return [
    { expression: `COALESCE(${identifier(id.name)}::text, '')`, type: 'text' },
    { expression: 'md5(t::text)', type: 'text' },
  ];
}
