import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { RestoreFlags } from './flags.ts';

export function addRestore(program: Command): void {
  const command = program
    .command('restore')
    .description('Move a snapshot of a backup into any store, and verify the copy: vsm migrate from backup:<folder>.')
    .argument('<folder>', 'the folder of the backup, or folder@snapshot; without one the latest')
    .argument('<target>', 'where it goes; without a collection its name is kept')
    .option('--collection <name>', 'of a folder with several; "*" means all of them')
    .option('--skip-lost', 'read all of the snapshot first, and restore what is not lost');
  settings(
    command,
    'dryRun',
    'yes',
    'verify',
    'verifySample',
    'witness',
    'allowLoss',
    'completeTarget',
    'mode',
    'deleteExtra',
  );
  settings(command, 'earlierRun', 'layoutFrom', 'layoutTo', 'metric', 'filter', 'namespaces', 'maxRecordsPerSecond');
  settings(command, 'maxRetries', 'report', 'ui', 'otel', 'batchSize', 'concurrency', 'maxBytesInFlight');
  settings(command, 'runDir', 'takeOver');
  examples(
    command,
    "vsm restore ./backups 'pglite:./db?table=docs'",
    `vsm restore ./backups@20261126T0300 qdrant://localhost:6333/docs --filter '{"year":{"$gte":2025}}'`,
  );
  outputOptions(command).action(async (folder: string, target: string, flags: RestoreFlags) => {
    const { restore } = await import('./run.ts');
    await restore(folder, target, flags);
  });
}
