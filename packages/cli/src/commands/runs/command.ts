import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { RunsFlags } from './flags.ts';

export function addRuns(program: Command): void {
  const command = program.command('runs').description('List the runs that are remembered here.');
  examples(command, 'vsm runs', 'vsm runs --run-dir ./migrations --json');
  outputOptions(settings(command, 'runDir')).action(async (flags: RunsFlags) => {
    const { runs } = await import('./run.ts');
    await runs(flags);
  });
}
