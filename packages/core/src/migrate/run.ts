import { VsmError } from '../errors.ts';
import { recordKey } from '../spec/record.ts';
import type { CollectionV1, Rejection, VectorStoreV1 } from '../spec/v1.ts';
import { verifyRecords, type VerificationReport, type VerifyLevel } from '../verify/verify.ts';
import { copyRecords, type CopySettings } from '../copy/copy.ts';
import { createPipeline, type PipelineFunctions } from '../mapping/pipeline.ts';
import { checkRemovable, removeExtra } from '../sync/remove-extra.ts';
import { storeFacts, type MigrationPlan } from '../plan/plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { makeResult, type MigrationResult } from './result.ts';
import type { RunLog } from '../runs/log.ts';
import { differingRecords } from '../sync/select.ts';

interface Run extends CopySettings, PipelineFunctions {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly plan: MigrationPlan;
  readonly log: RunLog | undefined;
  readonly tracker: ProgressTracker;
  readonly runId: string;
  readonly startedAt: Date;
  readonly validate: boolean;
  readonly verify?: VerifyLevel | undefined;
  readonly verifySample?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly mode?: 'copy' | 'sync' | undefined;
  readonly deleteExtra?: boolean | undefined;
}

const LISTED_REJECTIONS = 100;

/** Carries a plan out: opens both sides, copies, verifies, and says what happened. */
export async function executeRun(run: Run): Promise<MigrationResult> {
  const { plan, log, tracker, signal } = run;
  const dryRun = run.dryRun ?? false;
  const warnings = [...plan.warnings];
  if (run.deleteExtra === true) checkRemovable(plan);
  const source = await run.source.openCollection(plan.source.collection, { signal });
  const targetStore = await storeFacts(run.target, signal);
  const target = dryRun ? undefined : await openTarget(run, warnings);
  const pipeline = createPipeline(plan, targetStore, run);

  const rejected: Rejection[] = [];
  const absent = new Set<string>();
  const onRejected = (rejections: readonly Rejection[]): void => {
    for (const rejection of rejections) {
      const key = recordKey(rejection);
      if (absent.has(key)) continue;
      absent.add(key);
      if (rejected.length < LISTED_REJECTIONS) rejected.push(rejection);
    }
  };
  const unformed = new Set<string>();
  const onUnformed = (rejections: readonly Rejection[]): void => {
    for (const rejection of rejections) {
      const key = recordKey(rejection);
      if (unformed.has(key)) continue;
      unformed.add(key);
      if (rejected.length < LISTED_REJECTIONS) rejected.push(rejection);
    }
  };
  for await (const kept of log?.readRejected() ?? [])
    (kept.unformed === true ? onUnformed : onRejected)([kept.rejection]);

  const sides =
    target === undefined
      ? undefined
      : { ...run, plan, source, target, targetStore, pipeline, transformed: run.transform !== undefined, absent };
  const syncing = run.mode === 'sync';
  const select =
    syncing && sides !== undefined
      ? differingRecords({ ...sides, computedVector: pipeline.computedVector })
      : undefined;

  tracker.enter('copying', plan.totalVectors);
  const copyStarted = performance.now();
  const counts = await copyRecords({
    plan,
    source,
    targetStore,
    target,
    pipeline,
    settings: run,
    tracker,
    log,
    onRejected,
    onUnformed,
    select,
  });
  const removed =
    syncing && sides !== undefined && run.deleteExtra === true ? await removeExtra(sides, counts.read) : 0;
  const copySeconds = (performance.now() - copyStarted) / 1000;

  let verification: VerificationReport | undefined;
  if (run.validate && sides !== undefined) {
    // After extra records were deleted, those that are still there are differences.
    const compared = run.deleteExtra === true ? { ...plan, targetCount: 0 } : plan;
    verification = await verifyRecords({
      ...sides,
      plan: compared,
      ownTarget: plan.createTarget,
      level: run.verify ?? 'values',
      sample: run.verifySample,
      tracker,
    });
  }
  tracker.enter('done', counts.read);
  const { runId, startedAt } = run;
  const result = makeResult(plan, {
    runId,
    startedAt,
    counts,
    tracker,
    copySeconds,
    rejected,
    warnings,
    verification,
    dryRun,
    sync: syncing ? { ...counts.compared, removed } : undefined,
  });
  await log?.append({ type: 'finished', success: result.success });
  return result;
}

async function openTarget({ plan, target, signal, log }: Run, warnings: string[]): Promise<CollectionV1> {
  if (!plan.createTarget) return target.openCollection(plan.target.collection, { signal });
  const create = async (): Promise<void> => {
    const created = await target.createCollection(plan.schema, { signal });
    warnings.push(...created.map(({ feature, detail }) => `${feature}: ${detail}`));
  };
  const earlier = log?.entries.some((entry) => entry.type === 'creating-target') ?? false;
  if (!earlier) await log?.append({ type: 'creating-target' });
  try {
    await create();
  } catch (error) {
    if (!earlier || !VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
    // An earlier process of this run made it, and may have been killed before the indexes that come after the creation.
    const found = await target.openCollection(plan.target.collection, { signal });
    const begun = log?.entries.some((entry) => entry.type === 'page') ?? false;
    if (begun || target.dropCollection === undefined || (await found.count({}, { signal })).value > 0) return found;
    await target.dropCollection(plan.target.collection, { signal });
    await create();
  }
  return target.openCollection(plan.target.collection, { signal });
}
