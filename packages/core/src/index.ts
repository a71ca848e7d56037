export * from './errors.ts';
export { matches, parseFilter, type FilterShorthand } from './filter.ts';
export { inspectCollection, type CollectionReport } from './inspect.ts';
export { closest } from './closest.ts';
export { dropRecord, type DroppedRecord, type Transform } from './migrate/copy.ts';
export { estimateReading, type MigrationEstimate, type ReadingOptions } from './migrate/estimate.ts';
export {
  VectorStoreMigrator,
  type EstimateOptions,
  type MigrateOptions,
  type MigrationResult,
  type VectorStoreMigratorOptions,
  type VerifyOptions,
} from './migrate/migrator.ts';
export type { Endpoint, MigrationPlan } from './migrate/plan.ts';
export type { MigrationPhase, MigrationProgress, ProgressListener } from './migrate/progress.ts';
export type { Loss, LossName } from './migrate/target-schema.ts';
export * from './record.ts';
export type * from './spec/v1.ts';
export type { FieldDifference } from './verify/compare.ts';
export type { SearchReport } from './verify/search.ts';
export type { Difference, VerificationReport, VerifyLevel } from './verify/verify.ts';
