import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { WorkerFlags } from './flags.ts';

export function addWorker(program: Command): void {
  const command = program
    .command('worker')
    .description('Work on runs that vsm migrate --queue has started, with other workers, until it is told to end.')
    .argument('[location...]', 'stores that it may open, beside those of the config file');
  settings(command, 'queue', 'runDir', 'slots', 'untilIdle', 'otel');
  examples(
    command,
    'vsm worker --queue redis://queue:6379 --run-dir postgresql://ledger/vsm',
    'vsm worker chroma://old:8000 postgresql://new/app --queue postgresql://ledger/vsm --until-idle',
  );
  outputOptions(command).action(async (locations: string[], flags: WorkerFlags) => {
    const { worker } = await import('./run.ts');
    await worker(locations, flags);
  });
}
