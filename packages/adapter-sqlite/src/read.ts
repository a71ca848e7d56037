import {
  keyRangeOf,
  worthwhileParts,
  type CountRequest,
  type KeyRange,
  type Partition,
  type ScanPage,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { identifier, marks, selected, textOf, type Client, type SqlValue, type Statement } from './client.ts';
import { toCondition } from './filter.ts';
import { compareKey, parsePlace, printPlace, splitId, type KeyPart } from './key.ts';
import { recordColumns, toRecord } from './mapping.ts';
import type { Table } from './table.ts';

/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_ROWS = 500;

interface Conditions {
  readonly texts: string[];
  readonly parameters: SqlValue[];
}

function where({ texts }: Conditions): string {
  return texts.length === 0 ? '' : ` WHERE ${texts.join(' AND ')}`;
}

/** Rows of the namespace that may match the filter: core looks at each again. */
export function conditionsOf({ namespace, filter }: CountRequest, table: Table): Conditions {
  const texts: string[] = [];
  const parameters: SqlValue[] = [];
  if (namespace !== undefined) {
    const column = table.namespace;
    if (column === undefined) texts.push(namespace === '' ? 'true' : 'false');
    else {
      texts.push(
        namespace === '' && !column.notNull
          ? `coalesce(t.${identifier(column.name)}, '') = ?`
          : `t.${identifier(column.name)} = ?`,
      );
      parameters.push(namespace);
    }
  }
  const condition = filter === undefined ? undefined : toCondition(filter, table);
  if (condition !== undefined) {
    texts.push(condition.sql);
    parameters.push(...condition.parameters);
  }
  return { texts, parameters };
}

/** Keys alone are read from where they lie, unless a condition wants the row. */
function source(table: Table, { texts }: Conditions): string {
  return texts.length === 0 ? table.keyFrom : table.from;
}

export async function countRows(client: Client, table: Table, request: CountRequest): Promise<number> {
  const conditions = conditionsOf(request, table);
  const sql = `SELECT count(*) AS n FROM ${source(table, conditions)}${where(conditions)}`;
  const [row] = await client.read(`cannot count the rows of "${table.name}"`, sql, conditions.parameters);
  return Number(row?.['n'] ?? 0);
}

export async function listNamespaces(client: Client, table: Table): Promise<string[]> {
  const column = table.namespace;
  if (column === undefined) return (await countRows(client, table, {})) > 0 ? [''] : [];
  const name = selected(`t.${identifier(column.name)}`, column.affinity, client);
  const rows = await client.read(
    `cannot list the namespaces of "${table.name}"`,
    `SELECT DISTINCT ${name} AS n FROM ${table.from}`,
  );
  return [...new Set(rows.map(({ n = null }) => String(textOf(n, column.affinity) ?? '')))].toSorted();
}

/** A page in the order of the key: a row that is there from beginning to end is read once, whatever happens to others. */
export async function scanPage(client: Client, table: Table, request: ScanRequest): Promise<ScanPage> {
  const { cursor, limit, include, partition } = request;
  const { texts, parameters } = conditionsOf(request, table);
  const { from, to } = partition === undefined ? {} : keyRangeOf<string>(partition, 'sqlite', table.name);
  for (const [operator, place] of [
    ['>=', from],
    ['<', to],
    ['>', cursor],
  ] as const) {
    if (place === undefined) continue;
    texts.push(compareKey(table.key, operator));
    parameters.push(...parsePlace(place, table.key, table.name));
  }
  const order = table.key.map(({ sql }) => sql).join(', ');
  const rows = await client.read(
    `cannot read table "${table.name}"`,
    `SELECT ${recordColumns(table, include, client)} FROM ${table.from}${where({ texts, parameters })} ORDER BY ${order} LIMIT ?`,
    [...parameters, BigInt(limit)],
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    records: rows.map((row) => toRecord(row, table)),
    cursor: last === undefined ? null : printPlace(last, table),
  };
}

/** Ranges of keys that hold about equally many rows. */
export async function keyRanges(
  client: Client,
  table: Table,
  target: number,
  request: CountRequest,
): Promise<Partition[]> {
  const conditions = conditionsOf(request, table);
  const total = await countRows(client, table, request);
  const size = Math.max(1, Math.ceil(total / worthwhileParts(target, total, LEAST_ROWS)));
  const order = table.key.map(({ sql }) => sql).join(', ');
  const keys = table.key.map(({ sql, affinity }, at) => `${selected(sql, affinity, client)} AS k${at}`).join(', ');
  const rows = await client.read(
    `cannot split table "${table.name}"`,
    `SELECT * FROM (SELECT ${keys}, row_number() OVER (ORDER BY ${order}) AS place FROM ${source(table, conditions)}${where(conditions)}) ` +
      `WHERE (place - 1) % ? = 0 ORDER BY place`,
    [...conditions.parameters, BigInt(size)],
  );
  const places = rows.map((row) => printPlace(row, table));
  const ranges =
    places.length === 0 ? [{}] : places.map((from, at) => ({ from: at === 0 ? undefined : from, to: places[at + 1] }));
  return ranges.map((range: KeyRange<string>, at) => ({
    id: JSON.stringify(range),
    estimatedCount: Math.min(size, total - at * size),
  }));
}

export async function fetchRecords(
  client: Client,
  table: Table,
  ids: readonly string[],
  namespace: string,
): Promise<VectorRecord[]> {
  const { texts, parameters } = conditionsOf({ namespace }, table);
  const found = idIsOneOf(ids, table.id);
  if (found === undefined) return [];
  const rows = await client.read(
    `cannot read from "${table.name}"`,
    `SELECT ${recordColumns(table, ['vectors', 'metadata'], client)} FROM ${table.from}${where({ texts: [...texts, found.sql], parameters })}`,
    [...parameters, ...found.parameters],
  );
  // A column that compares without case finds others too.
  const wanted = new Set(ids);
  return rows.map((row) => toRecord(row, table)).filter(({ id }) => wanted.has(id));
}

/** A condition on ids; those that no row can have are left out, `undefined` where none is left. */
export function idIsOneOf(ids: readonly string[], parts: readonly KeyPart[]): Statement | undefined {
  const values = ids.map((id) => splitId(id, parts)).filter((found) => found !== undefined);
  if (values.length === 0) return undefined;
  const [only] = parts;
  const sql =
    parts.length === 1 && only !== undefined
      ? `${only.sql} IN (${marks(values.length)})`
      : `(${parts.map((part) => part.sql).join(', ')}) IN (VALUES ${values.map(() => `(${marks(parts.length)})`).join(', ')})`;
  return { sql, parameters: values.flat() };
}
