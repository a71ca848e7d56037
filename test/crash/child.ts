// One process of a migration that is killed: begins the run, or takes it up where the last process died.
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { fileCheckpoints, VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';

const [pair, url = '', folder = ''] = process.argv.slice(2);

const [source, target]: readonly [VectorStoreV1, VectorStoreV1] =
  pair === 'chroma-postgres'
    ? [createChroma({ url }), createPgvector({ dataDir: `${folder}/db` })]
    : [createQdrant({ url }), createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true })];

// Whoever had the run was killed for certain.
const checkpoints = fileCheckpoints(`${folder}/runs`, { takeOver: true });
const migrator = new VectorStoreMigrator({ source, target, checkpoints, validate: false });
const [run] = await migrator.runs();
const settings = { sourceCollection: 'docs', batchSize: 100 } as const;
const result = run === undefined ? await migrator.migrate(settings) : await migrator.resume(run.runId);
await Promise.all([source.close(), target.close()]);
process.stdout.write(`${result.success ? 'done' : 'failed'}\n`);
