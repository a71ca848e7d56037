import type { CountRequest, ScanPage, ScanRequest, VectorRecord } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { toCondition } from './filter.ts';
import { compareKey, idIsOneOf, parseCursor } from './key.ts';
import { keyOfRow, selectList, toRecord, type Row } from './mapping.ts';
import type { OlderRows } from './older-rows.ts';
import { inRange } from './partition.ts';
import { identifier, Parameters, where } from './sql.ts';

/** Conditions for the rows of a request, as the database can tell them. */
export function selected({ layout }: Table, request: CountRequest | undefined, parameters: Parameters): string[] {
  const condition = request?.filter === undefined ? undefined : toCondition(request.filter, layout, parameters);
  return [...inNamespace(layout, request?.namespace, parameters), ...(condition === undefined ? [] : [condition])];
}

function inNamespace(
  { namespace: column }: Table['layout'],
  namespace: string | undefined,
  parameters: Parameters,
): string[] {
  if (namespace === undefined || (column === undefined && namespace === '')) return [];
  if (column === undefined) return ['false'];
  const text = column.base === 'text' ? identifier(column.name) : `${identifier(column.name)}::text`;
  const equal = `${text} = ${parameters.add(namespace)}::text`;
  return [namespace === '' && !column.notNull ? `${equal} OR ${text} IS NULL` : equal];
}

export function withIds(
  { layout }: Table,
  ids: readonly string[],
  namespace: string | undefined,
  parameters: Parameters,
): string {
  return where([idIsOneOf(ids, layout.id, parameters), ...inNamespace(layout, namespace ?? '', parameters)]);
}

export async function countRows(
  connection: Connection,
  table: Table,
  request: CountRequest | undefined,
): Promise<{ value: number; exact: boolean }> {
  const parameters = new Parameters();
  const [row] = await connection.run<{ n: string }>(
    `cannot count "${table.name}"`,
    `SELECT count(*)::text AS n FROM ${table.path} AS t${where(selected(table, request, parameters))}`,
    parameters.values,
  );
  return { value: Number(row?.n ?? 0), exact: true };
}

export async function listNamespaces(connection: Connection, { name, path, layout }: Table): Promise<string[]> {
  if (layout.namespace === undefined) return [''];
  const rows = await connection.run<{ n: string }>(
    `cannot list the namespaces of "${name}"`,
    `SELECT DISTINCT ${connection.asText(`COALESCE(${identifier(layout.namespace.name)}::text, '')`)} AS n FROM ${path} AS t ORDER BY 1`,
  );
  return rows.map(({ n }) => n);
}

/** Reads one page in the order of the key, after the key in the cursor. */
export async function scanPage(
  connection: Connection,
  table: Table,
  request: ScanRequest,
  older: OlderRows | undefined,
): Promise<ScanPage> {
  const { name, path, layout } = table;
  const { cursor, limit, include, partition } = request;
  const order = layout.key.map(({ expression }) => expression).join(', ');
  const parameters = new Parameters();
  const conditions = [...selected(table, request, parameters), ...inRange(partition, table, parameters)];
  if (cursor !== undefined) {
    conditions.push(compareKey(layout.key, '>', parseCursor(cursor, layout.key), parameters));
  }
  const rows = await connection.run<Row>(
    `cannot read "${name}"`,
    `SELECT ${selectList(layout, include, connection.asText)} FROM ${path} AS t${where(conditions)} ORDER BY ${order} LIMIT ${parameters.add(limit)}::int`,
    parameters.values,
  );
  const last = rows.at(-1);
  const replaced = await older?.onPage(rows.map(numberOf), {
    part: JSON.stringify([partition?.id, request.namespace, request.filter], (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    ),
    fresh: cursor === undefined,
    within: (added) => selected(table, { namespace: request.namespace }, added),
    told: (added) => selected(table, { filter: request.filter }, added),
  });
  return {
    records: rows.map((row) => marked(row, layout, replaced)),
    cursor: last === undefined || rows.length < limit ? null : JSON.stringify(keyOfRow(last, layout)),
  };
}

export async function fetchRecords(
  connection: Connection,
  table: Table,
  ids: readonly string[],
  namespace: string | undefined,
  older: OlderRows | undefined,
): Promise<VectorRecord[]> {
  const parameters = new Parameters();
  const rows = await connection.run<Row>(
    `cannot fetch from "${table.name}"`,
    `SELECT ${selectList(table.layout, ['vectors', 'metadata'], connection.asText)} FROM ${table.path} AS t${withIds(table, ids, namespace, parameters)}`,
    parameters.values,
  );
  const replaced = await older?.of(rows.map(numberOf));
  return rows.map((row) => marked(row, table.layout, replaced));
}

const numberOf = ({ k0 }: Row): string => k0 ?? '';

function marked(row: Row, layout: Table['layout'], replaced: ReadonlyMap<string, string> | undefined): VectorRecord {
  const record = toRecord(row, layout);
  const newer = replaced?.get(numberOf(row));
  if (newer === undefined) return record;
  return { ...record, superseded: `row ${newer} has the same ${layout.latest?.of.name} and is newer` };
}

export async function deleteRecords(
  connection: Connection,
  table: Table,
  ids: readonly string[],
  namespace: string | undefined,
): Promise<void> {
  const parameters = new Parameters();
  await connection.run(
    `cannot delete from "${table.name}"`,
    `DELETE FROM ${table.path} AS t${withIds(table, ids, namespace, parameters)}`,
    parameters.values,
  );
}
