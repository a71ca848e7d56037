import { rejectedRows, type CollectionV1 } from '@vsm/core/adapter';
import { dropIndexes, rebuildIndexes, searchIndexes } from './bulk-load.ts';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { complete, lacks } from './complete.ts';
import { OlderRows } from './older-rows.ts';
import { keyRanges } from './partition.ts';
import { search } from './query.ts';
import { countRows, deleteRecords, fetchRecords, listNamespaces, scanPage, selected } from './read.ts';
import { describeTable } from './schema.ts';
import { listScopes, makeScope } from './scopes.ts';
import { Parameters } from './sql.ts';
import { witnessRecords } from './witness-records.ts';
import { witnessValues } from './witness-values.ts';
import { countByHeap } from './witness.ts';
import { toRow, writeRecords } from './write.ts';

export function pgCollection(connection: Connection, table: Table): CollectionV1 {
  // Core ends a bulk load whatever happened, so without a signal; the one it began with says when nobody waits any more.
  let begunWith: AbortSignal | undefined;
  const { latest } = table.layout;
  const older = latest && new OlderRows(connection, table, latest);
  return {
    name: table.name,
    describe: () => describeTable(connection, table, older),
    count: (request) => countRows(connection, table, request),
    witness: () => countByHeap(connection, table),
    witnessValues: () => witnessValues(connection, table),
    witnessRecords: (request) => witnessRecords(connection, table, request),
    listNamespaces: () => listNamespaces(connection, table),
    partition(target, request) {
      const parameters = new Parameters();
      return keyRanges(connection, table, target, selected(table, request, parameters), parameters);
    },
    scan: (request) => scanPage(connection, table, request, older),
    upsert: (records, options) => writeRecords(connection, table, records, options?.mode === 'insert-only'),
    wouldReject: async (records) => rejectedRows(records, (record) => toRow(record, table)),
    fetch: (ids, options) => fetchRecords(connection, table, ids, options?.namespace, older),
    delete: (ids, options) => deleteRecords(connection, table, ids, options?.namespace),
    query: (request) => search(connection, table, request, (parameters) => selected(table, request, parameters)),
    listScopes: (path) => listScopes(connection, table, path),
    lacks: (schema) => lacks(connection, table, schema),
    complete: (schema, options) => complete(connection, table, schema, options),
    makeScope: (scope) => makeScope(connection, table, scope),
    prepareBulkLoad: () => searchIndexes(connection, table),
    beginBulkLoad(token, options) {
      begunWith = options?.signal;
      return dropIndexes(connection, table, token);
    },
    endBulkLoad(token, options) {
      const signal = options?.signal ?? begunWith;
      // Who asks for the end of a load that was aborted before wants its indexes all the same.
      return rebuildIndexes(connection, table, token, signal?.aborted === true ? undefined : signal);
    },
  };
}
