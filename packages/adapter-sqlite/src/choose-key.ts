import { isIdName } from '@vsm/core/adapter';
import { hasRowids, readUniqueKeys, type Column } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import type { KeyPart } from './key.ts';

interface ChosenKey {
  readonly id: readonly KeyPart[];
  readonly key: readonly KeyPart[];
  readonly conflict: readonly string[] | undefined;
  readonly notes: readonly string[];
}

/** What can tell the rows of a table apart. */
export interface TableKeys {
  /** Columns that are unique and never NULL, the most telling key first. */
  readonly keys: readonly (readonly Column[])[];
  /** The column that is another name of the row's number. */
  readonly number: Column | undefined;
  readonly rowids: boolean;
}

const ROWID: KeyPart = { sql: 't.rowid', column: undefined, affinity: 'INTEGER', kind: 'integer' };

/** The primary key comes first, unless it only numbers the rows beside a unique id. */
export async function readKeys(client: Client, table: string, columns: readonly Column[]): Promise<TableKeys> {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const rowids = await hasRowids(client, table);
  const primary = columns
    .filter((column) => column.primary > 0)
    .toSorted((left, right) => left.primary - right.primary);
  const isNumber = rowids && primary.length === 1 && primary[0]?.type.toUpperCase() === 'INTEGER';
  const unique = (await readUniqueKeys(client, table)).map((names) => names.flatMap((name) => byName.get(name) ?? []));
  const ids = unique.filter(([first, ...more]) => more.length === 0 && isIdName(first?.name ?? ''));
  const keys: (readonly Column[])[] = [];
  for (const key of isNumber ? [...ids, primary, ...unique] : [primary, ...unique]) {
    if (key.length === 0 || keys.includes(key)) continue;
    // Outside of WITHOUT ROWID tables and of INTEGER PRIMARY KEY, even a primary key takes NULL, and many of them.
    if ((isNumber && key === primary) || !(await holdsNull(client, table, key))) keys.push(key);
  }
  return { keys, number: isNumber ? primary[0] : undefined, rowids };
}

/** @returns a sentence that says what is wrong, where rows cannot be told apart. */
export async function chooseKey(
  client: Client,
  table: string,
  { keys, number, rowids }: TableKeys,
  /** None for the number of the row. */
  id: readonly Column[],
  namespace: Column | undefined,
): Promise<ChosenKey | string> {
  const parts = new Map<Column, KeyPart>();
  const key = keys.find(
    (columns) =>
      id.length > 0 &&
      id.every((column) => columns.includes(column)) &&
      columns.every((column) => column === namespace || id.includes(column)),
  );
  for (const column of new Set([...id, ...(key ?? [])])) {
    const kind = column === number ? 'integer' : await kindOf(client, table, column);
    if (kind === undefined)
      return `its key column "${column.name}" holds values of several types, or none that can be an id`;
    const sql = `t.${identifier(column.name)}`;
    parts.set(column, { sql, column: column.name, affinity: column.affinity, kind });
  }
  const partsOf = (columns: readonly Column[]): KeyPart[] => columns.flatMap((column) => parts.get(column) ?? []);
  if (key !== undefined) {
    return { id: partsOf(id), key: partsOf(key), conflict: key.map(({ name }) => name), notes: [] };
  }
  const names = id.map(({ name }) => `"${name}"`).join(', ');
  if (!rowids) return id.length === 0 ? 'its rows have no numbers (WITHOUT ROWID)' : `${names} is not its key`;
  if (id.length === 0) {
    return {
      id: [ROWID],
      key: [ROWID],
      conflict: undefined,
      notes: ['ids are row numbers (rowid), which VACUUM may change'],
    };
  }
  return {
    id: partsOf(id),
    key: [ROWID],
    conflict: undefined,
    notes: [`ids are in ${names}, which nothing keeps unique: rows can be read, and none can be replaced`],
  };
}

async function holdsNull(client: Client, table: string, key: readonly Column[]): Promise<boolean> {
  const open = key.filter(({ notNull }) => !notNull).map(({ name }) => `${identifier(name)} IS NULL`);
  if (open.length === 0) return false;
  const sql = `SELECT 1 AS found FROM ${identifier(table)} WHERE ${open.join(' OR ')} LIMIT 1`;
  return (await client.read(`cannot look for keys of "${table}"`, sql)).length > 0;
}

/** A column of text holds text; any other may hold anything, whatever it is declared as. */
async function kindOf(client: Client, table: string, column: Column): Promise<KeyPart['kind'] | undefined> {
  if (column.affinity === 'TEXT') return 'text';
  const found = await client.read(
    `cannot look for keys of "${table}"`,
    `SELECT DISTINCT typeof(${identifier(column.name)}) AS type FROM ${identifier(table)}`,
  );
  const types = found.map(({ type }) => type);
  if (types.length === 0) return column.affinity === 'INTEGER' ? 'integer' : 'text';
  if (types.length > 1) return undefined;
  return types[0] === 'integer' || types[0] === 'text' ? types[0] : undefined;
}
