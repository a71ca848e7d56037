import {
  migrateAll,
  fileCheckpoints,
  VectorStoreMigrator,
  VsmError,
  type CollectionOutcome,
  type MigrationJob,
  type MigrationResult,
} from '@vsm/core';
import { line } from '@vsm/report/redact';
import { migrationText } from '@vsm/report/text';
import { EXIT } from '../../exit-codes.ts';
import { exitCodeOf } from '../../failures.ts';
import { eachJob, resolveJobs, type Job, type Jobs } from '../../jobs.ts';
import { embedLines, withFigures } from '../../embed-text.ts';
import { checkPaid, withEmbeds, withPrice } from '../../embeds.ts';
import { gateLines, passGate, withGates } from '../../gate.ts';
import { budgetOf } from '../../paid-embedding.ts';
import { withLayouts } from '../../layouts.ts';
import { withPages, type Pages } from '../../pages/run-pages.ts';
import { planJob } from '../../plan-job.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import { given, runDirectory, selectionOf } from '../../selection.ts';
import { beginFleetRun, fleetMigrator } from '../../fleet/migrator.ts';
import { inLedger, ledgerOfProcesses, withFleet, withProcesses, type Fleet } from '../../fleet/open.ts';
import { processesFor, processesOf } from '../../fleet/processes.ts';
import { unsharedModel } from '../../fleet/resolver.ts';
import { acceptLosses, asksFirst, type Accepted } from './accept.ts';
import { outcomeDocument, outcomeLine, severalOutcomes } from './outcomes.ts';
import { readPlan } from './read-plan.ts';
import type { MigrateFlags } from './flags.ts';

type PagedContext = CommandContext & Pages;

/** Another command that is a migration: what it is called, and the source and target that it was given in other words. */
interface InOtherWords {
  readonly command: string;
  readonly resolve: () => Promise<readonly string[]>;
}

export async function migrate(
  typed: readonly string[],
  flags: MigrateFlags,
  { command, resolve }: InOtherWords = { command: 'migrate', resolve: async () => typed },
): Promise<void> {
  const pages = { ...flags, command, settings: { arguments: typed, ...flags } };
  await runCommand(
    flags,
    withPages(pages, async (context: PagedContext) => {
      const words = await resolve();
      const asked = { words, all: flags.all, takeOver: flags.takeOver, config: flags.config };
      const embedded = await withEmbeds(await withLayouts(await resolveJobs(asked, context), flags), flags, context);
      const jobs = await withGates(embedded, flags, context);
      const processes = countProcesses(flags, jobs);
      const isShared = inLedger(flags, jobs.runDir) || processes > 1;
      if (isShared && jobs.list.some(({ reembedding }) => reembedding !== undefined)) throw unsharedModel();
      // How long it will take matters only to somebody who is asked.
      const estimate = asksFirst(flags, context);
      const kept = flags.plan === undefined ? undefined : await readPlan(flags.plan, jobs, flags);
      const planned = await eachJob(jobs.list, context.signal, async (job) => {
        const made = kept ?? (await planJob(job, { ...selectionOf(flags, job.options), estimate }, context));
        const plan =
          flags.yes === true && flags.dryRun !== true
            ? made
            : await withPrice(made, job, { ...selectionOf(flags, job.options), prices: flags.embedPrices }, context);
        context.emit({ type: 'plan', sourceCollection: job.sourceCollection, plan });
        return plan;
      });
      const [first] = planned;
      if (jobs.single && first?.error !== undefined) throw first.error;
      checkPaid(planned, flags, context);
      const accepted = await acceptLosses(planned, flags, context);
      if (!isShared) return carryOut(jobs, accepted, flags, context);
      const work = (fleet: Fleet): Promise<CommandOutcome> => carryOut(jobs, accepted, flags, context, fleet);
      if (processes === 1) return withFleet(flags, context, work);
      const ledger = ledgerOfProcesses(flags, jobs.runDir);
      const { config, concurrency: slots, maxBytesInFlight } = flags;
      return withProcesses({ count: processes, ledger, words, config, slots, maxBytesInFlight }, context, work);
    }),
  );
}

/** @throws VsmError where as many as were asked for cannot share the work */
function countProcesses({ processes, queue, detach, dryRun }: MigrateFlags, { list }: Jobs): number {
  const asked = processesOf(processes);
  if (asked === 1 || dryRun === true) return 1;
  if (queue === undefined && detach !== true)
    return processesFor(
      asked,
      list.map(({ source, target }) => ({ source: source.store, target: target.store })),
    );
  throw new VsmError(
    'INVALID_OPTIONS',
    '--processes shares the run on this machine, and --queue with workers: leave one of them out.',
  );
}

async function carryOut(
  jobs: Jobs,
  accepted: readonly Accepted[],
  flags: MigrateFlags,
  context: PagedContext,
  fleet?: Fleet,
): Promise<CommandOutcome> {
  const { list, single } = jobs;
  const { error: refusal } = accepted[0] ?? {};
  const [first] = list;
  if (single && first !== undefined && refusal !== undefined) {
    const refuse = (): Promise<MigrationResult> => Promise.reject(refusal);
    await context.track({ ...first.annotations, plan: accepted[0]?.plan }, refuse);
  }
  const setting = { jobs, flags, context, fleet };
  if (fleet !== undefined && flags.detach === true) return detached(accepted, { ...setting, fleet });
  const work = list.map((job, index) => migrationJob(job, accepted[index], list, setting));
  const result = await migrateAll(work, {
    signal: AbortSignal.any([context.signal, ...list.flatMap(({ reembedding }) => reembedding?.signal ?? [])]),
    onStart: ({ options }, index) => context.begin(options.sourceCollection, index, list.length),
    onOutcome: (outcome) => {
      context.emit({ type: 'outcome', ...outcomeDocument(outcome, context.failures) });
      if (!single) context.print(outcomeLine(outcome, context.failures));
    },
  });
  const codes = result.outcomes.map(codeOf);
  // A dry run goes through all of it, losses included; the plan still could not be carried out without a word about them.
  if (flags.dryRun === true && accepted.some(({ unaccepted }) => unaccepted.length > 0)) codes.push(EXIT.usage);
  const [only] = result.outcomes;
  if (!single || only === undefined)
    return severalOutcomes(result, codes, { jobs: list, words: flags, failures: context.failures });
  if (only.result === undefined)
    throw (
      budgetOf(only.error, list[0]?.reembedding) ?? new VsmError('ABORTED', 'Interrupted before anything was written.')
    );
  return {
    exitCode: codes.at(-1) ?? EXIT.done,
    document: withFigures(only.result, list[0]?.reembedding),
    text: [migrationText(only.result), ...embedLines(list[0]?.reembedding), ...gateLines(only.result)].join('\n'),
  };
}

/** Few enough that little is lost to beginning items, and enough that all processes end at about the same time. */
const PARTS_OF_A_PROCESS = 16;

function partsOf(fleet: Fleet | undefined): number | undefined {
  return fleet?.processes === undefined ? undefined : PARTS_OF_A_PROCESS * fleet.processes.count;
}

function codeOf({ result, error }: CollectionOutcome): number {
  if (result === undefined) return exitCodeOf(error);
  return result.success ? EXIT.done : EXIT.differences;
}

interface Setting {
  readonly jobs: Jobs;
  readonly flags: MigrateFlags;
  readonly context: PagedContext;
  /** Where the run is shared. */
  readonly fleet?: Fleet | undefined;
}

/** Starts every run, and leaves all of them to the workers. */
async function detached(
  accepted: readonly Accepted[],
  { jobs, flags, context, fleet }: Setting & { readonly fleet: Fleet },
): Promise<CommandOutcome> {
  const runs: string[] = [];
  for (const [index, job] of jobs.list.entries()) {
    const refusal = accepted[index]?.error;
    if (refusal !== undefined) throw refusal;
    const { options, migration } = migrationJob(job, accepted[index], jobs.list, { jobs, flags, context, fleet });
    runs.push(await beginFleetRun({ ...migration, fleet }, options));
  }
  const text = runs.map((runId) => line`${runId} is left to the workers; vsm status ${runId} shows where it stands`);
  return { exitCode: EXIT.done, document: { runs }, text: text.join('\n') };
}

function migrationJob(
  job: Job,
  accepted: Accepted | undefined,
  all: readonly Job[],
  { jobs, flags, context, fleet }: Setting,
): MigrationJob & { readonly migration: Omit<Parameters<typeof fleetMigrator>[0], 'fleet'> } {
  const { source, target, sourceCollection, targetCollection, options, settings } = job;
  const { plan, error, allowLoss } = accepted ?? {};
  const verify = flags.verify === 'none' ? undefined : (flags.verify ?? options.verify);
  const validate = flags.verify === undefined ? settings.validate : flags.verify !== 'none';
  const level = validate === false ? 'none' : verify;
  const runOptions = given({
    batchSize: flags.batchSize,
    concurrency: flags.concurrency,
    maxBytesInFlight: flags.maxBytesInFlight,
    verifySample: flags.verifySample,
    witness: flags.witness,
    sourceRead: flags.sourceRead,
    maxRecordsPerSecond: flags.maxRecordsPerSecond,
    mode: flags.sync === true ? ('sync' as const) : undefined,
    deleteExtra: flags.deleteExtra,
    earlierRun: flags.restart === true ? ('restart' as const) : undefined,
  });
  // Another collection on its way to the same place changes what the plan found there.
  const shared = all.some(
    (other) =>
      other !== job &&
      other.target.store.location === target.store.location &&
      other.targetCollection === targetCollection,
  );
  const kept = { ...settings, ...given({ maxRetries: flags.maxRetries, validate }) };
  const migration = { job, settings: kept, parts: flags.parts ?? partsOf(fleet), config: flags.config, context };
  const alone = (): VectorStoreMigrator =>
    new VectorStoreMigrator({
      ...kept,
      source: source.store,
      target: target.store,
      onProgress: context.onProgress,
      observer: context.observer,
      checkpoints: fileCheckpoints(runDirectory(flags.runDir, jobs.runDir), { takeOver: flags.takeOver }),
    });
  const migrator = fleet === undefined ? alone() : fleetMigrator({ ...migration, fleet });
  return {
    migration,
    migrator: {
      migrate: (complete) =>
        context.track({ ...job.annotations, collection: sourceCollection, plan }, () =>
          // A collection that was refused has its outcome already.
          error === undefined
            ? migrator.migrate({ ...complete, control: context.control }).then((result) => passGate(result, job.gate))
            : Promise.reject(error),
        ),
    },
    options: {
      ...options,
      ...selectionOf(flags, options),
      ...runOptions,
      sourceCollection,
      targetCollection,
      verify,
      ...given({ embed: flags.dryRun === true ? job.reembedding?.unpaid : undefined }),
      dryRun: flags.dryRun,
      allowLoss,
      plan: shared || options.since !== undefined ? undefined : plan,
      annotations: { ...job.annotations, ...(level !== undefined && { verify: level }) },
    },
  };
}
