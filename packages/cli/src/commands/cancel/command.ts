import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { FleetRunFlags } from '../status/flags.ts';

export function addCancel(program: Command): void {
  const command = program
    .command('cancel')
    .description('End a shared run: what was copied stays, and the target gets its index settings back.')
    .argument('<run-id>', 'as vsm runs lists it');
  settings(command, 'queue', 'runDir');
  examples(
    command,
    'vsm cancel 20261124T093000-1a2b3c --queue redis://queue:6379',
    'vsm cancel 20261124T093000-1a2b3c --queue redis://queue:6379 --run-dir postgresql://ledger/vsm',
  );
  outputOptions(command).action(async (runId: string, flags: FleetRunFlags) => {
    const { cancel } = await import('./run.ts');
    await cancel(runId, flags);
  });
}
