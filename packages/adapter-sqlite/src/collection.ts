import { collectionNotFound, rejectedRows, type CollectionV1, type JsonValue } from '@vsm/core/adapter';
import { listTables, readVectorIndexes } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import type { ColumnChoices } from './options.ts';
import { nearest } from './query.ts';
import { countRows, fetchRecords, keyRanges, listNamespaces, scanPage } from './read.ts';
import { describeTable } from './describe.ts';
import { readTable } from './read-table.ts';
import type { Table } from './table.ts';
import { witnessValues } from './witness-values.ts';
import { countPastKeys } from './witness.ts';
import { deleteRecords, toRow, writeRecords } from './write.ts';

/** An opened table. It is looked at again where its indexes may have changed. */
export async function openTable(
  client: Client,
  name: string,
  where: string,
  { choices, namespaces }: { readonly choices: ColumnChoices; readonly namespaces: boolean },
): Promise<CollectionV1> {
  const open = async (): Promise<Table> => {
    const found = await readTable(client, name, choices);
    if (found !== undefined) return found;
    throw collectionNotFound('sqlite', name, where, client.exists() ? await listTables(client) : []);
  };
  let table = await open();
  return {
    name,
    async describe() {
      table = await open();
      return describeTable(client, table);
    },
    async count(request = {}) {
      return { value: await countRows(client, table, request), exact: true };
    },
    ...(namespaces && { listNamespaces: () => listNamespaces(client, table) }),
    witness: () => countPastKeys(client, table),
    witnessValues: () => witnessValues(client, table),
    partition: (target, request = {}) => keyRanges(client, table, target, request),
    scan: (request) => scanPage(client, table, request),
    upsert: (records, options) => writeRecords(client, table, records, options?.mode === 'insert-only'),
    wouldReject: async (records) => rejectedRows(records, (record) => toRow(record, table)),
    fetch: (ids, options) => fetchRecords(client, table, ids, options?.namespace ?? ''),
    delete: (ids, options) => deleteRecords(client, table, ids, options?.namespace ?? ''),
    async query(request) {
      if (client.engine === 'libsql') table = await open();
      return nearest(client, table, request);
    },
    ...(client.engine === 'libsql' && bulkLoad(client, name)),
  };
}

interface IndexDefinition {
  readonly name: string;
  readonly sql: string;
}

/** Under its vector index, libSQL writes a hundredth of the rows a second. */
function bulkLoad(
  client: Client,
  table: string,
): Required<Pick<CollectionV1, 'prepareBulkLoad' | 'beginBulkLoad' | 'endBulkLoad'>> {
  return {
    async prepareBulkLoad() {
      return (await readVectorIndexes(client, table)).map(({ name, sql }) => ({ name, sql }));
    },
    async beginBulkLoad(token) {
      const statements = definitions(token).map(({ name }) => `DROP INDEX IF EXISTS ${identifier(name)}`);
      await client.write(
        `cannot drop the vector indexes of "${table}"`,
        statements.map((sql) => ({ sql, parameters: [] })),
      );
    },
    async endBulkLoad(token) {
      const there = new Set((await readVectorIndexes(client, table)).map(({ name }) => name));
      const missing = definitions(token).filter(({ name }) => !there.has(name));
      await client.write(
        `cannot build the vector indexes of "${table}"`,
        missing.map(({ sql }) => ({ sql, parameters: [] })),
      );
    },
  };
}

function definitions(token: JsonValue): readonly IndexDefinition[] {
  return Array.isArray(token) ? token.filter(isDefinition) : [];
}

function isDefinition(value: unknown): value is IndexDefinition {
  return typeof value === 'object' && value !== null && 'name' in value && 'sql' in value;
}
