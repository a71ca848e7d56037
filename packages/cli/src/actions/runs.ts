import { fileCheckpoints, VectorStoreMigrator, VsmError, type RecordLayout, type VerifyLevel } from '@vsm/core';
import type { ResumeFlags } from '../commands/runs.ts';
import type { MigrationConfig } from '../config.ts';
import { EXIT } from '../exit-codes.ts';
import { migrationOf } from '../jobs.ts';
import { layoutOfRun } from '../layouts.ts';
import { withPages, type Pages } from '../page/run-pages.ts';
import { runCommand, type CommandContext, type OutputOptions } from '../run.ts';
import { withoutMasks } from '../secrets.ts';
import { openLocation } from '../stores.ts';
import { migrationText } from '../text/migration.ts';
import { runDirectory } from './flags.ts';

export async function runs(flags: OutputOptions): Promise<void> {
  await runCommand(flags, async ({ config }) => {
    const directory = runDirectory(flags.runDir, (await config(flags.config, []))?.runDir);
    const list = await fileCheckpoints(directory).list();
    const text = list.map(
      (run) =>
        `${run.runId}  ${run.state.padEnd(11)}  ${run.vectorsWritten} written, ${run.vectorsRejected} refused  ${run.source} -> ${run.target}`,
    );
    return { exitCode: EXIT.done, document: { runs: list }, text: text.length === 0 ? 'no runs' : text.join('\n') };
  });
}

export async function resume(runId: string, flags: ResumeFlags): Promise<void> {
  const pages = { ...flags, command: 'resume', settings: { runId, ...flags } };
  await runCommand(
    flags,
    withPages(pages, async (context: CommandContext & Pages) => {
      const { migrator, migration, verify, layout, annotations } = await openRun(runId, flags, context);
      context.begin(runId, 0, 1);
      const result = await context.track(annotations, () =>
        migrator.resume(runId, {
          control: context.control,
          signal: context.signal,
          verify,
          verifySample: migration?.verifySample,
          maxRecordsPerSecond: migration?.maxRecordsPerSecond,
          maxBytesPerSecond: migration?.maxBytesPerSecond,
          transform: migration?.transform,
          embed: migration?.embed,
          layout,
        }),
      );
      return {
        exitCode: result.success ? EXIT.done : EXIT.differences,
        document: result,
        text: migrationText(result),
      };
    }),
  );
}

export async function replay(runId: string, flags: OutputOptions): Promise<void> {
  await runCommand(flags, async (context) => {
    const { migrator } = await openRun(runId, flags, context);
    const result = await migrator.replayRejected(runId);
    const refused = result.rejected.map(({ id, reason, detail }) => `  ${id}: ${reason}: ${detail}`);
    return {
      exitCode: result.rejected.length === 0 ? EXIT.done : EXIT.differences,
      document: result,
      text: [`${result.accepted} accepted, ${result.rejected.length} refused again`, ...refused].join('\n'),
    };
  });
}

interface OpenedRun {
  /** Locations as the run was started with, without secrets. */
  readonly annotations: { readonly source: string; readonly target: string };
  readonly migrator: VectorStoreMigrator;
  /** The entry of the config file that the run was started from, which has its functions. */
  readonly migration: MigrationConfig | undefined;
  readonly verify: VerifyLevel | undefined;
  readonly layout: RecordLayout | undefined;
}

/** Opens the two ends that the run was started between. A password in a location was not kept: it comes from the environment. */
async function openRun(runId: string, flags: ResumeFlags, context: CommandContext): Promise<OpenedRun> {
  const config = await context.config(flags.config, [runId]);
  const directory = runDirectory(flags.runDir, config?.runDir);
  const run = (await fileCheckpoints(directory).list()).find((one) => one.runId === runId);
  if (run === undefined) {
    throw new VsmError('NOT_FOUND', `There is no run "${runId}" in ${directory}. vsm runs lists those that are there.`);
  }
  const { source, target, migration: name, verify } = run.annotations ?? {};
  if (typeof source !== 'string' || typeof target !== 'string') {
    throw new VsmError(
      'INVALID_OPTIONS',
      `Run "${runId}" was not started by vsm migrate; resume it from the program that did.`,
    );
  }
  const migration = typeof name === 'string' ? migrationOf(name, config) : undefined;
  // What the config file says today may hold references to secrets, which the run does not.
  const { maxRetries, retryDelaySeconds, retryBackoff } = migration ?? {};
  const from = await openLocation(migration?.source ?? withoutMasks(source), 'source', config);
  const to = await openLocation(migration?.target ?? withoutMasks(target), 'target', config);
  const migrator = new VectorStoreMigrator({
    source: context.use(from).store,
    target: context.use(to).store,
    validate: verify !== 'none',
    maxRetries: flags.maxRetries ?? maxRetries,
    retryDelaySeconds,
    retryBackoff,
    onProgress: context.onProgress,
    checkpoints: directory,
  });
  return {
    annotations: { source, target },
    migrator,
    layout: await layoutOfRun(run.annotations, { source: from.store, target: to.store }),
    migration,
    verify: typeof verify === 'string' && verify !== 'none' ? (verify as VerifyLevel) : undefined,
  };
}
