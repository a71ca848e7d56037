import { VsmError, type CollectionV1 } from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { countByIndex, describeLayout } from './describe.ts';
import { KeyPages } from './keys.ts';
import { openLayout, type Layout } from './layout.ts';
import type { Settings } from './options.ts';
import { nearest } from './query.ts';
import { countKeys, fetchRecords, scanPage, type Reading } from './read.ts';
import { witnessRecords } from './witness-records.ts';
import { deleteRecords, unwritable, writeRecords } from './write.ts';

/** An opened collection. Its index is looked at again where others may have changed it. */
export async function openCollection(connection: Connection, name: string, settings: Settings): Promise<CollectionV1> {
  const { expires } = settings;
  let layout = await openLayout(connection, name, settings);
  const reading = (): Reading => ({ connection, layout, expires });
  const again = async (): Promise<Layout> => (layout = await openLayout(connection, name, settings));
  /** One that is being built, or was before the first query, is looked at again. */
  let knowsIndex = false;
  const pages = new KeyPages(connection, layout);
  return {
    name,
    async describe() {
      await again();
      return describeLayout(reading());
    },
    async identify() {
      const { data } = await connection.facts();
      return `${data} ${connection.db} ${JSON.stringify(layout.prefixes)}`;
    },
    count: () => countKeys(connection, layout),
    witness: async () => countByIndex(await again()),
    witnessRecords: (request) => witnessRecords(reading(), request),
    scan: (request) => scanPage(reading(), pages, request),
    upsert: (records, options) => writeRecords(reading(), records, options?.mode === 'insert-only'),
    wouldReject: async (records) => unwritable(reading(), records),
    fetch: (ids) => fetchRecords(reading(), ids),
    delete: (ids) => deleteRecords(reading(), ids),
    async query(request) {
      if (!knowsIndex) await again();
      knowsIndex = layout.index?.busy !== true;
      try {
        return await nearest(reading(), request);
      } catch (error) {
        // Somebody dropped the index meanwhile.
        if (!VsmError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
        await again();
        return nearest(reading(), request);
      }
    },
  };
}
