/**
 * A run from its options to its result: what is asked for is checked, planned and remembered here, and carried out in run.ts. Whatever
 * ends early says how to go on.
 */
import { MigrationInterruptedError, VsmError } from '../errors.ts';
import { checkEmbedding } from '../mapping/embed.ts';
import { checkLayout } from '../mapping/layout.ts';
import { refuseLosses, refuseUndecided } from '../plan/losses.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { ProgressTracker } from '../progress/tracker.ts';
import { replayRejected as replay, type ReplayResult } from '../copy/replay.ts';
import type { RunHeader, RunLog } from '../runs/log.ts';
import { planRun } from './decide.ts';
import { checkPlan, renew } from './given-plan.ts';
import { createInPlaceOf, findEarlierRun, refuseOther } from './earlier-run.ts';
import { migrationFigures, observed } from './observed.ts';
import type { MigrateOptions, ResumeOptions } from './options.ts';
import { checkEndpoints, checkFunctions, checkSync, withSince } from './preconditions.ts';
import type { MigrationResult } from './result.ts';
import { executeRun } from './run.ts';
import { rememberedRuns, type Session } from './session.ts';
import { checkLevel, checkPace, newRunId, type CheckedPace } from './settings.ts';

export async function migrateRun(session: Session, options: MigrateOptions): Promise<MigrationResult> {
  const startedAt = new Date();
  const runId = newRunId(startedAt);
  checkLevel(options.verify ?? 'values');
  const pace = checkPace(options);
  checkSync(options);
  const tracker = new ProgressTracker(session.onProgress, pace.batchSize);
  const checkpoints = options.dryRun === true ? undefined : session.checkpoints;
  const remembered = checkpoints !== undefined;
  const run = { kind: 'migrate', runId, dryRun: options.dryRun ?? false, remembered } as const;
  const work = async (): Promise<MigrationResult> => {
    tracker.enter('planning', 0);
    const header = await planHeader(session, options, { runId, startedAt });
    const { plan } = header;
    const earlier = await findEarlierRun(checkpoints, header);
    try {
      if (earlier !== undefined && options.earlierRun !== 'restart') {
        if (!earlier.same) refuseOther(earlier.log);
        return await continueRun(session, earlier.log, { ...options, warnings: [takenUp(earlier.log)] }, tracker);
      }
      const log = await createInPlaceOf(earlier?.log, header, checkpoints);
      try {
        return await carryOut(session, plan, log, { ...options, ...pace, runId, startedAt, tracker });
      } finally {
        await log?.close();
      }
    } finally {
      await earlier?.log.close();
    }
  };
  return observed(session, { ...options, run, tracker, figures: migrationFigures }, () =>
    interruptible({ runId, signal: options.signal, resumable: remembered }, work),
  );
}

/**
 * Decides what a run does and checks what was asked for; writes nothing.
 * @throws SchemaCompatibilityError where it would lose what was not allowed
 */
export async function planHeader(
  session: Session,
  options: MigrateOptions,
  begun: { readonly runId: string; readonly startedAt: Date },
): Promise<RunHeader> {
  checkLevel(options.verify ?? 'values');
  checkSync(options);
  const pace = checkPace(options);
  return headerOf(await choosePlan(session, options), { ...begun, pace, options });
}

function takenUp({ header }: RunLog): string {
  return `run ${header.runId} to the same target was not finished: it was taken up where it ended, and no new run was begun`;
}

/** The plan that was given, where it still fits, or a new one; refused where it would lose what was not allowed. */
async function choosePlan(session: Session, options: MigrateOptions): Promise<MigrationPlan> {
  const { plan: given } = options;
  if (given !== undefined) {
    checkPlan(given);
    checkLayout(given.layout, options.layout);
    checkEmbedding(given.embedding, options.embed);
  }
  const planAgain = (metric = options.metric): Promise<MigrationPlan> =>
    planRun(session, { ...withSince(options), metric }, given);
  const plan = given === undefined ? await planAgain() : await renew(given, planAgain);
  const { losses, sample, source, target } = plan;
  const rejected = options.dryRun === true ? 0 : sample.rejected;
  const carried = {
    losses,
    sampled: sample.records,
    rejected,
    collection: source.collection,
    adapter: target.adapter,
  };
  refuseUndecided(source.collection, plan.undecided);
  const { allowLoss = [] } = options;
  refuseLosses(carried, allowLoss);
  // Also of those that no record in the sample shows.
  return allowLoss.includes('vector-precision') ? { ...plan, exactVectors: undefined } : plan;
}

interface Beginning {
  readonly runId: string;
  readonly startedAt: Date;
  readonly pace: CheckedPace;
  readonly options: MigrateOptions;
}

function headerOf(plan: MigrationPlan, { runId, startedAt, pace, options }: Beginning): RunHeader {
  const { annotations, transform, embed, mode = 'copy', deleteExtra = false, completeTarget = false } = options;
  const { batchSize, concurrency } = pace;
  return {
    version: 1,
    runId,
    startedAt: startedAt.toISOString(),
    plan,
    annotations,
    settings: {
      batchSize,
      concurrency,
      transform: transform !== undefined,
      embed: embed !== undefined,
      mode,
      deleteExtra,
      completeTarget,
    },
  };
}

export async function resumeRun(session: Session, runId: string, options: ResumeOptions): Promise<MigrationResult> {
  const log = await rememberedRuns(session).open(runId);
  try {
    const { plan, settings } = log.header;
    const tracker = new ProgressTracker(session.onProgress, settings.batchSize);
    const run = { kind: 'resume', runId, dryRun: false, remembered: true } as const;
    const sourceCollection = plan.source.collection;
    const targetCollection = plan.target.collection;
    const figures = migrationFigures;
    return await observed(session, { run, tracker, sourceCollection, targetCollection, figures }, () =>
      continueRun(session, log, options, tracker),
    );
  } finally {
    await log.close();
  }
}

async function continueRun(
  session: Session,
  log: RunLog,
  options: ResumeOptions & { readonly warnings?: readonly string[] },
  tracker: ProgressTracker,
): Promise<MigrationResult> {
  const { plan, settings, startedAt, runId } = log.header;
  const { batchSize, concurrency, mode, deleteExtra } = settings;
  const pace = checkPace({ ...options, batchSize, concurrency });
  checkEndpoints(plan, session.source, session.target);
  checkFunctions(settings, options);
  checkLayout(plan.layout, options.layout);
  checkEmbedding(plan.embedding, options.embed);
  // A run that is taken up keeps its own, whoever takes it up.
  tracker.batchSize = batchSize;
  const rest = { ...options, ...pace, mode, deleteExtra, runId, startedAt: new Date(startedAt), tracker };
  return interruptible({ runId, signal: options.signal, resumable: true }, () => carryOut(session, plan, log, rest));
}

export async function replayRejected(session: Session, runId: string): Promise<ReplayResult> {
  const log = await rememberedRuns(session).open(runId);
  try {
    checkEndpoints(log.header.plan, session.source, session.target);
    return await replay(log, session.target, session.retry);
  } finally {
    await log.close();
  }
}

type Rest = Omit<Parameters<typeof executeRun>[0], 'source' | 'target' | 'plan' | 'log' | 'retry' | 'validate'>;

async function carryOut(
  { source, target, retry, validate }: Session,
  plan: MigrationPlan,
  log: RunLog | undefined,
  rest: Rest,
): Promise<MigrationResult> {
  return executeRun({ ...rest, source, target, plan, log, retry, validate });
}

interface Interruption {
  readonly runId: string;
  readonly signal: AbortSignal | undefined;
  readonly resumable: boolean;
}

/** @throws MigrationInterruptedError for whatever `work` throws after `signal` was aborted */
async function interruptible<Result>(
  { runId, signal, resumable }: Interruption,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    // Of a run that was taken up: it is the one to resume.
    if (VsmError.isInstance(cause) && cause.code === 'INTERRUPTED') throw cause;
    if (signal?.aborted !== true) throw cause;
    const next = resumable
      ? 'resume it to move the others, and to restore index settings that were deferred'
      : 'run it again to move the others';
    throw new MigrationInterruptedError(
      runId,
      resumable,
      `Run ${runId} was interrupted. Records that were written stay in the target; ${next}.`,
      { cause },
    );
  }
}
