import { fileCheckpoints, VectorStoreMigrator, VsmError } from '@vsm/core';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { migrationText } from '../report.ts';
import { runCommand, type OutputOptions } from '../run.ts';
import { openLocation } from '../stores.ts';
import { outputOptions, runDirectory, runDirectoryOption } from './options.ts';

interface RunFlags extends OutputOptions {
  readonly runDir?: string;
}

export function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .description('List the runs that are remembered here.')
    .addHelpText(
      'after',
      `
Examples:
  vsm runs
  vsm runs --run-dir ./migrations --json`,
    );
  outputOptions(runDirectoryOption(command)).action(async (flags: RunFlags) => {
    await runCommand(flags, async () => {
      const runs = await fileCheckpoints(runDirectory(flags.runDir)).list();
      const text = runs.map(
        (run) =>
          `${run.runId}  ${run.state.padEnd(11)}  ${run.vectorsWritten} written, ${run.vectorsRejected} refused  ${run.source} -> ${run.target}`,
      );
      return { exitCode: EXIT.done, document: { runs }, text: text.length === 0 ? 'no runs' : text.join('\n') };
    });
  });
}

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description(
      'Take up a run where it ended. The locations are those it was started with; keys come from the environment.',
    )
    .argument('<run-id>', 'as vsm runs lists it')
    .addHelpText(
      'after',
      `
Examples:
  vsm resume 20261124T093000-1a2b3c
  vsm resume 20261124T093000-1a2b3c --run-dir ./migrations --json`,
    );
  outputOptions(runDirectoryOption(command)).action(async (runId: string, flags: RunFlags) => {
    await runCommand(flags, async ({ signal, onProgress, use }) => {
      const { source, target } = await locationsOf(runId, flags);
      const from = use(await openLocation(source, 'source'));
      const to = use(await openLocation(target, 'target'));
      const migrator = new VectorStoreMigrator({
        source: from.store,
        target: to.store,
        onProgress,
        checkpoints: runDirectory(flags.runDir),
      });
      const result = await migrator.resume(runId, { signal });
      return {
        exitCode: result.success ? EXIT.done : EXIT.differences,
        document: result,
        text: migrationText(result),
      };
    });
  });
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('Offer the refused records of a run to the target once more.')
    .argument('<run-id>', 'as vsm runs lists it')
    .addHelpText(
      'after',
      `
Examples:
  vsm replay 20261124T093000-1a2b3c
  vsm replay 20261124T093000-1a2b3c --run-dir ./migrations --json`,
    );
  outputOptions(runDirectoryOption(command)).action(async (runId: string, flags: RunFlags) => {
    await runCommand(flags, async ({ use }) => {
      const { source, target } = await locationsOf(runId, flags);
      const from = use(await openLocation(source, 'source'));
      const to = use(await openLocation(target, 'target'));
      const checkpoints = runDirectory(flags.runDir);
      const migrator = new VectorStoreMigrator({ source: from.store, target: to.store, checkpoints });
      const result = await migrator.replayRejected(runId);
      const refused = result.rejected.map(({ id, reason, detail }) => `  ${id}: ${reason}: ${detail}`);
      return {
        exitCode: result.rejected.length === 0 ? EXIT.done : EXIT.differences,
        document: result,
        text: [`${result.accepted} accepted, ${result.rejected.length} refused again`, ...refused].join('\n'),
      };
    });
  });
}

/** Where the run was started between. A password in a location was not kept: it comes from the environment. */
async function locationsOf(runId: string, flags: RunFlags): Promise<{ source: string; target: string }> {
  const directory = runDirectory(flags.runDir);
  const run = (await fileCheckpoints(directory).list()).find((one) => one.runId === runId);
  if (run === undefined) {
    throw new VsmError('NOT_FOUND', `There is no run "${runId}" in ${directory}. vsm runs lists those that are there.`);
  }
  const { source, target } = run.annotations ?? {};
  if (typeof source === 'string' && typeof target === 'string') {
    return { source: source.replace(':***@', '@'), target: target.replace(':***@', '@') };
  }
  throw new VsmError(
    'INVALID_OPTIONS',
    `Run "${runId}" was not started by vsm migrate; resume it from the program that did.`,
  );
}
