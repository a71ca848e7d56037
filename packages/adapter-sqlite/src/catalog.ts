import { createHash } from 'node:crypto';
import { isVectorName, type Metric } from '@vsm/core/adapter';
import { identifier, type Client } from './client.ts';
import { isVec0 } from './vec0.ts';
import { declaredVector } from './vectors.ts';

export interface Column {
  readonly name: string;
  /** As declared, `''` where nothing is. */
  readonly type: string;
  /** What SQLite makes of values that are put in. */
  readonly affinity: 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB' | 'NUMERIC';
  readonly notNull: boolean;
  /** SQL of the default, where there is one. */
  readonly fallback: string | undefined;
  readonly generated: boolean;
  /** Its place in the primary key from 1, 0 for none. */
  readonly primary: number;
  /** The table that it is in, by its alias in queries, where that is not `t`. */
  readonly owner?: 't' | 'c' | undefined;
}

export function columnSql({ name, owner = 't' }: Pick<Column, 'name' | 'owner'>): string {
  return `${owner}.${identifier(name)}`;
}

/** A `libsql_vector_idx`. */
export interface VectorIndex {
  readonly name: string;
  readonly column: string;
  readonly metric: Metric;
  readonly sql: string;
}

/** Tables that have a vector column by type or name, or that VSM made; not those in which an index or a vec0 table keeps its parts. */
export async function listTables(client: Client): Promise<string[]> {
  const what = 'cannot list the tables';
  const tables = await client.read(
    what,
    `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL`,
  );
  const virtual = tables.filter(({ sql }) => isVec0(String(sql))).map(({ name }) => String(name));
  const plain = await client.read(
    what,
    // A virtual table whose module is not loaded cannot be asked for its columns.
    `SELECT m.name AS name, m.sql AS sql, p.name AS col, p.type AS type FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS p ` +
      `WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'`,
  );
  const parts = (name: string): boolean =>
    virtual.some((owner) => name.startsWith(`${owner}_`) && VEC0_PARTS.test(name.slice(owner.length))) ||
    (name.endsWith('_shadow') && tables.some((table) => table['name'] === 'libsql_vector_meta_shadow'));
  const found = plain
    .filter(
      ({ col, type, sql }) => mayHoldVectors(String(col), String(type)) || String(sql).includes('/* vsm:{"vsm":1'),
    )
    .map(({ name }) => String(name))
    .filter((name) => !parts(name));
  return [...new Set([...found, ...virtual])].toSorted();
}

/** By its type or, where it holds bytes of no type, by its name. */
function mayHoldVectors(column: string, type: string): boolean {
  return declaredVector(type) !== undefined || (/^(?:BLOB)?$/i.test(type) && isVectorName(column));
}

const VEC0_PARTS = /^_(?:info|chunks|rowids|auxiliary|vector_chunks\d\d|metadatachunks\d\d|metadatatext\d\d)$/;

export async function readColumns(client: Client, table: string): Promise<Column[]> {
  const rows = await client.read(
    `cannot read the columns of "${table}"`,
    `SELECT name, type, "notnull" AS required, dflt_value AS fallback, pk, hidden FROM pragma_table_xinfo(?)`,
    [table],
  );
  return rows.map((row) => ({
    name: String(row['name']),
    type: String(row['type'] ?? ''),
    affinity: affinityOf(String(row['type'] ?? '')),
    notNull: row['required'] === 1n,
    fallback: typeof row['fallback'] === 'string' ? row['fallback'] : undefined,
    generated: row['hidden'] === 2n || row['hidden'] === 3n,
    primary: Number(row['pk']),
  }));
}

/** https://www.sqlite.org/datatype3.html, section 3.1 */
function affinityOf(type: string): Column['affinity'] {
  if (/INT/i.test(type)) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/i.test(type)) return 'TEXT';
  if (/BLOB/i.test(type) || type === '') return 'BLOB';
  return /REAL|FLOA|DOUB/i.test(type) ? 'REAL' : 'NUMERIC';
}

/** The columns of each unique index over whole columns and all rows, the primary key left out. */
export async function readUniqueKeys(client: Client, table: string): Promise<string[][]> {
  const rows = await client.read(
    `cannot read the indexes of "${table}"`,
    `SELECT l.name AS name, i.name AS col FROM pragma_index_list(?) AS l JOIN pragma_index_info(l.name) AS i ` +
      `WHERE l."unique" = 1 AND l.partial = 0 AND l.origin <> 'pk' ORDER BY l.seq DESC, i.seqno`,
    [table],
  );
  const keys = Map.groupBy(rows, ({ name }) => name);
  return [...keys.values()]
    .filter((columns) => columns.every(({ col }) => col !== null))
    .map((columns) => columns.map(({ col }) => String(col)))
    .toSorted((left, right) => left.length - right.length);
}

/** Whether rows have a number of their own; tables made WITHOUT ROWID have a key instead. */
export async function hasRowids(client: Client, table: string): Promise<boolean> {
  const rows = await client.read(
    `cannot read table "${table}"`,
    `SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?`,
    [table],
  );
  return rows[0]?.['wr'] !== 1n;
}

export async function readVectorIndexes(client: Client, table: string): Promise<VectorIndex[]> {
  const rows = await client.read(
    `cannot read the indexes of "${table}"`,
    `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql LIKE '%libsql_vector_idx%' ORDER BY name`,
    [table],
  );
  return rows.flatMap(({ name, sql }) => {
    const text = String(sql);
    const [, quoted, bare] = /libsql_vector_idx\s*\(\s*(?:["`[]([^"`\]]+)["`\]]|(\w+))/i.exec(text) ?? [];
    const column = quoted ?? bare;
    if (column === undefined) return [];
    const [, metric = 'cosine'] = /metric\s*=\s*(\w+)/i.exec(text) ?? [];
    return [
      { name: String(name), column, metric: metric === 'l2' ? ('euclidean' as const) : ('cosine' as const), sql: text },
    ];
  });
}

/** Settings such as `metric=cosine`. */
export function vectorIndexSql(table: string, column: string, settings: readonly string[]): string {
  const list = settings.map((setting) => `, '${setting}'`).join('');
  return `CREATE INDEX ${indexName(`${table}_${column}_index`)} ON ${identifier(table)} (libsql_vector_idx(${identifier(column)}${list}))`;
}

/** libSQL puts the name of an index unquoted into statements of its own, so that only a plain word works. */
function indexName(wish: string): string {
  if (/^[A-Za-z_]\w*$/.test(wish)) return wish;
  const digest = createHash('sha256').update(wish).digest('hex').slice(0, 8);
  return `vsm_${wish.replaceAll(/\W/g, '_')}_${digest}`;
}
