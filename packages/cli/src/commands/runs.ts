import type { Command } from 'commander';
import { pageOptions, type PageFlags } from '../page/page-flags.ts';
import type { OutputOptions } from '../run.ts';
import { examples, outputOptions, runDirectoryOption, wholeNumber } from './options.ts';

export interface ResumeFlags extends OutputOptions, PageFlags {
  readonly maxRetries?: number;
}

export function addRuns(program: Command): void {
  const command = program.command('runs').description('List the runs that are remembered here.');
  examples(command, 'vsm runs', 'vsm runs --run-dir ./migrations --json');
  outputOptions(runDirectoryOption(command)).action(async (flags: OutputOptions) => {
    const { runs } = await import('../actions/runs.ts');
    await runs(flags);
  });
}

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description(
      'Take up a run where it ended. The locations are those it was started with; keys come from the environment or the config file.',
    )
    .argument('<run-id>', 'as vsm runs lists it')
    .option('--max-retries <n>', 'repeat calls that fail for a passing reason (default: 8)', wholeNumber);
  examples(
    command,
    'vsm resume 20261124T093000-1a2b3c',
    'vsm resume 20261124T093000-1a2b3c --run-dir ./migrations --json',
  );
  outputOptions(runDirectoryOption(pageOptions(command))).action(async (runId: string, flags: ResumeFlags) => {
    const { resume } = await import('../actions/runs.ts');
    await resume(runId, flags);
  });
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('Offer the refused records of a run to the target once more.')
    .argument('<run-id>', 'as vsm runs lists it');
  examples(
    command,
    'vsm replay 20261124T093000-1a2b3c',
    'vsm replay 20261124T093000-1a2b3c --run-dir ./migrations --json',
  );
  outputOptions(runDirectoryOption(command)).action(async (runId: string, flags: OutputOptions) => {
    const { replay } = await import('../actions/runs.ts');
    await replay(runId, flags);
  });
}
