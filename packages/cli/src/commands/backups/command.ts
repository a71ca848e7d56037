import { Argument, type Command } from 'commander';
import { examples, outputOptions, settings, wholeNumber } from '../../options.ts';
import { BACKUPS_ACTIONS, type BackupsAction, type BackupsFlags } from './flags.ts';

export function addBackups(program: Command): void {
  const command = program
    .command('backups')
    .description('List the snapshots of a backup, read all of it to see whether it is whole, or delete old ones.')
    .addArgument(new Argument('<action>', 'what to do').choices(BACKUPS_ACTIONS))
    .argument('<folder>', 'the folder of the backup; with verify also folder@snapshot')
    .option('--keep-last <n>', 'with prune: keep the last n snapshots of each collection', wholeNumber)
    .option('--keep-daily <n>', 'with prune: keep the last snapshot of each of n days that have any', wholeNumber)
    .option('--keep-weekly <n>', 'with prune: the same of weeks', wholeNumber)
    .option('--keep-monthly <n>', 'with prune: the same of months', wholeNumber)
    .option('--dry-run', 'with prune: say what would be deleted, and delete nothing');
  examples(command, 'vsm backups verify ./backups', 'vsm backups prune ./backups --keep-daily 7 --keep-monthly 12');
  outputOptions(settings(command, 'takeOver')).action(
    async (action: BackupsAction, folder: string, flags: BackupsFlags) => {
      const { backups } = await import('./run.ts');
      await backups(action, folder, flags);
    },
  );
}
