import {
  own,
  UnsupportedError,
  writeHalving,
  type DenseVector,
  type Rejection,
  type UpsertResult,
  type VectorRecord,
} from '@vsm/core/adapter';
import { identifier, MOST_PARAMETERS, type Client, type SqlValue, type Statement } from './client.ts';
import { dataProblem } from './errors.ts';
import { splitId } from './key.ts';
import { cellsOf } from './mapping.ts';
import { wrap } from './query.ts';
import { conditionsOf, idIsOneOf } from './read.ts';
import type { Table } from './table.ts';
import { encodeVector, formProblem } from './vectors.ts';

/** A record as the values of all columns, in the order of {@link writeColumns}. */
export interface WritableRow {
  readonly record: VectorRecord;
  readonly values: readonly SqlValue[];
}

interface WriteColumn {
  readonly name: string;
  /** The SQL of its value. */
  readonly value: string;
}

/** Rows of one statement: more makes nothing faster. */
const STATEMENT_ROWS = 100;

/** Writes records whole. What the table cannot hold as it is comes back by record. */
export async function writeRecords(
  client: Client,
  table: Table,
  records: readonly VectorRecord[],
  insertOnly: boolean,
): Promise<UpsertResult> {
  if (table.conflict === undefined) {
    throw new UnsupportedError(
      'access',
      `sqlite: cannot write to "${table.name}": no key tells which row a record replaces`,
      {
        adapter: 'sqlite',
      },
    );
  }
  const columns = writeColumns(table);
  const rejected: Rejection[] = [];
  const rows: WritableRow[] = [];
  for (const record of records) {
    const row = toRow(record, table, columns);
    if ('reason' in row) rejected.push(row);
    else rows.push(row);
  }
  const accepted = await writeHalving(rows, {
    // A transaction writes all or nothing.
    async write(some) {
      const statements =
        table.kind === 'vec0'
          ? await vec0Statements(client, table, columns, some, insertOnly)
          : upserts(table, columns, some, insertOnly);
      await client.write(`cannot write to "${table.name}"`, statements);
    },
    problemOf: dataProblem,
    rejected,
  });
  return { accepted, rejected };
}

function writeColumns(table: Table): WriteColumn[] {
  const { id, namespace, vectors, document, uri, metadata, fields } = table;
  return [
    ...id.map(({ column }) => ({ name: column ?? 'rowid', value: '?' })),
    ...[namespace, document, uri, metadata, ...fields].flatMap((column) => {
      if (column === undefined) return [];
      // A column that must have a value and has a default gets that where the record has none.
      const value = column.notNull && column.fallback !== undefined ? `coalesce(?, (${column.fallback}))` : '?';
      return [{ name: column.name, value }];
    }),
    ...vectors.map((vector) => ({ name: vector.column, value: wrap(vector, '?') })),
  ];
}

/** The row of a record, or why the table cannot hold it, as far as its own description tells. */
export function toRow(
  record: VectorRecord,
  table: Table,
  columns: readonly WriteColumn[] = writeColumns(table),
): WritableRow | Rejection {
  const { id, namespace } = record;
  const refuse = (reason: Rejection['reason'], detail: string): Rejection => ({ id, namespace, reason, detail });
  if (splitId(id, table.id) === undefined) {
    const names = table.id.map(({ column, kind }) => `"${column}" (${kind})`).join(', ');
    return refuse('invalid-id', `ids are in ${names}, which cannot hold it as it is`);
  }
  const vectors = new Map<string, Uint8Array>();
  for (const { name, column, form, required } of table.vectors) {
    const vector = own(record.vectors, name) as DenseVector | undefined;
    if (vector === undefined && required) {
      return refuse('invalid-vector', `the table wants a vector in column "${column}" of every row`);
    }
    const problem = vector === undefined ? undefined : formProblem(vector, form);
    if (problem !== undefined) return refuse('invalid-vector', `column "${column}": ${problem}`);
    if (vector !== undefined) vectors.set(column, encodeVector(vector, form));
  }
  const cells = cellsOf(record, table);
  if (typeof cells === 'string') return refuse(cells.startsWith('metadata') ? 'invalid-metadata' : 'refused', cells);
  return { record, values: columns.map(({ name }) => vectors.get(name) ?? cells.get(name) ?? null) };
}

function inserts(
  table: Table,
  columns: readonly WriteColumn[],
  rows: readonly WritableRow[],
  ending: string,
  most: number,
): Statement[] {
  const size = Math.max(1, Math.min(most, Math.floor(MOST_PARAMETERS / columns.length)));
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  const values = `(${columns.map(({ value }) => value).join(', ')})`;
  const statements: Statement[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const some = rows.slice(start, start + size);
    statements.push({
      sql: `INSERT INTO ${identifier(table.name)} (${names}) VALUES ${some.map(() => values).join(', ')}${ending}`,
      parameters: some.flatMap((row) => row.values),
    });
  }
  return statements;
}

function upserts(
  table: Table,
  columns: readonly WriteColumn[],
  rows: readonly WritableRow[],
  insertOnly: boolean,
): Statement[] {
  const conflict = table.conflict ?? [];
  const replaced = columns.flatMap(({ name }) =>
    conflict.includes(name) ? [] : [`${identifier(name)} = excluded.${identifier(name)}`],
  );
  const action = insertOnly || replaced.length === 0 ? 'NOTHING' : `UPDATE SET ${replaced.join(', ')}`;
  const ending = ` ON CONFLICT (${conflict.map(identifier).join(', ')}) DO ${action}`;
  return inserts(table, columns, rows, ending, STATEMENT_ROWS);
}

/** `vec0` has no upsert of any kind, and what is deleted leaves a hole in it: only rows that are there are deleted first. */
async function vec0Statements(
  client: Client,
  table: Table,
  columns: readonly WriteColumn[],
  rows: readonly WritableRow[],
  insertOnly: boolean,
): Promise<Statement[]> {
  const present = await idsPresent(
    client,
    table,
    rows.map(({ record }) => record.id),
  );
  const there = rows.filter(({ record }) => present.has(record.id));
  const missing = rows.filter(({ record }) => !present.has(record.id));
  const column = identifier(table.id[0]?.column ?? 'rowid');
  const deletions = there.map(({ record }) => ({
    sql: `DELETE FROM ${identifier(table.name)} WHERE ${column} = ?`,
    parameters: splitId(record.id, table.id) ?? [],
  }));
  return insertOnly ? inserts(table, columns, missing, '', 1) : [...deletions, ...inserts(table, columns, rows, '', 1)];
}

async function idsPresent(client: Client, table: Table, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  for (let start = 0; start < ids.length; start += MOST_PARAMETERS) {
    const some = idIsOneOf(ids.slice(start, start + MOST_PARAMETERS), table.id);
    if (some === undefined) continue;
    const rows = await client.read(
      `cannot read from "${table.name}"`,
      `SELECT ${table.id[0]?.sql} AS id FROM ${table.keyFrom} WHERE ${some.sql}`,
      some.parameters,
    );
    for (const { id } of rows) present.add(String(id));
  }
  return present;
}

export async function deleteRecords(
  client: Client,
  table: Table,
  ids: readonly string[],
  namespace: string,
): Promise<void> {
  const what = `cannot delete from "${table.name}"`;
  if (table.kind === 'vec0') {
    const column = identifier(table.id[0]?.column ?? 'rowid');
    const present = [...(await idsPresent(client, table, ids))];
    const sql = `DELETE FROM ${identifier(table.name)} WHERE ${column} = ?`;
    await client.write(
      what,
      present.map((id) => ({ sql, parameters: splitId(id, table.id) ?? [] })),
    );
    return;
  }
  const found = idIsOneOf(ids, table.id);
  if (found === undefined) return;
  const { texts, parameters } = conditionsOf({ namespace }, table);
  const conditions = [found.sql, ...texts].join(' AND ');
  await client.write(what, [
    { sql: `DELETE FROM ${table.from} WHERE ${conditions}`, parameters: [...found.parameters, ...parameters] },
  ]);
}
