// One process of a migration into a bucket: begins the run, or takes it up where the last process was killed.
import { createFile } from '@vsm/adapter-file';
import { fileCheckpoints, VectorStoreMigrator } from '@vsm/core';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf } from '../fingerprint/records.ts';
import { DIMENSION, recordsOf } from './versions.ts';

const [path = '', home = '', version = ''] = process.argv.slice(2);
const records = await filledMemory(recordsOf(Number(version)), schemaOf('euclidean', DIMENSION));
const migrator = new VectorStoreMigrator({
  // The same one for each process.
  source: { ...records, location: `memory:version-${version}` },
  // Whoever had it was killed for certain.
  target: createFile({ path, takeOver: true }),
  checkpoints: fileCheckpoints(`${home}/runs`, { takeOver: true }),
  validate: false,
});
const run = (await migrator.runs()).find(({ state }) => state === 'unfinished');
if (run === undefined) await migrator.migrate({ sourceCollection: 'docs', mode: 'sync', deleteExtra: true });
else await migrator.resume(run.runId);
