import {
  ValidationError,
  type MigrateOptions,
  type MigrationJob,
  type MigrationResult,
  type RunControl,
} from '@vsm/core';
import { gateOfRun, passGate } from '../gate.ts';
import type { GatedResult } from '../gated.ts';
import type { Job } from '../jobs.ts';
import { endsOfRun } from '../open-run.ts';
import type { CommandContext } from '../run.ts';
import type { Fleet } from './open.ts';
import { storeResolver, versionsOf } from './resolver.ts';
import { finishFleetRun, startFleetRun } from './run.ts';

interface FleetMigration {
  readonly fleet: Fleet;
  readonly job: Job;
  readonly settings: { readonly maxRetries?: number | undefined; readonly validate?: boolean | undefined };
  readonly parts: number | undefined;
  /** The config file, where it was read. */
  readonly config: string | undefined;
  readonly context: CommandContext;
}

/** Migrates one collection with whatever workers there are; this process is one of them. */
export function fleetMigrator(migration: FleetMigration): MigrationJob['migrator'] {
  return {
    async migrate(options) {
      const runId = await beginFleetRun(migration, options as MigrateOptions);
      return takePart(migration, runId, (options as MigrateOptions).control);
    },
  };
}

/** Writes the run down, and leaves it to the workers. */
export async function beginFleetRun(
  { fleet, job, settings, parts, config, context }: FleetMigration,
  options: MigrateOptions,
): Promise<string> {
  if (options.dryRun === true)
    throw new ValidationError('A dry run writes nothing, and is not shared: leave --queue and --processes out.');
  if (options.deleteExtra === true) {
    throw new ValidationError(
      '--delete-extra does not go with --queue or --processes: delete in a run without them, once the shared one is done.',
    );
  }
  const loaded = await context.config(config, migrationWords(job));
  const name = job.annotations.migration;
  const versions = versionsOf(name === undefined ? undefined : loaded?.migrations.get(name));
  const ends = { source: job.source.store, target: job.target.store };
  return startFleetRun({ fleet, context }, { ...settings, ...options, ...ends }, { parts, versions });
}

async function takePart(
  { fleet, job, config, context }: FleetMigration,
  runId: string,
  control: RunControl | undefined,
): Promise<MigrationResult> {
  const loaded = await context.config(config, migrationWords(job));
  const header = await fleet.ledger.header(runId);
  const { source, target } = job.annotations;
  const given = storeResolver([source, target], loaded, context);
  const ends = { source: job.source.store, target: job.target.store };
  const mine =
    header.plan.source.location === ends.source.location && header.plan.target.location === ends.target.location;
  const { transform, embed, layout } = job.options;
  const name = job.annotations.migration;
  return finishFleetRun(
    {
      fleet,
      context: { ...context, control },
      // The stores are open already, by the words of the command line.
      resolve: async (asked) => {
        if (asked.runId !== runId || !mine) return given(asked);
        const versions = versionsOf(name === undefined ? undefined : loaded?.migrations.get(name));
        return { ...ends, transform, embed, layout, versions, observer: context.observer };
      },
    },
    runId,
  );
}

function migrationWords({ annotations }: Job): readonly string[] {
  return annotations.migration === undefined ? ['chroma:'] : [annotations.migration];
}

/** Takes up a run of a ledger. What its gate takes is looked at before the work goes on. */
export async function resumeFleetRun(
  fleet: Fleet,
  runId: string,
  {
    config,
    runDir,
    context,
  }: { readonly config: string | undefined; readonly runDir: string | undefined; readonly context: CommandContext },
): Promise<GatedResult> {
  const loaded = await context.config(config, [runId]);
  const header = await fleet.ledger.header(runId);
  const { source, target } = endsOfRun(runId, header.annotations);
  const { withoutMasks } = await import('@vsm/report/redact');
  const resolve = storeResolver([withoutMasks(source), withoutMasks(target)], loaded, context);
  const { gate: kept, migration } = header.annotations ?? {};
  const gate =
    kept === undefined
      ? undefined
      : await gateOfRun(
          kept,
          {
            ...(await resolve(header)),
            migration: typeof migration === 'string' ? loaded?.migrations.get(migration) : undefined,
            reembedding: undefined,
            runDir,
          },
          context,
        );
  return passGate(await finishFleetRun({ fleet, context, resolve }, runId), gate);
}
