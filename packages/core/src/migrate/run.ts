import { recordKey } from '../spec/record.ts';
import type { Rejection, VectorStoreV1 } from '../spec/v1.ts';
import { storeFacts } from '../store/facts.ts';
import { openEnd } from '../store/scope.ts';
import { watchCount, watchWitness } from '../verify/witness.ts';
import { verifyRecords, type VerificationReport, type VerifyLevel } from '../verify/verify.ts';
import { copyRecords, type CopySettings } from '../copy/copy.ts';
import { openTarget } from '../copy/open-target.ts';
import type { PipelineFunctions } from '../mapping/page.ts';
import { createPipeline } from '../mapping/pipeline.ts';
import { checkRemovable, removeExtra } from '../sync/remove-extra.ts';
import type { MigrationPlan } from '../plan/plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { makeResult, type MigrationResult } from './result.ts';
import type { RejectedRecord, RunLog } from '../runs/log.ts';
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
  /** What is to be said besides what the plan says. */
  readonly warnings?: readonly string[] | undefined;
}

/** Carries a plan out: opens both sides, copies, verifies, and says what happened. */
export async function executeRun(run: Run): Promise<MigrationResult> {
  const { plan, log, tracker, signal } = run;
  const dryRun = run.dryRun ?? false;
  const warnings = [...(run.warnings ?? []), ...plan.warnings];
  if (run.deleteExtra === true) checkRemovable(plan);
  const source = await openEnd(run.source, plan.source, { signal });
  const targetStore = await storeFacts(run.target, signal);
  const opened = dryRun ? undefined : await openTarget(run);
  const target = opened?.collection;
  warnings.push(...(opened?.warnings ?? []));
  const pipeline = createPipeline(plan, targetStore, run);

  const rejections = new Rejections();
  for await (const kept of log?.readRejected() ?? []) rejections.add([kept]);
  const { byTarget: absent, doubled } = rejections;

  const sides =
    target === undefined
      ? undefined
      : {
          ...run,
          plan,
          source,
          target,
          targetStore,
          pipeline,
          transformed: run.transform !== undefined,
          absent,
          doubled,
        };
  const syncing = run.mode === 'sync';
  const select =
    syncing && sides !== undefined
      ? differingRecords({ ...sides, computedVector: pipeline.computedVector })
      : undefined;

  const whole = plan.filter === undefined && plan.namespaces === undefined;
  const { capabilities } = await storeFacts(run.source, signal);
  const blind = capabilities.scan === 'best-effort' && source.witness === undefined;
  const watch = whole ? await (blind ? watchCount : watchWitness)('source', source, signal) : undefined;
  tracker.enter('copying', plan.totalVectors, plan.sample.vectorsPerSecond);
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
    onRejected: (records) => rejections.add(records),
    select,
  });
  const witness = await watch?.(counts.read);
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
      rejected: counts.rejected,
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
    rejected: rejections.listed,
    warnings,
    verification,
    witness,
    dryRun,
    validate: run.validate,
    sync: syncing ? { ...counts.compared, removed } : undefined,
  });
  await log?.append({ type: 'finished', success: result.success });
  return result;
}

const LISTED_REJECTIONS = 100;

/** The rejected records of a run, each once, however often its page was written. */
class Rejections {
  /** The first of them, to be listed. */
  readonly listed: Rejection[] = [];
  /** Keys of those that the target refused as they were to be stored, so that nobody expects them there. */
  readonly byTarget: Set<string> = new Set();
  /** Keys of those that had the id of another record of their page, which went: that one is expected. */
  readonly doubled: Set<string> = new Set();
  readonly #byLayout = new Set<string>();

  add(records: readonly RejectedRecord[]): void {
    for (const { rejection, by } of records) {
      const doubled = rejection.reason === 'duplicate-id';
      const seen = by === 'layout' ? this.#byLayout : doubled ? this.doubled : this.byTarget;
      const key = recordKey(rejection);
      if (seen.has(key)) continue;
      seen.add(key);
      if (this.listed.length < LISTED_REJECTIONS) this.listed.push(rejection);
    }
  }
}
