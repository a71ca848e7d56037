import type { Command } from 'commander';
import { examples, outputOptions, settings } from '../../options.ts';
import type { ResumeFlags } from './flags.ts';

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description(
      'Take up a run where it ended. The locations are those it was started with; keys come from the environment or the config file.',
    )
    .argument('<run-id>', 'as vsm runs lists it');
  settings(
    command,
    'maxCost',
    'maxRetries',
    'maxBytesInFlight',
    'report',
    'ui',
    'otel',
    'runDir',
    'takeOver',
    'queue',
    'processes',
  );
  examples(
    command,
    'vsm resume 20261124T093000-1a2b3c',
    'vsm resume 20261124T093000-1a2b3c --run-dir ./migrations --json',
  );
  outputOptions(command).action(async (runId: string, flags: ResumeFlags) => {
    const { resume } = await import('./run.ts');
    await resume(runId, flags);
  });
}
