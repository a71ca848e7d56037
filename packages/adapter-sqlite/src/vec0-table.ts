import { hasRowids, readColumns, type Column } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import { sqliteError } from './errors.ts';
import type { KeyPart } from './key.ts';
import type { ColumnChoices } from './options.ts';
import { checkChoices, pickPlaces, placeNotes, unreadable, vectorNotes } from './places.ts';
import type { Table } from './table.ts';
import { parseVec0 } from './vec0.ts';

/** A `vec0` table is read through its table of row numbers, in whose order it can be paged; it has no rowid under a text key. */
export async function readVec0(client: Client, name: string, sql: string, choices: ColumnChoices): Promise<Table> {
  if (!(await client.hasVec())) {
    throw sqliteError(
      'UNSUPPORTED',
      `cannot open table "${name}": it is a vec0 table. ${client.engine === 'sqlite' ? 'Install sqlite-vec' : 'Open it as sqlite:'}`,
    );
  }
  const declared = parseVec0(sql);
  const rowids = identifier(`${name}_rowids`);
  const [shadow] = await client.read(`cannot open table "${name}"`, 'SELECT sql FROM sqlite_schema WHERE name = ?', [
    `${name}_rowids`,
  ]);
  // sqlite-vec 0.1.6 took a key declared with NOT NULL for metadata, under which ids may repeat.
  const isKey = declared.key?.type !== 'text' || /\bid TEXT UNIQUE NOT NULL\b/i.test(String(shadow?.['sql']));
  const key = isKey ? declared.key : undefined;
  const byText = key?.type === 'text';
  const column = key === undefined ? 't.rowid' : `t.${identifier(key.column)}`;
  const part: KeyPart = {
    sql: byText ? 'k.id' : 'k.rowid',
    column: key?.column ?? 'rowid',
    affinity: byText ? 'TEXT' : 'INTEGER',
    kind: byText ? 'text' : 'integer',
  };
  const only = declared.vectors.length === 1;
  const vectors = declared.vectors.map((vector) => ({ ...vector, name: only ? '' : vector.column }));
  const own = declared.columns.map(({ column: columnName, type, auxiliary }): Column => ({
    name: columnName,
    type,
    affinity: affinityOfVec0(type),
    notNull: !auxiliary,
    fallback: undefined,
    generated: false,
    primary: 0,
  }));
  const beside = await contentColumns(client, name, choices);
  const columns = [...own, ...beside.filter((one) => !own.some(({ name: taken }) => taken === one.name))];
  checkChoices(name, choices, columns, part.column);
  const places = pickPlaces(columns, [part], choices, false);
  const { contents } = choices;
  const joined = contents === undefined ? '' : ` LEFT JOIN ${identifier(contents)} AS c ON c.rowid = k.rowid`;
  return {
    name,
    kind: 'vec0',
    from: `${rowids} AS k CROSS JOIN ${identifier(name)} AS t ON ${column} = ${part.sql}${joined}`,
    keyFrom: `${rowids} AS k`,
    id: [part],
    key: [part],
    conflict: contents === undefined ? [part.column ?? 'rowid'] : undefined,
    vectors,
    namespace: undefined,
    ...places,
    indexes: [],
    manifest: undefined,
    notes: [
      'a vec0 table of sqlite-vec',
      key === undefined ? 'ids are row numbers (rowid)' : `ids are in column "${key.column}" (${key.type})`,
      ...vectors.flatMap((vector) => vectorNotes(vector, [], choices)),
      ...(contents === undefined
        ? []
        : [`its rows go with those of table "${contents}" of the same rowid; both are only read`]),
      ...placeNotes(places, columns),
    ],
  };
}

async function contentColumns(client: Client, name: string, { contents }: ColumnChoices): Promise<Column[]> {
  if (contents === undefined) return [];
  const found = await readColumns(client, contents);
  if (found.length === 0 || !(await hasRowids(client, contents))) {
    throw unreadable(name, `there is no table "${contents}" with row numbers to read beside it`);
  }
  // The key of the one table is that of the other.
  return found.filter(({ primary }) => primary === 0).map((column) => ({ ...column, owner: 'c' }));
}

function affinityOfVec0(type: string): Column['affinity'] {
  if (/^text$/i.test(type)) return 'TEXT';
  if (/^(?:float|f64|double|real)$/i.test(type)) return 'REAL';
  return /^(?:int|integer|int64)$/i.test(type) ? 'INTEGER' : 'NUMERIC';
}
