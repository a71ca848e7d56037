import { VsmError, type Metric } from '@vsm/core/adapter';
import type { Connection } from './connection.ts';
import { readManifest, understandTable, type Column, type TableLayout, type TableManifest } from './table.ts';

export interface Table {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly layout: TableLayout;
  readonly manifest: TableManifest | undefined;
}

/** Tables (and partitioned ones, and views of either kind) that have a vector column. */
export async function listVectorTables(connection: Connection, schema: string): Promise<string[]> {
  const rows = await connection.run<{ name: string }>(
    `cannot list the tables of schema "${schema}"`,
    `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND a.attnum > 0
       AND NOT a.attisdropped AND t.typname IN ('vector', 'halfvec') ORDER BY 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** `undefined` where there is no such table. */
export async function readTable(connection: Connection, schema: string, name: string): Promise<Table | undefined> {
  const what = `cannot open table "${name}"`;
  const [found] = await connection.run<{ oid: string; comment: string | null }>(
    what,
    `SELECT c.oid::text AS oid, obj_description(c.oid, 'pg_class') AS comment FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')`,
    [schema, name],
  );
  if (found === undefined) return undefined;
  const columns = await connection.run<Column>(
    what,
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       COALESCE(a.attnum = ANY(x.indkey::int2[]), false) AS key
     FROM pg_attribute a LEFT JOIN pg_index x ON x.indrelid = a.attrelid AND x.indisprimary
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [found.oid],
  );
  const manifest = readManifest(found.comment);
  const layout = understandTable(columns, manifest);
  if (typeof layout === 'string') {
    throw new VsmError('INVALID_DATA', `pgvector: table "${name}" cannot be read as a collection: ${layout}`, {
      adapter: 'pgvector',
    });
  }
  return { oid: found.oid, schema, name, layout, manifest };
}

const METRICS: Readonly<Record<string, Metric>> = { cosine: 'cosine', l2: 'euclidean', ip: 'dot', l1: 'manhattan' };

/** The metric of each column that has an index; a column itself has none. */
export async function findMetrics(connection: Connection, table: Table): Promise<Readonly<Record<string, Metric>>> {
  const rows = await connection.run<{ name: string; opclass: string }>(
    `cannot read the indexes of "${table.name}"`,
    `SELECT a.attname AS name, o.opcname AS opclass FROM pg_index x
       JOIN pg_opclass o ON o.oid = ANY(x.indclass) JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY(x.indkey)
     WHERE x.indrelid = $1::oid AND o.opcname ~ '^(vector|halfvec)_'`,
    [table.oid],
  );
  return Object.fromEntries(
    rows.flatMap(({ name, opclass }) => {
      const metric = METRICS[opclass.split('_')[1] ?? ''];
      return metric === undefined ? [] : [[name, metric]];
    }),
  );
}
