import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { FleetRunFlags } from '../status/flags.ts';

export function addPause(program: Command): void {
  const command = program
    .command('pause')
    .description('Let workers leave off a shared run after their page; vsm resume lets it go on.')
    .argument('<run-id>', 'as vsm runs lists it');
  settings(command, 'queue', 'runDir');
  examples(
    command,
    'vsm pause 20261124T093000-1a2b3c --queue redis://queue:6379',
    'vsm pause 20261124T093000-1a2b3c --queue redis://queue:6379 --run-dir postgresql://ledger/vsm',
  );
  outputOptions(command).action(async (runId: string, flags: FleetRunFlags) => {
    const { pause } = await import('./run.ts');
    await pause(runId, flags);
  });
}
