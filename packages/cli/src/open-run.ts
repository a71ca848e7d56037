import { join } from 'node:path';
import {
  fileCheckpoints,
  VectorStoreMigrator,
  VsmError,
  type JsonObject,
  type RecordLayout,
  type VectorStoreV1,
  type VerifyLevel,
} from '@vsm/core';
import { withoutMasks } from '@vsm/report/redact';
import type { MigrationConfig } from './config.ts';
import { migrationOf } from './jobs.ts';
import { layoutOfRun } from './layouts.ts';
import type { CommandContext, OutputOptions } from './run.ts';
import { runDirectory, type Flags } from './selection.ts';
import { openLocation } from './stores.ts';

export interface OpenedRun {
  /** Locations as the run was started with, without secrets. */
  readonly annotations: { readonly source: string; readonly target: string };
  readonly migrator: VectorStoreMigrator;
  /** The entry of the config file that the run was started from, which has its functions. */
  readonly migration: MigrationConfig | undefined;
  readonly verify: VerifyLevel | undefined;
  readonly layout: RecordLayout | undefined;
  /** Where the run is remembered. */
  readonly directory: string;
  /** What `withEmbeds` kept of the model. */
  readonly embed: unknown;
  /** What `withGates` kept of the gate. */
  readonly gate: unknown;
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
}

/** The locations that `vsm migrate` noted with a run, without secrets. @throws VsmError where another program started it */
export function endsOfRun(runId: string, annotations: JsonObject | undefined): OpenedRun['annotations'] {
  const { source, target } = annotations ?? {};
  if (typeof source === 'string' && typeof target === 'string') return { source, target };
  throw new VsmError(
    'INVALID_OPTIONS',
    `Run "${runId}" was not started by vsm migrate; resume it from the program that did.`,
  );
}

/** Opens the two ends that the run was started between. A password in a location was not kept: it comes from the environment. */
export async function openRun(
  runId: string,
  flags: OutputOptions & Flags<'maxRetries'> & { readonly takeOver?: boolean },
  context: CommandContext,
): Promise<OpenedRun> {
  const { secrets } = context;
  const config = await context.config(flags.config, [runId]);
  const directory = runDirectory(flags.runDir, config?.runDir);
  const run = (await fileCheckpoints(directory).list()).find((one) => one.runId === runId);
  if (run === undefined) {
    throw new VsmError('NOT_FOUND', `There is no run "${runId}" in ${directory}. vsm runs lists those that are there.`);
  }
  if (run.state === 'damaged') {
    throw new VsmError(
      'INVALID_DATA',
      `Run "${runId}" cannot be taken up: its files in ${join(directory, runId)} are damaged. What it has written stays in the target; begin anew with vsm migrate.`,
    );
  }
  const { migration: name, verify } = run.annotations ?? {};
  const { source, target } = endsOfRun(runId, run.annotations);
  const migration = typeof name === 'string' ? migrationOf(name, config) : undefined;
  // What the config file says today may hold references to secrets, which the run does not.
  const { maxRetries, retryDelaySeconds, retryBackoff } = migration ?? {};
  const from = await openLocation(migration?.source ?? withoutMasks(source), 'source', config, secrets);
  const { takeOver } = flags;
  const to = await openLocation(migration?.target ?? withoutMasks(target), 'target', config, secrets, { takeOver });
  const migrator = new VectorStoreMigrator({
    source: context.use(from).store,
    target: context.use(to).store,
    validate: verify !== 'none',
    maxRetries: flags.maxRetries ?? maxRetries,
    retryDelaySeconds,
    retryBackoff,
    onProgress: context.onProgress,
    observer: context.observer,
    checkpoints: fileCheckpoints(directory, { takeOver }),
  });
  return {
    annotations: { source, target },
    migrator,
    directory,
    embed: run.annotations?.['embed'],
    gate: run.annotations?.['gate'],
    source: from.store,
    target: to.store,
    layout: await layoutOfRun(run.annotations, { source: from.store, target: to.store }),
    migration,
    verify: typeof verify === 'string' && verify !== 'none' ? (verify as VerifyLevel) : undefined,
  };
}
