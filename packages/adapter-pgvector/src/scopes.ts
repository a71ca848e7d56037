import { VsmError, type CountedScope, type JsonObject, type Scope } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { identifier } from './sql.ts';

/** A table whose rows name the values of a column, found by its foreign key. */
interface NameTable {
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly type: string;
  /** Its column of type json or jsonb, if it has one. */
  readonly metadata: string | null;
}

/** The values of a column, or of a field of the metadata, with the number of rows of each and the names that are known for them. */
export async function listScopes(connection: Connection, table: Table, path: string): Promise<CountedScope[]> {
  const { layout } = table;
  const what = `cannot list the values of "${path}" in "${table.name}"`;
  const column = layout.fields.find(({ name }) => name === path);
  if (column === undefined && layout.metadata === undefined) return [];
  const names = column === undefined ? undefined : await nameTable(connection, table, path);
  if (names === undefined) {
    const value =
      column === undefined ? `${identifier(layout.metadata?.name ?? '')} ->> $1` : `${identifier(column.name)}::text`;
    const rows = await connection.run<{ value: string; count: string }>(
      what,
      `SELECT ${value} AS value, count(*)::text AS count FROM ${table.path} AS t WHERE ${value} IS NOT NULL GROUP BY 1 ORDER BY 1`,
      column === undefined ? [path] : [],
    );
    return rows.map(({ value: found, count }) => ({ path, value: found, count: Number(count) }));
  }
  const metadata = names.metadata === null ? 'NULL' : `n.${identifier(names.metadata)}::text`;
  const rows = await connection.run<{ value: string; name: string | null; metadata: string | null; count: string }>(
    what,
    `SELECT n.${identifier(names.key)}::text AS value, n."name"::text AS name, ${metadata} AS metadata, ` +
      `(SELECT count(*) FROM ${table.path} AS t WHERE t.${identifier(path)} = n.${identifier(names.key)})::text AS count ` +
      `FROM ${pathOf(names)} AS n ORDER BY 2, 1`,
  );
  return rows.map((row) => ({
    path,
    value: row.value,
    count: Number(row.count),
    ...(row.name !== null && { name: row.name }),
    ...metadataOf(row.metadata),
  }));
}

/** The row that a foreign key asks for. Where the column has none, there is nothing to make. */
export async function makeScope(connection: Connection, table: Table, scope: Scope): Promise<void> {
  const { path, value, name, metadata } = scope;
  if (value === undefined || name === undefined) return;
  const names = await nameTable(connection, table, path);
  if (names === undefined) return;
  const what = `cannot make "${name}" in "${names.table}"`;
  const own = names.metadata !== null && metadata !== undefined;
  await connection.run(
    what,
    `INSERT INTO ${pathOf(names)} (${identifier(names.key)}, "name"${own ? `, ${identifier(names.metadata ?? '')}` : ''}) ` +
      `VALUES ($1::text::${names.type}, $2::text${own ? ', $3::text::json' : ''}) ON CONFLICT DO NOTHING`,
    own ? [value, name, JSON.stringify(metadata)] : [value, name],
  );
  const [row] = await connection.run<{ name: string }>(
    what,
    `SELECT "name"::text AS name FROM ${pathOf(names)} WHERE ${identifier(names.key)} = $1::text::${names.type}`,
    [value],
  );
  if (row !== undefined) return;
  throw new VsmError(
    'CONFLICT',
    `pgvector: ${what}: another row has that name since the migration was planned. Plan it again.`,
    { adapter: 'pgvector' },
  );
}

async function nameTable(connection: Connection, table: Table, path: string): Promise<NameTable | undefined> {
  const [found] = await connection.run<NameTable>(
    `cannot look for the names of "${path}" in "${table.name}"`,
    `SELECT n.nspname AS schema, c.relname AS table, k.attname AS key, format_type(k.atttypid, -1) AS type,
       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attnum > 0
          AND format_type(a.atttypid, -1) IN ('json', 'jsonb') ORDER BY a.attnum LIMIT 1) AS metadata
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
       JOIN pg_attribute k ON k.attrelid = f.confrelid AND k.attnum = f.confkey[1]
     WHERE f.conrelid = $1::oid AND f.contype = 'f' AND cardinality(f.conkey) = 1 AND a.attname = $2::text
       AND EXISTS (SELECT FROM pg_attribute x WHERE x.attrelid = c.oid AND x.attname = 'name' AND NOT x.attisdropped)`,
    [table.oid, path],
  );
  return found;
}

function pathOf({ schema, table }: NameTable): string {
  return `${identifier(schema)}.${identifier(table)}`;
}

function metadataOf(text: string | null): { metadata?: JsonObject } {
  const value: unknown = text === null ? undefined : JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { metadata: value as JsonObject } : {};
}
