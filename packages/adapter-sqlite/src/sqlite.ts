import { resolve } from 'node:path';
import { guardStore, type VectorStoreV1 } from '@vsm/core/adapter';
import { capabilitiesOf } from './capabilities.ts';
import { listTables } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import { openTable } from './collection.ts';
import { sqliteError } from './errors.ts';
import { openFile } from './file-client.ts';
import { openLibsql } from './libsql-client.ts';
import { freeDisk, identityOf } from '@vsm/core/files';
import { checkOptions, isLibsql, locationOf, type SqliteOptions } from './options.ts';
import { checkName, plainTable, vec0Table } from './create-table.ts';

/** The tables of a SQLite file, or of a libSQL database such as Turso's. */
export function createSqlite(options: SqliteOptions): VectorStoreV1 {
  const checked = checkOptions(options);
  const location = locationOf(checked);
  const capabilities = capabilitiesOf(checked);
  const client = clientFor(checked);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'sqlite',
    location,
    capabilities,
    async listCollections() {
      return client.exists() ? listTables(client) : [];
    },
    async createCollection(schema) {
      checkName(schema.name);
      const what = `cannot create table "${schema.name}"`;
      const vec0 = checked.tables === 'vec0';
      if (vec0 && !(client.exists() ? await client.hasVec() : await canLoadVec())) {
        throw sqliteError('UNSUPPORTED', `${what}: vec0 tables need sqlite-vec: npm install sqlite-vec`);
      }
      const { statements, warnings } = vec0
        ? vec0Table(schema)
        : plainTable(schema, client.engine === 'libsql' && checked.vectorIndex !== false);
      await client.write(
        what,
        statements.map((sql) => ({ sql, parameters: [] })),
      );
      return warnings;
    },
    async openCollection(name) {
      const table = await openTable(client, name, location, { choices: checked, namespaces: capabilities.namespaces });
      const { path } = checked;
      // Where a server or a client of the user's keeps it cannot be told.
      if (path === undefined) return table;
      return { ...table, identify: async () => `${await identityOf(resolve(path))} ${name}` };
    },
    async room() {
      const { path, vectorIndex = true } = checked;
      return {
        // The index of libSQL is a graph of another kind, whose size it does not tell.
        graphLinks: client.engine === 'libsql' && vectorIndex ? undefined : 0,
        freeDiskBytes: path === undefined ? undefined : await freeDisk(path),
      };
    },
    async dropCollection(name) {
      if (!client.exists()) return;
      const what = `cannot drop table "${name}"`;
      const found = await client.read(what, `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`, [name]);
      if (found.length > 0) await client.write(what, [{ sql: `DROP TABLE ${identifier(name)}`, parameters: [] }]);
    },
    close: () => client.close(),
  });
}

async function canLoadVec(): Promise<boolean> {
  return import('sqlite-vec').then(
    () => true,
    () => false,
  );
}

function clientFor(options: SqliteOptions): Client {
  const { path, url, client, authToken, snapshot = false } = options;
  if (path !== undefined) return isLibsql(options) ? openLibsql({ path }) : openFile(path, snapshot);
  if (client !== undefined) return openLibsql({ client });
  const token = authToken ?? process.env['TURSO_AUTH_TOKEN'] ?? process.env['LIBSQL_AUTH_TOKEN'];
  return openLibsql({ url: url ?? '', authToken: token });
}
