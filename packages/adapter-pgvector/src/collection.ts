import type { CollectionV1, CountRequest } from '@vsm/core/adapter';
import { dropIndexes, rebuildIndexes, searchIndexes } from './bulk-load.ts';
import type { Table } from './catalog.ts';
import type { Connection } from './connection.ts';
import { describeTable } from './describe.ts';
import { toCondition } from './filter.ts';
import { compareKey, idIsOneOf, parseCursor } from './key.ts';
import { keyOfRow, selectList, toRecord, type Row } from './mapping.ts';
import { inRange, keyRanges } from './partition.ts';
import { search } from './query.ts';
import { identifier, Parameters, where } from './sql.ts';
import { writeRecords } from './write.ts';

export function pgCollection(connection: Connection, table: Table): CollectionV1 {
  const { name, path, layout } = table;
  const order = layout.key.map(({ expression }) => expression).join(', ');
  const inNamespace = (namespace: string | undefined, parameters: Parameters): string[] => {
    const { namespace: column } = layout;
    if (namespace === undefined || (column === undefined && namespace === '')) return [];
    if (column === undefined) return ['false'];
    const text = column.base === 'text' ? identifier(column.name) : `${identifier(column.name)}::text`;
    const equal = `${text} = ${parameters.add(namespace)}::text`;
    return [namespace === '' && !column.notNull ? `${equal} OR ${text} IS NULL` : equal];
  };
  const selected = (request: CountRequest | undefined, parameters: Parameters): string[] => {
    const condition = request?.filter === undefined ? undefined : toCondition(request.filter, layout, parameters);
    return [...inNamespace(request?.namespace, parameters), ...(condition === undefined ? [] : [condition])];
  };
  const withIds = (ids: readonly string[], namespace: string | undefined, parameters: Parameters): string =>
    where([idIsOneOf(ids, layout.id, parameters), ...inNamespace(namespace ?? '', parameters)]);

  return {
    name,
    describe() {
      return describeTable(connection, table);
    },
    async count(request) {
      const parameters = new Parameters();
      const [row] = await connection.run<{ n: string }>(
        `cannot count "${name}"`,
        `SELECT count(*)::text AS n FROM ${path} AS t${where(selected(request, parameters))}`,
        parameters.values,
      );
      return { value: Number(row?.n ?? 0), exact: true };
    },
    async listNamespaces() {
      if (layout.namespace === undefined) return [''];
      const rows = await connection.run<{ n: string }>(
        `cannot list the namespaces of "${name}"`,
        `SELECT DISTINCT COALESCE(${identifier(layout.namespace.name)}::text, '') AS n FROM ${path} AS t ORDER BY 1`,
      );
      return rows.map(({ n }) => n);
    },
    partition(target, request) {
      const parameters = new Parameters();
      return keyRanges(connection, table, target, selected(request, parameters), parameters);
    },
    async scan({ cursor, limit, include, partition, ...request }) {
      const parameters = new Parameters();
      const conditions = [...selected(request, parameters), ...inRange(partition, table, parameters)];
      if (cursor !== undefined) {
        conditions.push(compareKey(layout.key, '>', parseCursor(cursor, layout.key), parameters));
      }
      const rows = await connection.run<Row>(
        `cannot read "${name}"`,
        `SELECT ${selectList(layout, include)} FROM ${path} AS t${where(conditions)} ORDER BY ${order} LIMIT ${parameters.add(limit)}::int`,
        parameters.values,
      );
      const last = rows.at(-1);
      return {
        records: rows.map((row) => toRecord(row, layout)),
        cursor: last === undefined || rows.length < limit ? null : JSON.stringify(keyOfRow(last, layout)),
      };
    },
    upsert(records, options) {
      return writeRecords(connection, table, records, options?.mode === 'insert-only');
    },
    async fetch(ids, options) {
      const parameters = new Parameters();
      const rows = await connection.run<Row>(
        `cannot fetch from "${name}"`,
        `SELECT ${selectList(layout, ['vectors', 'metadata'])} FROM ${path} AS t${withIds(ids, options?.namespace, parameters)}`,
        parameters.values,
      );
      return rows.map((row) => toRecord(row, layout));
    },
    async delete(ids, options) {
      const parameters = new Parameters();
      await connection.run(
        `cannot delete from "${name}"`,
        `DELETE FROM ${path} AS t${withIds(ids, options?.namespace, parameters)}`,
        parameters.values,
      );
    },
    query(request) {
      return search(connection, table, request, (parameters) => selected(request, parameters));
    },
    prepareBulkLoad() {
      return searchIndexes(connection, table);
    },
    beginBulkLoad(token) {
      return dropIndexes(connection, table, token);
    },
    endBulkLoad(token) {
      return rebuildIndexes(connection, table, token);
    },
  };
}
