import { hasRowids, readUniqueKeys, type Column } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import type { KeyPart } from './key.ts';

interface ChosenKey {
  readonly id: readonly KeyPart[];
  readonly key: readonly KeyPart[];
  readonly conflict: readonly string[] | undefined;
  readonly notes: readonly string[];
}

/** Unique columns of these names are an application's own ids, beside which a row number is only that. */
const ID_NAMES = ['id', 'vector_id', 'uuid', 'node_id', 'doc_id', 'document_id', 'external_id', 'key'];

const ROWID: KeyPart = { sql: 't.rowid', column: undefined, affinity: 'INTEGER', kind: 'integer' };

/** @returns a sentence that says what is wrong, where rows cannot be told apart. */
export async function chooseKey(
  client: Client,
  table: string,
  columns: readonly Column[],
  namespace: string | undefined,
  choice: string | undefined,
): Promise<ChosenKey | string> {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const rowids = await hasRowids(client, table);
  const primary = columns
    .filter((column) => column.primary > 0)
    .toSorted((left, right) => left.primary - right.primary);
  const isNumber = rowids && primary.length === 1 && primary[0]?.type.toUpperCase() === 'INTEGER';
  const unique = (await readUniqueKeys(client, table)).map((names) => names.flatMap((name) => byName.get(name) ?? []));
  const named = unique.filter(([first, ...more]) => more.length === 0 && ID_NAMES.includes(first?.name ?? ''));
  const candidates = (isNumber ? [...named, primary, ...unique] : [primary, ...unique]).filter(
    (key) => key.length > 0 && (choice === undefined || isKeyOf(key, choice, namespace)),
  );
  for (const key of candidates) {
    const isRowid = isNumber && key === primary;
    // Outside of WITHOUT ROWID tables and of INTEGER PRIMARY KEY, even a primary key takes NULL, and many of them.
    if (!isRowid && (await holdsNull(client, table, key))) continue;
    const parts: KeyPart[] = [];
    for (const column of key) {
      const part = isRowid ? 'integer' : await kindOf(client, table, column);
      if (part === undefined)
        return `its key column "${column.name}" holds values of several types, or none that can be an id`;
      parts.push({ sql: `t.${identifier(column.name)}`, column: column.name, affinity: column.affinity, kind: part });
    }
    const idParts = parts.filter(({ column }) => column !== namespace);
    const id = idParts.length === 0 ? parts : idParts;
    const list = id.map(({ column }) => `"${column}"`).join(', ');
    return {
      id,
      key: parts,
      conflict: key.map(({ name }) => name),
      notes: [
        id.length === 1 ? `ids are in column ${list}` : `ids are JSON lists of the columns ${list}, the table's key`,
      ],
    };
  }
  if (!rowids) return choice === undefined ? 'it has no key' : `column "${choice}" is not its key`;
  const id = choice === undefined ? undefined : byName.get(choice);
  if (id === undefined) {
    return {
      id: [ROWID],
      key: [ROWID],
      conflict: undefined,
      notes: ['there is no key without NULL, so ids are row numbers (rowid), which VACUUM may change'],
    };
  }
  const kind = await kindOf(client, table, id);
  if (kind === undefined) return `column "${id.name}" holds values of several types, or none that can be an id`;
  return {
    id: [{ sql: `t.${identifier(id.name)}`, column: id.name, affinity: id.affinity, kind }],
    key: [ROWID],
    conflict: undefined,
    notes: [`ids are in column "${id.name}", which nothing keeps unique: rows can be read, and none can be replaced`],
  };
}

function isKeyOf(key: readonly Column[], id: string, namespace: string | undefined): boolean {
  return key.some(({ name }) => name === id) && key.every(({ name }) => name === id || name === namespace);
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
