import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { FleetRunFlags } from './flags.ts';

export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .description('Show where a shared run stands: items, workers, pace, and what was given up.')
    .argument('<run-id>', 'as vsm runs lists it');
  settings(command, 'queue', 'runDir', 'watch', 'otel');
  examples(
    command,
    'vsm status 20261124T093000-1a2b3c --run-dir postgresql://ledger/vsm',
    'vsm status 20261124T093000-1a2b3c --queue redis://queue:6379 --watch',
  );
  outputOptions(command).action(async (runId: string, flags: FleetRunFlags) => {
    const { status } = await import('./run.ts');
    await status(runId, flags);
  });
}
