import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import { collectionNotFound, guardStore, type VectorStoreV1 } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { openTable } from './collection.ts';
import { isNotFound, toVsmError } from './errors.ts';
import { newSchema } from './layout.ts';
import { checkName, checkOptions, type LanceDbOptions } from './options.ts';

/** Tables of a LanceDB directory or bucket. */
export function createLanceDb(options: LanceDbOptions): VectorStoreV1 {
  const checked = checkOptions(options);
  const { uri = '', storageOptions } = checked;
  const where = checked.connection?.display() ?? (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? uri : resolve(uri));
  let connecting: Promise<Connection> | undefined;
  const closers = new Set<() => void>();

  const connect = async (): Promise<Connection> => {
    if (checked.connection !== undefined) return checked.connection;
    connecting ??= open(where, storageOptions).catch((cause: unknown) => {
      connecting = undefined;
      throw toVsmError(cause, `open ${where}`);
    });
    return connecting;
  };
  // Connecting to a folder makes it, and whoever only reads must leave nothing behind.
  const isAbsent = (): boolean => checked.connection === undefined && !where.includes('://') && !existsSync(where);
  const tableNames = async (): Promise<string[]> => {
    if (isAbsent()) return [];
    const connection = await connect();
    const names: string[] = [];
    // A listing comes in pages of 100 where nothing is said.
    for (let page = await connection.tableNames({ limit: 1000 }); page.length > 0;) {
      names.push(...page);
      page = await connection.tableNames({ limit: 1000, startAfter: page.at(-1) ?? '' });
    }
    return names;
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'lancedb',
    location: `lancedb:${where}`,
    capabilities,
    async listCollections() {
      try {
        return (await tableNames()).toSorted();
      } catch (cause) {
        throw toVsmError(cause, `list the tables of ${where}`);
      }
    },
    async createCollection(schema) {
      checkName(schema.name);
      try {
        const table = await (await connect()).createEmptyTable(schema.name, newSchema(schema));
        table.close();
        return [];
      } catch (cause) {
        throw toVsmError(cause, `create table "${schema.name}" in ${where}`);
      }
    },
    async openCollection(name) {
      if (isAbsent()) throw collectionNotFound('lancedb', name, where);
      try {
        const { collection, close } = await openTable(await connect(), name, checked);
        closers.add(close);
        return collection;
      } catch (cause) {
        if (!isNotFound(cause)) throw toVsmError(cause, `open table "${name}" in ${where}`);
        throw collectionNotFound('lancedb', name, where, await tableNames(), cause);
      }
    },
    async dropCollection(name) {
      if (isAbsent()) return;
      try {
        await (await connect()).dropTable(name);
      } catch (cause) {
        if (!isNotFound(cause)) throw toVsmError(cause, `drop table "${name}" in ${where}`);
      }
    },
    async close() {
      for (const close of closers) close();
      closers.clear();
      if (checked.connection === undefined) (await connecting)?.close();
    },
  });
}

/** Loaded only now: the engine is a native library of 155 MB. */
async function open(uri: string, storageOptions: LanceDbOptions['storageOptions']): Promise<Connection> {
  const lancedb = await import('@lancedb/lancedb');
  return lancedb.connect(uri, {
    // Every read looks for newer versions first: what another connection wrote is seen at once.
    readConsistencyInterval: 0,
    ...(storageOptions !== undefined && { storageOptions: { ...storageOptions } }),
  });
}
