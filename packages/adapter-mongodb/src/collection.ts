import type { CollectionV1 } from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { describeLayout } from './describe.ts';
import { openLayout } from './layout.ts';
import type { Settings } from './options.ts';
import { nearest } from './query.ts';
import { countDocuments, fetchRecords, partition, scanPage, witness, type Reading } from './read.ts';
import { witnessValues } from './witness-values.ts';
import { deleteRecords, writeRecords, type WritingMemory } from './write.ts';

/** An opened collection. Its indexes are looked at again where others may have changed them. */
export async function openCollection(connection: Connection, name: string, settings: Settings): Promise<CollectionV1> {
  const memory: WritingMemory = { mostlyNew: true };
  let layout = await openLayout(connection, name, settings);
  const reading = (): Reading => ({ connection, layout });
  const again = async (): Promise<Reading> => {
    layout = await openLayout(connection, name, settings);
    return reading();
  };
  return {
    name,
    describe: async () => describeLayout(await again()),
    // The server gives each collection a number of its own.
    identify: async () => layout.uuid,
    count: () => countDocuments(reading()),
    witness: () => witness(reading()),
    witnessValues: () => witnessValues(reading()),
    partition: (target) => partition(reading(), target),
    scan: (request) => scanPage(reading(), request),
    upsert: (records, options) => writeRecords(reading(), records, options?.mode === 'insert-only', memory),
    fetch: (ids) => fetchRecords(reading(), ids),
    delete: (ids) => deleteRecords(reading(), ids),
    query: async (request) => nearest(await again(), request),
  };
}
