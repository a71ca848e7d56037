import { VsmError, type TableManifest } from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { isFloatColumn, type Column } from './column.ts';
import type { UniqueKey } from './facts.ts';
import { hiddenRows, rowsAreHidden, securedBehind } from './row-security.ts';
import { identifier } from './sql.ts';
import type { GivenChoices } from './foreign-table.ts';
import type { TableLayout } from './layout.ts';
import { readManifest, understandTable } from './table.ts';

export interface Table {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** Schema and name as SQL. Queries call it `t`. */
  readonly path: string;
  readonly origin: Origin;
  readonly layout: TableLayout;
  readonly manifest: TableManifest | undefined;
  /** `undefined` where the database does not have it: then there are bits at most. */
  readonly extension: Extension | undefined;
}

/** What kind of thing the rows come from. */
interface Origin {
  /** `r` table, `p` partitioned table, `v` view, `m` materialized view. */
  readonly kind: 'r' | 'p' | 'v' | 'm';
  /** How many tables inherit from it, or are partitions of it, at any depth. */
  readonly children: number;
  /** What is odd about it, one sentence each. */
  readonly notes: readonly string[];
}

/** The extension itself, which may live in a schema that no search path has. */
export interface Extension {
  readonly schema: string;
  readonly version: string;
  /** `vector` and `sparsevec`, by which their binary forms are told. */
  readonly oids: Readonly<Record<string, { readonly type: number; readonly array: number }>>;
}

/** The type of the column `a` below its domains, if it is of one, and what these add. */
const BELOW_DOMAINS = `WITH RECURSIVE up (type, modifier, "notNull", "hasDefault", depth) AS (
           SELECT a.atttypid, a.atttypmod, false, false, 0
           UNION ALL SELECT t.typbasetype, t.typtypmod, up."notNull" OR t.typnotnull, up."hasDefault" OR t.typdefault IS NOT NULL, up.depth + 1
           FROM up JOIN pg_type t ON t.oid = up.type AND t.typtype = 'd')
         SELECT * FROM up ORDER BY depth DESC LIMIT 1`;

/** Tables (and partitioned ones, and views of either kind) that have a vector column, or that VSM made. */
export async function listVectorTables(connection: Connection, schema: string): Promise<string[]> {
  const rows = await connection.run<{ name: string }>(
    `cannot list the tables of schema "${schema}"`,
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
       AND (obj_description(c.oid, 'pg_class') LIKE '{"vsm":1%' OR EXISTS (
         SELECT FROM pg_attribute a CROSS JOIN LATERAL (${BELOW_DOMAINS}) b JOIN pg_type t ON t.oid = b.type
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (t.typname IN ('vector', 'halfvec', 'sparsevec')
           OR t.typname = 'bit' AND (b.modifier >= 64 OR a.attname ~* 'embedding|vector'))))
     ORDER BY 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

export interface OpenOptions {
  readonly columns: GivenChoices;
  /** Take what row security lets the role see for all there is. */
  readonly visibleRowsOnly: boolean;
}

interface TableRow {
  readonly oid: string;
  readonly kind: Origin['kind'];
  readonly comment: string | null;
  readonly children: number;
  readonly floatDigits: number;
}

/** `undefined` where there is no such table. */
export async function readTable(
  connection: Connection,
  schema: string,
  name: string,
  options: OpenOptions,
): Promise<Table | undefined> {
  const what = `cannot open table "${name}"`;
  const [found] = await connection.run<TableRow>(
    what,
    `SELECT c.oid::text AS oid, c.relkind::text AS kind, obj_description(c.oid, 'pg_class') AS comment,
       (WITH RECURSIVE below (oid) AS (SELECT c.oid UNION SELECT i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.oid)
        SELECT count(*)::int - 1 FROM below) AS children,
       current_setting('extra_float_digits')::int AS "floatDigits"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')`,
    [schema, name],
  );
  if (found === undefined) return undefined;
  const [origin, columns, keys, extension] = await Promise.all([
    originOf(connection, name, found, options),
    readColumns(connection, what, found.oid),
    readKeys(connection, what, found.oid),
    readExtension(connection),
  ]);
  const { kind, children } = origin;
  const manifest = readManifest(found.comment);
  const facts = {
    columns,
    // A key of a parent says nothing about the rows of its children, unless these are partitions.
    keys: kind === 'r' && children > 0 ? [] : keys,
    hasRowPlaces: kind !== 'v',
    severalTables: kind === 'p' || children > 0,
  };
  const layout = understandTable(facts, manifest, options.columns);
  if (typeof layout === 'string') {
    throw new VsmError('INVALID_DATA', `pgvector: table "${name}" cannot be read as a collection: ${layout}`, {
      adapter: 'pgvector',
    });
  }
  if (found.floatDigits < 1 && layout.fields.some(isFloatColumn)) throw roundedFloats(name, found.floatDigits);
  const path = `${identifier(schema)}.${identifier(name)}`;
  return { oid: found.oid, schema, name, path, origin, layout, manifest, extension };
}

async function originOf(
  connection: Connection,
  name: string,
  { oid, kind, children }: TableRow,
  { visibleRowsOnly }: OpenOptions,
): Promise<Origin> {
  const notes: string[] = [];
  const hidden = await hiddenRows(connection, name, oid);
  if (hidden !== undefined && !visibleRowsOnly) throw rowsAreHidden(name, hidden);
  if (hidden !== undefined)
    notes.push(`row security hides rows from the role "${hidden.role}": only those it sees are read`);
  const behind = kind === 'v' ? await securedBehind(connection, name, oid) : [];
  if (behind.length > 0) {
    const tables = behind.map((table) => `"${table}"`).join(', ');
    notes.push(`the view reads ${tables}, where row security may hide rows from it`);
  }
  if (kind === 'r' && children > 0) {
    notes.push(
      `the rows of ${children} tables that inherit from it are read too; nothing can be written to such a family`,
    );
  }
  return { kind, children, notes };
}

function roundedFloats(name: string, digits: number): VsmError {
  return new VsmError(
    'INVALID_OPTIONS',
    `pgvector: cannot open "${name}": the connection prints floating-point columns rounded (extra_float_digits is ${digits}). ` +
      'Set it to 1 for the role: ALTER ROLE … SET extra_float_digits = 1.',
    { adapter: 'pgvector' },
  );
}

function readColumns(connection: Connection, what: string, table: string): Promise<Column[]> {
  return connection.run<Column>(
    what,
    // A column of a domain is taken for one of the type below it. format_type with a modifier of -1 gives the bare type; without
    // one, "bit" would mean a single bit.
    `SELECT a.attname AS name, format_type(b.type, b.modifier) AS type, format_type(b.type, -1) AS base,
       a.attnotnull OR b."notNull" AS "notNull", a.atthasdef OR a.attidentity <> '' OR b."hasDefault" AS "hasDefault", a.attgenerated <> '' AS generated,
       a.attidentity::text AS identity,
       COALESCE(a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) AS serial,
       EXISTS (SELECT FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
         WHERE x.indrelid = a.attrelid AND a.attnum = ANY (x.indkey::int2[]) AND m.amname IN ('hnsw', 'ivfflat')) AS searched
     FROM pg_attribute a
       CROSS JOIN LATERAL (${BELOW_DOMAINS}) b
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [table],
  );
}

/** Unique indexes over whole columns and all rows, the primary key first. Only these can say which row is replaced. */
async function readKeys(connection: Connection, what: string, table: string): Promise<UniqueKey[]> {
  const rows = await connection.run<{ primary: boolean; columns: string }>(
    what,
    `SELECT x.indisprimary AS primary, array_to_json(ARRAY(SELECT a.attname FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (number, place)
         JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
         WHERE k.place <= x.indnkeyatts ORDER BY k.place))::text AS columns
     FROM pg_index x WHERE x.indrelid = $1::oid AND x.indisunique AND x.indimmediate AND x.indisvalid
       AND x.indpred IS NULL AND x.indexprs IS NULL ORDER BY x.indisprimary DESC, x.indexrelid`,
    [table],
  );
  return rows.map(({ primary, columns }) => ({ primary, columns: JSON.parse(columns) as string[] }));
}

/** `undefined` where the extension is not in this database. */
export async function readExtension(connection: Connection): Promise<Extension | undefined> {
  const rows = await connection.run<{ schema: string; version: string; type: string; oid: string; array: string }>(
    'cannot look for the extension "vector"',
    `SELECT n.nspname AS schema, e.extversion AS version, t.typname AS type, t.oid::text AS oid, t.typarray::text AS array
     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       JOIN pg_type t ON t.typnamespace = e.extnamespace AND t.typname IN ('vector', 'sparsevec')
     WHERE e.extname = 'vector'`,
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const oids = rows.map(({ type, oid, array }) => [type, { type: Number(oid), array: Number(array) }] as const);
  return { schema: first.schema, version: first.version, oids: Object.fromEntries(oids) };
}
