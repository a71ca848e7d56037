import { VsmError } from '../errors.ts';
import type { VectorStoreMigrator } from './migrator.ts';
import type { MigrateOptions } from './options.ts';
import type { MigrationResult } from './result.ts';

/** One collection of several. Jobs may share a migrator, or have one each. */
export interface MigrationJob {
  readonly migrator: Pick<VectorStoreMigrator, 'migrate'>;
  readonly options: MigrateOptions;
}

/** What became of one collection. */
export interface CollectionOutcome {
  readonly sourceCollection: string;
  readonly targetCollection: string;
  /** Absent where it failed. */
  readonly result?: MigrationResult | undefined;
  /** Why it failed. With code `INTERRUPTED` it is a `MigrationInterruptedError`, which knows the run to resume. */
  readonly error?: Error | undefined;
}

export interface MigrateAllResult {
  /** Every collection was migrated, and none had rejected records or differences. */
  readonly success: boolean;
  /** Over all collections. */
  readonly vectorsMigrated: number;
  readonly vectorsFailed: number;
  readonly durationSeconds: number;
  /** In the order of the jobs. Jobs that an interruption left untouched are not among them. */
  readonly outcomes: readonly CollectionOutcome[];
  /** Source collections that were not begun, because the run was interrupted. */
  readonly notStarted: readonly string[];
}

export interface MigrateAllOptions {
  /** Ends the collection that is moving as `migrate` does, and begins no other. */
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: ((job: MigrationJob, index: number) => void) | undefined;
  readonly onOutcome?: ((outcome: CollectionOutcome, index: number) => void) | undefined;
}

/**
 * Migrates several collections, one after the other. One that fails does not stop the others, so this throws nothing of
 * what {@link VectorStoreMigrator.migrate} throws: look at `success`, and at each outcome.
 */
export async function migrateAll(
  jobs: readonly MigrationJob[],
  { signal, onStart, onOutcome }: MigrateAllOptions = {},
): Promise<MigrateAllResult> {
  const started = performance.now();
  const outcomes: CollectionOutcome[] = [];
  for (const [index, job] of jobs.entries()) {
    if (signal?.aborted === true) break;
    onStart?.(job, index);
    const outcome = await migrateOne(job, signal);
    outcomes.push(outcome);
    onOutcome?.(outcome, index);
    if (VsmError.isInstance(outcome.error) && outcome.error.code === 'INTERRUPTED') break;
  }
  const results = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]));
  return {
    success: results.length === jobs.length && results.every((result) => result.success),
    vectorsMigrated: results.reduce((total, result) => total + result.vectorsMigrated, 0),
    vectorsFailed: results.reduce((total, result) => total + result.vectorsFailed, 0),
    durationSeconds: (performance.now() - started) / 1000,
    outcomes,
    notStarted: jobs.slice(outcomes.length).map(({ options }) => options.sourceCollection),
  };
}

async function migrateOne({ migrator, options }: MigrationJob, signal?: AbortSignal): Promise<CollectionOutcome> {
  const { sourceCollection, targetCollection = sourceCollection } = options;
  const names = { sourceCollection, targetCollection };
  try {
    return { ...names, result: await migrator.migrate({ ...options, signal: options.signal ?? signal }) };
  } catch (error) {
    return { ...names, error: error instanceof Error ? error : new Error(String(error), { cause: error }) };
  }
}
