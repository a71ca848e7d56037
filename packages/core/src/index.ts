export * from './errors.ts';
export { matches } from './filter/matches.ts';
export { parseFilter, type FieldCondition, type FieldOperators, type FilterShorthand } from './filter/shorthand.ts';
export { inspectCollection, type CollectionReport } from './plan/inspect.ts';
export type { Embedding } from './mapping/embed.ts';
export { decodeRecord } from './mapping/envelope.ts';
export { estimateReading, type MigrationEstimate, type ReadingOptions } from './plan/estimate.ts';
export { REDUCED_DATATYPES, type PlannedReduction, type ReducedDatatype, type Reduction } from './store/reduce.ts';
export type { CastType, FieldMapping } from './mapping/fields.ts';
export {
  migrateAll,
  type CollectionOutcome,
  type MigrateAllOptions,
  type MigrateAllResult,
  type MigrationJob,
} from './migrate/migrate-all.ts';
export { compareFingerprints, type BucketDifference, type FingerprintReport } from './fingerprint/compare.ts';
export type { Fingerprint, FingerprintBucket, FingerprintVector, VectorSums } from './fingerprint/fingerprint.ts';
export { parseFingerprint } from './fingerprint/parse.ts';
export type { BucketId } from './fingerprint/read.ts';
export {
  fingerprint,
  verifyFingerprint,
  type FingerprintOptions,
  type VerifyFingerprintOptions,
  type VerifyFingerprintReport,
} from './migrate/fingerprint-run.ts';
export type { DiffReport } from './migrate/diff-run.ts';
export { diff, estimate, migrate, plan, resume, verify } from './migrate/functions.ts';
export { VectorStoreMigrator } from './migrate/migrator.ts';
export type {
  DiffOptions,
  EstimateOptions,
  MigrateOptions,
  PlanOptions,
  ResumeOptions,
  RunOptions,
  CallSettings,
  VectorStoreMigratorOptions,
  VerifyOptions,
} from './migrate/options.ts';
export type { LayoutDescription, LayoutPlan, RecordLayout, RefusedRecord } from './mapping/layout.ts';
export { dropRecord, type DroppedRecord, type Transform } from './mapping/transform.ts';
export type { Headroom } from './plan/headroom.ts';
export type { SideTraffic, Traffic } from './plan/traffic.ts';
export type { Endpoint } from './plan/parts.ts';
export type { MigrationPlan } from './plan/migration-plan.ts';
export type {
  ObservedCall,
  ObservedPage,
  ObservedPart,
  ObservedRetry,
  ObservedRun,
  ObservedSharedRun,
  ObservedStore,
  RunFigures,
  RunObserver,
  RunOutcome,
  RunWatch,
} from './progress/observer.ts';
export type { TimedCall } from './scan/timed.ts';
export type {
  MigrationPhase,
  MigrationProgress,
  PartProgress,
  ProgressListener,
  SharedProgress,
  SharedWorker,
} from './progress/progress.ts';
export type { ReplayResult } from './copy/replay.ts';
export type { MigrationResult } from './migrate/result.ts';
export { RunControl } from './scan/run-control.ts';
export type { LatencySummary, TimelinePoint } from './progress/telemetry.ts';
export { fileCheckpoints, type FileCheckpointOptions } from './runs/file-checkpoints.ts';
export type {
  CheckpointStore,
  RejectedRecord,
  RunEntry,
  RunHeader,
  RunLog,
  RunSettings,
  RunSummary,
} from './runs/log.ts';
export type { SyncCounts } from './sync/select.ts';
export { LOSS_NAMES, type Loss, type LossName } from './plan/losses.ts';
export * from './spec/record.ts';
export { DATATYPES, FIELD_ROLES, FILTER_OPERATORS, METRICS, VALUE_MEASURES } from './spec/v1.ts';
export type * from './spec/v1.ts';
export { readPages, readRecords, type ReadOptions, type TypedRecord } from './store/read.ts';
export type { NamespaceCount } from './verify/count.ts';
export type { FieldDifference } from './verify/compare.ts';
export type { SearchReport } from './verify/search.ts';
export type { CensusReport, CensusSide } from './verify/census.ts';
export type { WitnessReport } from './verify/witness.ts';
export type { OwnRoadDifference, OwnRoadReport, RoadDifference, RoadsReport } from './verify/roads-report.ts';
export type { ValuesReport } from './verify/values-witness.ts';
export type { Difference } from './verify/values-pass.ts';
export { SOURCE_READS, VERIFY_LEVELS, type SourceRead, type VerifyLevel } from './verify/comparison.ts';
export type { VerificationReport } from './verify/verify.ts';
