export * from './errors.ts';
export { matches, parseFilter, type FilterShorthand } from './filter.ts';
export { inspectCollection, type CollectionReport } from './inspect.ts';
export { closest } from './closest.ts';
export type { Embedding } from './migrate/embed.ts';
export { estimateReading, type MigrationEstimate, type ReadingOptions } from './migrate/estimate.ts';
export type { CastType, FieldMapping } from './migrate/field-mapping.ts';
export {
  migrateAll,
  type CollectionOutcome,
  type MigrateAllOptions,
  type MigrateAllResult,
  type MigrationJob,
} from './migrate/migrate-all.ts';
export { VectorStoreMigrator } from './migrate/migrator.ts';
export type {
  EstimateOptions,
  MigrateOptions,
  PlanOptions,
  ResumeOptions,
  RunOptions,
  VectorStoreMigratorOptions,
  VerifyOptions,
} from './migrate/options.ts';
export type { LayoutDescription, LayoutPlan, RecordLayout, RefusedRecord } from './migrate/layout.ts';
export { dropRecord, type DroppedRecord, type Transform } from './migrate/record-steps.ts';
export type { Headroom } from './migrate/headroom.ts';
export type { Endpoint, MigrationPlan } from './migrate/plan.ts';
export { patient } from './migrate/patient-store.ts';
export type { MigrationPhase, MigrationProgress, PartProgress, ProgressListener } from './migrate/progress.ts';
export type { ReplayResult } from './migrate/replay.ts';
export type { MigrationResult } from './migrate/result.ts';
export { RunControl } from './migrate/run-control.ts';
export type { LatencySummary, TimelinePoint } from './migrate/telemetry.ts';
export { fileCheckpoints } from './migrate/run-files.ts';
export type {
  CheckpointStore,
  RejectedRecord,
  RunEntry,
  RunHeader,
  RunLog,
  RunSettings,
  RunSummary,
} from './migrate/run-log.ts';
export type { SyncCounts } from './migrate/sync.ts';
export type { Loss, LossName } from './migrate/target-schema.ts';
export * from './record.ts';
export type * from './spec/v1.ts';
export type { NamespaceCount } from './verify/count.ts';
export type { FieldDifference } from './verify/compare.ts';
export type { SearchReport } from './verify/search.ts';
export type { Difference, VerificationReport, VerifyLevel } from './verify/verify.ts';
