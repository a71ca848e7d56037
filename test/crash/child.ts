// One process of a migration that is killed: begins the run, or takes it up where the last process died.
import { fileCheckpoints, VectorStoreMigrator } from '@vsm/core';
import { endsOf, type Pair } from './pairs.ts';

const [pair, place = '', folder = ''] = process.argv.slice(2);

const ends = endsOf(pair as Pair);
const [source, target] = [ends.source(place), ends.target(folder)];

// Whoever had the run was killed for certain.
const checkpoints = fileCheckpoints(`${folder}/runs`, { takeOver: true });
const migrator = new VectorStoreMigrator({ source, target, checkpoints, validate: false });
const [run] = await migrator.runs();
const settings = { sourceCollection: 'docs', batchSize: 100 } as const;
const result = run === undefined ? await migrator.migrate(settings) : await migrator.resume(run.runId);
await Promise.all([source.close(), target.close()]);
process.stdout.write(`${result.success ? 'done' : 'failed'}\n`);
