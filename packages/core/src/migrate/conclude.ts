import type { CopyCounts } from '../copy/page-account.ts';
import type { CopySides } from '../copy/part.ts';
import type { Rejections } from '../runs/rejections.ts';
import type { CollectionV1 } from '../spec/v1.ts';
import type { SyncCounts } from '../sync/select.ts';
import type { SourceReading } from '../verify/reading.ts';
import type { SourceComparison, SourceRead, VerifyLevel } from '../verify/comparison.ts';
import { verifyRecords, type VerificationReport } from '../verify/verify.ts';
import type { WitnessReport } from '../verify/witness.ts';
import { comparedSides, type Ends } from './ends.ts';
import { makeResult, type MigrationResult } from './result.ts';

export interface Conclusion extends Ends {
  readonly runId: string;
  readonly startedAt: Date;
  readonly validate: boolean;
  readonly verify?: VerifyLevel | undefined;
  readonly verifySample?: number | undefined;
  readonly witness?: number | 'all' | undefined;
  readonly sourceRead?: SourceRead | undefined;
  readonly dryRun?: boolean | undefined;
  readonly deleteExtra?: boolean | undefined;
  /** What is to be said. */
  readonly warnings?: readonly string[] | undefined;
}

/** What the copy came to. */
export interface Copied {
  readonly sides: CopySides;
  /** Absent in a dry run. */
  readonly target: CollectionV1 | undefined;
  readonly counts: CopyCounts;
  readonly copySeconds: number;
  readonly rejections: Rejections;
  readonly witness: WitnessReport | undefined;
  readonly sync: SyncCounts | undefined;
  /** Where the parts of the source were compared one by one. */
  readonly compared?: SourceComparison | undefined;
  /** What the copy read of the source, where that is enough. */
  readonly reading?: SourceReading | undefined;
}

/** Verifies what was copied, if that was asked for, and says what happened. */
export async function concludeRun(run: Conclusion, copied: Copied): Promise<MigrationResult> {
  const { plan, tracker, runId, startedAt } = run;
  const { counts, target, rejections, copySeconds, witness, sync } = copied;
  let verification: VerificationReport | undefined;
  if (run.validate && target !== undefined) {
    verification = await verifyRecords({
      ...comparedSides(run, copied.sides, target, rejections),
      // After extra records were deleted, those that are still there are differences.
      plan: run.deleteExtra === true ? { ...plan, targetCount: 0 } : plan,
      ownTarget: plan.createTarget,
      rejected: counts.rejected,
      level: run.verify ?? 'values',
      sample: run.verifySample,
      compared: copied.compared,
      copied: copied.reading,
      ofRun: true,
    });
  }
  tracker.enter('done', counts.read);
  return makeResult(plan, {
    runId,
    startedAt,
    counts,
    tracker,
    copySeconds,
    rejected: rejections.listed,
    warnings: run.warnings ?? [],
    verification,
    witness,
    dryRun: run.dryRun ?? false,
    validate: run.validate,
    sync,
  });
}
