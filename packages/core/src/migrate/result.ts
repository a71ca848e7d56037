import type { Rejection } from '../spec/v1.ts';
import type { VerificationReport } from '../verify/verify.ts';
import type { WitnessReport } from '../verify/witness.ts';
import type { CopyCounts } from '../copy/page-account.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { SyncCounts } from '../sync/select.ts';
import type { LatencySummary, TimelinePoint } from '../progress/telemetry.ts';
import type { ProgressTracker } from '../progress/tracker.ts';

export interface MigrationResult {
  /** Everything was written, nothing was rejected, and verification, if asked for, found no difference. */
  readonly success: boolean;
  readonly runId: string;
  /** Of a dry run: how many would be migrated. */
  readonly vectorsMigrated: number;
  readonly vectorsFailed: number;
  /** Percent of the records that were to be written. */
  readonly successRate: number;
  /** Since the run began; a resumed run counts its pause. Of a dry run: how long the real one would take, by `metadata.dryRunBasis`. */
  readonly durationSeconds: number;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** The first 100 rejected records and why; all of them are kept with the run. */
  readonly rejected: readonly Rejection[];
  readonly verification: VerificationReport | undefined;
  readonly metadata: {
    readonly dryRun: boolean;
    /** How long a dry run itself took. */
    readonly dryRunSeconds?: number | undefined;
    /** What the duration that a dry run foretells rests on. */
    readonly dryRunBasis?: string | undefined;
    readonly vectorsRead: number;
    /** Left out by the transform. */
    readonly vectorsDropped: number;
    /** How many for each reason that the transform gave. */
    readonly droppedReasons: Readonly<Record<string, number>>;
    /** Approximate size in memory of the records that were read, as the sample of the plan and the pages showed it. */
    readonly bytes: number;
    readonly retries: number;
    /** How the run went, in at most 240 points; of a resumed run, since it was taken up. */
    readonly timeline: readonly TimelinePoint[];
    /** Of the pages that were read and the batches that were written. */
    readonly latency: { readonly read: LatencySummary; readonly write: LatencySummary };
    readonly vectorsPerSecond: number;
    /** Indexing included. */
    readonly copySeconds: number;
    /** Of which the target built its indexes. */
    readonly indexSeconds: number;
    /** What a synchronisation found. */
    readonly sync?: SyncCounts | undefined;
    readonly plan: MigrationPlan;
  };
}

export interface Outcome {
  readonly runId: string;
  readonly startedAt: Date;
  readonly counts: CopyCounts;
  readonly tracker: ProgressTracker;
  readonly copySeconds: number;
  readonly rejected: readonly Rejection[];
  readonly warnings: readonly string[];
  readonly verification: VerificationReport | undefined;
  readonly witness: WitnessReport | undefined;
  readonly dryRun: boolean;
  /** Whether verification was asked for; a dry run has nothing to verify. */
  readonly validate: boolean;
  readonly sync: SyncCounts | undefined;
}

export function makeResult(plan: MigrationPlan, outcome: Outcome): MigrationResult {
  const { counts, copySeconds, verification, startedAt, tracker } = outcome;
  const completed = new Date();
  const elapsedSeconds = (completed.getTime() - startedAt.getTime()) / 1000;
  const foretold = outcome.dryRun ? foretell(outcome) : undefined;
  const attempted = counts.written + counts.rejected;
  const errors: string[] = [];
  if (counts.rejected > 0) errors.push(`${counts.rejected} records were rejected`);
  if (outcome.witness?.problem !== undefined) errors.push(outcome.witness.problem);
  if (verification?.passed === false) {
    const { missing, extra, changed, census, witnesses, roads, values, expectedCount } = verification;
    errors.push(
      expectedCount === 0 && missing + extra + changed === 0
        ? 'verification had nothing to compare'
        : `verification found differences: ${missing} missing, ${extra} extra, ${changed} changed`,
      ...(census?.unexplained ?? []),
      ...[...witnesses, ...roads].flatMap(({ problem }) => problem ?? []),
      ...values.flatMap(({ problems }) => problems),
    );
  }
  return {
    success: errors.length === 0,
    runId: outcome.runId,
    vectorsMigrated: counts.written,
    vectorsFailed: counts.rejected,
    successRate: attempted === 0 ? 100 : (100 * counts.written) / attempted,
    durationSeconds: foretold?.durationSeconds ?? elapsedSeconds,
    sourceCollection: plan.source.collection,
    targetCollection: plan.target.collection,
    startedAt: startedAt.toISOString(),
    completedAt: completed.toISOString(),
    errors,
    warnings: outcome.warnings,
    rejected: outcome.rejected,
    verification,
    metadata: {
      dryRun: outcome.dryRun,
      ...(foretold !== undefined && { dryRunSeconds: elapsedSeconds, dryRunBasis: foretold.basis }),
      vectorsRead: counts.read,
      vectorsDropped: Object.values(counts.dropped).reduce((total, count) => total + count, 0),
      droppedReasons: counts.dropped,
      bytes: counts.bytes,
      retries: tracker.retries,
      timeline: tracker.timeline,
      latency: tracker.latency,
      vectorsPerSecond: copySeconds > 0 ? counts.read / copySeconds : 0,
      copySeconds,
      indexSeconds: counts.indexSeconds,
      sync: outcome.sync,
      plan,
    },
  };
}

/** A dry run has read and mapped everything, and written nothing: the rest can only be told from that. */
function foretell({ counts, copySeconds, validate }: Outcome): { durationSeconds: number; basis: string } {
  const passes = validate ? 2 : 1;
  const again = validate ? ', and verification reads it once more' : '';
  return {
    durationSeconds: copySeconds * passes,
    basis: `the dry run read and mapped ${counts.read} records in ${copySeconds.toFixed(2)} s${again}; writing was not measured: estimate does that`,
  };
}
