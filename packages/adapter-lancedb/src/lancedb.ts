import { join, resolve } from 'node:path';
import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { freeDisk, identityOf } from '@vsm/core/files';
import { capabilities } from './capabilities.ts';
import { createClient } from './client.ts';
import { openTable } from './collection.ts';
import { isNotFound, toVsmError } from './errors.ts';
import { checkName, checkOptions, type LanceDbOptions } from './options.ts';
import { linksOf } from './indexes.ts';
import { newSchema } from './schema.ts';
import { TableLock } from './table-lock.ts';

/** Tables of a LanceDB directory or bucket. */
export function createLanceDb(options: LanceDbOptions): DisposableStore {
  const checked = checkOptions(options);
  const { uri = '', takeOver = false } = checked;
  const where = whereIs(checked.connection?.display(), uri);
  const client = createClient(where, checked);
  const closers = new Set<() => Promise<void>>();
  const attempt = async <Result>(attempted: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (cause) {
      throw toVsmError(cause, attempted);
    }
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'lancedb',
    location: `lancedb:${where}`,
    capabilities,
    async listCollections() {
      return attempt(`list the tables of ${where}`, async () => (await client.tableNames()).toSorted());
    },
    async createCollection(schema) {
      checkName(schema.name);
      return attempt(`create table "${schema.name}" in ${where}`, async () => {
        const table = await (await client.connect()).createEmptyTable(schema.name, newSchema(schema));
        table.close();
        return [];
      });
    },
    async openCollection(name) {
      if (client.isAbsent()) throw collectionNotFound('lancedb', name, where);
      try {
        const writing = new TableLock(where, client.folder, name, takeOver);
        const { collection, close } = await openTable(await client.connect(), name, checked, writing);
        closers.add(close);
        const { folder } = client;
        // Of a bucket one knows the name alone, which two services may have.
        if (folder === undefined) return collection;
        return { ...collection, identify: () => identityOf(join(folder, `${name}.lance`)) };
      } catch (cause) {
        if (!isNotFound(cause)) throw toVsmError(cause, `open table "${name}" in ${where}`);
        throw collectionNotFound('lancedb', name, where, cause);
      }
    },
    async room(schema) {
      const { folder } = client;
      return { graphLinks: linksOf(schema), freeDiskBytes: folder === undefined ? undefined : await freeDisk(folder) };
    },
    async dropCollection(name) {
      if (client.isAbsent()) return;
      try {
        await (await client.connect()).dropTable(name);
      } catch (cause) {
        if (!isNotFound(cause)) throw toVsmError(cause, `drop table "${name}" in ${where}`);
      }
    },
    async close() {
      for (const close of closers) await close();
      closers.clear();
      await client.close();
    },
  });
}

/** A connection tells its place in the middle of `ListingDatabase(uri=/data, read_consistency_interval=None)`. */
function whereIs(display: string | undefined, uri: string): string {
  const place = display === undefined ? uri : (/\(uri=([^,)]*)/.exec(display)?.[1] ?? display);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) ? place : resolve(place);
}
