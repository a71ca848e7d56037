import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { ReplayFlags } from './flags.ts';

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('Offer the rejected records of a run to the target once more.')
    .argument('<run-id>', 'as vsm runs lists it');
  examples(
    command,
    'vsm replay 20261124T093000-1a2b3c',
    'vsm replay 20261124T093000-1a2b3c --run-dir ./migrations --json',
  );
  outputOptions(settings(command, 'runDir')).action(async (runId: string, flags: ReplayFlags) => {
    const { replay } = await import('./run.ts');
    await replay(runId, flags);
  });
}
