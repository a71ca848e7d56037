export type { ConformanceCase } from './case.ts';
export { conformanceCases } from './cases/index.ts';
export type { ConformanceContext } from './context.ts';
export type { Offer } from './offers.ts';
export type {
  BusyStore,
  ConformanceOptions,
  GivenClient,
  LocationHarness,
  RawReader,
  RuledRecords,
} from './options.ts';
export type { CaseResult } from './run-case.ts';
export { runConformance, type ConformanceReport, type RunOptions } from './runners/report.ts';
