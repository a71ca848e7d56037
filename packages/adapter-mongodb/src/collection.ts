import type { CollectionV1 } from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { describeLayout } from './describe.ts';
import { openLayout } from './layout.ts';
import type { Settings } from './options.ts';
import { nearest } from './query.ts';
import { countDocuments, fetchRecords, partition, scanPage, witness, type Reading } from './read.ts';
import { listSearchIndexes } from './search-indexes.ts';
import { witnessRecords } from './witness-records.ts';
import { witnessValues } from './witness-values.ts';
import { deleteRecords, unwritable, writeRecords, type WritingMemory } from './write.ts';

/** An opened collection. A description looks at it again, a query at its search indexes, which others make and drop. */
export async function openCollection(connection: Connection, name: string, settings: Settings): Promise<CollectionV1> {
  const memory: WritingMemory = { mostlyNew: true };
  let layout = await openLayout(connection, name, settings);
  const reading = (): Reading => ({ connection, layout });
  return {
    name,
    async describe() {
      layout = await openLayout(connection, name, settings);
      return describeLayout(reading());
    },
    // The server gives each collection a number of its own.
    identify: async () => layout.uuid,
    count: (request) => countDocuments(reading(), request),
    witness: () => witness(reading()),
    witnessValues: () => witnessValues(reading()),
    witnessRecords: (request) => witnessRecords(reading(), request),
    partition: (target) => partition(reading(), target),
    scan: (request) => scanPage(reading(), request),
    upsert: (records, options) => writeRecords(reading(), records, options?.mode === 'insert-only', memory),
    wouldReject: (records) => unwritable(reading(), records),
    fetch: (ids) => fetchRecords(reading(), ids),
    delete: (ids) => deleteRecords(reading(), ids),
    async query(request) {
      const indexes = await listSearchIndexes(connection, name);
      return nearest({ connection, layout: { ...layout, indexes } }, request);
    },
  };
}
