import type { Command } from 'commander';
import { examples, locations, outputOptions, settings } from '../../options.ts';
import type { BackupFlags } from './flags.ts';

export function addBackup(program: Command): void {
  const command = program
    .command('backup')
    .description('Add a snapshot of a collection to a folder, in which only what has changed is written.')
    .argument('<location>', `${locations}; "*" in place of the collection means all`)
    .argument('<folder>', 'the folder of the backup, or s3://bucket/prefix; it is made where it is not there');
  settings(command, 'filter', 'namespaces', 'takeOver', 'batchSize', 'concurrency', 'maxBytesInFlight');
  examples(
    command,
    'vsm backup chroma://localhost:8000/docs ./backups',
    `vsm backup chroma://localhost:8000/docs ./backups/utils --filter '{"section":"utils"}'`,
  );
  outputOptions(command).action(async (location: string, folder: string, flags: BackupFlags) => {
    const { backupCollections } = await import('./run.ts');
    await backupCollections(location, folder, flags);
  });
}
