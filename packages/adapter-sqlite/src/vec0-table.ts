import { namedFields, type FieldFacts } from '@vsm/core/adapter';
import { hasRowids, readColumns, type Column } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import { sqliteError } from './errors.ts';
import type { KeyPart } from './key.ts';
import type { ColumnChoices } from './options.ts';
import { recognizeColumns, unreadable } from './foreign-columns.ts';
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
  const keySql = key === undefined ? 't.rowid' : `t.${identifier(key.column)}`;
  const part: KeyPart = {
    sql: byText ? 'k.id' : 'k.rowid',
    column: key?.column ?? 'rowid',
    affinity: byText ? 'TEXT' : 'INTEGER',
    kind: byText ? 'text' : 'integer',
  };
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
  const named = namedFields(choices);
  if (named.namespace !== undefined) throw unreadable(name, 'a vec0 table has no namespaces');
  if (named.id !== undefined && named.id.join() !== part.column)
    throw unreadable(name, `the ids of a vec0 table are in its key, "${part.column}"`);
  const { vectors: wanted } = named;
  const unsaid = declared.vectors.find(
    ({ column: at }) => wanted !== undefined && ![...wanted.values(), ...named.ignore].includes(at),
  );
  if (unsaid !== undefined)
    throw unreadable(name, `say ignore=${unsaid.column} to leave out the vectors in that column`);
  const facts = [
    factOf(part.column ?? 'rowid', key?.type ?? 'integer', 'id'),
    ...declared.vectors.map((vector) => factOf(vector.column, `${vector.form}[${vector.dimension}]`, 'vector')),
    // It has no namespaces, whatever a column is called.
    ...columns.filter(isNamespace).map((column) => factOf(column.name, column.type, 'metadata')),
  ];
  const { container } = choices;
  const others = columns.filter((column) => !isNamespace(column));
  const roles = await recognizeColumns(client, {
    table: name,
    columns: others,
    facts,
    key: undefined,
    named,
    container,
  });
  const { id: _key, vectors: names, reading, undecided, ...places } = roles;
  const vectors = [...names].map(([vector, at]) => {
    const found = declared.vectors.find((one) => one.column === at);
    if (found === undefined) throw unreadable(name, `column "${at}" holds no vectors`);
    return { ...found, name: vector };
  });
  const { contents } = choices;
  const joined = contents === undefined ? '' : ` LEFT JOIN ${identifier(contents)} AS c ON c.rowid = k.rowid`;
  return {
    name,
    kind: 'vec0',
    from: `${rowids} AS k CROSS JOIN ${identifier(name)} AS t ON ${keySql} = ${part.sql}${joined}`,
    keyFrom: `${rowids} AS k`,
    id: [part],
    key: [part],
    conflict: contents === undefined ? [part.column ?? 'rowid'] : undefined,
    vectors: vectors.map((vector) => ({ ...vector, required: true })),
    ...places,
    fields: [...columns.filter((column) => isNamespace(column) && !named.ignore.has(column.name)), ...places.fields],
    indexes: [],
    manifest: undefined,
    reading,
    undecided,
    notes: [
      'a vec0 table of sqlite-vec',
      ...(contents === undefined
        ? []
        : [`its rows go with those of table "${contents}" of the same rowid; both are only read`]),
    ],
  };
}

function isNamespace({ name }: Column): boolean {
  return name.toLowerCase() === 'namespace';
}

function factOf(field: string, type: string, declared: NonNullable<FieldFacts['declared']>): FieldFacts {
  return { field, type, declared, shape: declared === 'vector' ? 'numbers' : 'other', sampled: 0, present: 0 };
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
