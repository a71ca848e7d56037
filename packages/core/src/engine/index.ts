/**
 * The pieces that a run is made of, for those who run them somewhere else than in one process: a run calls them in this order, and so
 * does `migrate`. Not for users, and free to change.
 */
export { keepIndexSettings, beginLoad, endLoad, holdsOthers, type BulkLoad } from '../copy/bulk-load.ts';
export { openTarget } from '../copy/open-target.ts';
export { secondsOf, WritePace, type PaceBook, type RateCaps, type WriteCost } from '../copy/pacing.ts';
export type { CopyCounts, PageResult } from '../copy/page-account.ts';
export { copyPart, type CopySides, type PartCopy } from '../copy/part.ts';
export { RepeatedIds } from '../copy/repeated.ts';
export { checkAccount, isTooLarge, writeRecords } from '../copy/write.ts';
export { RecordDigests } from '../digest/one-record.ts';
export { roundingProblem } from '../copy/refuse-rounded.ts';
export { createPipeline, type Pipeline } from '../mapping/pipeline.ts';
export { targetId, type RecordName } from '../mapping/target-id.ts';
export { concludeRun, type Conclusion } from '../migrate/conclude.ts';
export { refuseOther, samePurpose } from '../migrate/earlier-run.ts';
export { comparedSides, intoTarget, openSides, watchSource, type Ends } from '../migrate/ends.ts';
export { planHeader } from '../migrate/migrate-run.ts';
export { withSourceName } from '../migrate/options.ts';
export { checkEndpoints, checkFunctions } from '../migrate/preconditions.ts';
export { openSession, type Session } from '../migrate/session.ts';
export { checkPace, newRunId, type Pace } from '../migrate/settings.ts';
export { inferVectors, narrowing } from '../plan/infer.ts';
export { refuseUndecided } from '../plan/losses.ts';
export { reversePlan, type NoWayBack } from '../plan/reverse.ts';
export { watchSharedRun } from '../progress/observer.ts';
export { ProgressTracker } from '../progress/tracker.ts';
export { parseKept, printKept, printRecord, printRejected } from '../runs/kept.ts';
export { addPage, noPages, type PageCounts, type PageSums } from '../runs/log.ts';
export { Rejections } from '../runs/rejections.ts';
export { HashSet } from '../scan/hash-set.ts';
export { keyHash } from '../digest/key-hash.ts';
export { bundleParts } from '../scan/bundles.ts';
export { ByteBudget } from '../scan/byte-budget.ts';
export { scanParts, type ScanPart } from '../scan/parts.ts';
export { recordKey } from '../spec/record.ts';
export { recordProblem } from '../guard/record-check.ts';
export { openEnd } from '../store/scope.ts';
export { readEachPage } from '../verify/each-page.ts';
export { compareParts, mergeVerifications, type PartVerification } from '../verify/part-verification.ts';
export { watchReading } from '../verify/witness.ts';
export { compareRecords, type VectorTolerance } from '../verify/compare.ts';
export { vectorTolerances } from '../verify/values.ts';
