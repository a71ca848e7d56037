import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { capabilities, capabilitiesOfVersion, snapshotCapabilities } from './capabilities.ts';
import { listVectorTables, readExtension, readTable } from './catalog.ts';
import { pgCollection } from './collection.ts';
import { connect } from './client.ts';
import { createTable } from './create-table.ts';
import { identifyTable } from './identity.ts';
import { choicesOf, choicesOfCall, locationOf, type PgvectorOptions } from './options.ts';
import { roomOf } from './room.ts';
import { identifier } from './sql.ts';

/**
 * Tables with a vector column, in one schema of one database.
 * @throws VsmError with code `INVALID_OPTIONS` unless exactly one of `url`, `dataDir` and `client` is given
 */
export function createPgvector(options: PgvectorOptions): DisposableStore {
  const location = locationOf(options);
  const schema = options.schema ?? 'public';
  const connection = connect(options);
  const facts = options.snapshot === true ? snapshotCapabilities : capabilities;
  const list = async (): Promise<string[]> => (connection.exists() ? listVectorTables(connection, schema) : []);

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'pgvector',
    location,
    capabilities: facts,
    async effectiveCapabilities() {
      if (!connection.exists()) return facts;
      return capabilitiesOfVersion(facts, (await readExtension(connection))?.version);
    },
    async listCollections() {
      return list();
    },
    async createCollection(wanted) {
      return createTable(connection, schema, wanted);
    },
    async openCollection(name, callOptions) {
      const { visibleRowsOnly = false } = options;
      const columns = { ...choicesOfCall(callOptions), ...choicesOf(options) };
      const table = connection.exists()
        ? await readTable(connection, schema, name, { columns, visibleRowsOnly })
        : undefined;
      if (table === undefined) throw collectionNotFound('pgvector', name, location);
      return { ...pgCollection(connection, table), identify: () => identifyTable(connection, table, options) };
    },
    room: (wanted) => roomOf(wanted, options.dataDir),
    async dropCollection(name) {
      if (!connection.exists()) return;
      await connection.run(
        `cannot drop table "${name}"`,
        `DROP TABLE IF EXISTS ${identifier(schema)}.${identifier(name)}`,
      );
    },
    async close() {
      await connection.close();
    },
  });
}
