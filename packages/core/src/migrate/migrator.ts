import type { ReplayResult } from '../copy/replay.ts';
import type { MigrationEstimate } from '../plan/estimate.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunSummary } from '../runs/log.ts';
import type { Metadata } from '../spec/record.ts';
import type { VerificationReport } from '../verify/verify.ts';
import { checkCallOptions, checkStoreOptions } from './check-options.ts';
import { planRun } from './decide.ts';
import { estimateRun } from './estimate-run.ts';
import { migrateRun, replayRejected, resumeRun } from './migrate-run.ts';
import {
  withoutSchema,
  withSourceName,
  type ByEitherName,
  type EstimateOptions,
  type MigrateOptions,
  type PlanOptions,
  type ResumeOptions,
  type VectorStoreMigratorOptions,
  type VerifyOptions,
} from './options.ts';
import type { MigrationResult } from './result.ts';
import { openSession, rememberedRuns, type Session } from './session.ts';
import type { Pace } from './settings.ts';
import { verifyRun } from './verify-run.ts';

/**
 * Moves collections from one store to another and proves that nothing was lost. Closes neither store.
 *
 * @example
 * ```ts
 * import { createChroma } from '@vsm/adapter-chroma';
 * import { createQdrant } from '@vsm/adapter-qdrant';
 * import { VectorStoreMigrator } from '@vsm/core';
 *
 * const source = createChroma({ url: 'http://localhost:8000' });
 * const target = createQdrant({ url: 'http://localhost:6333' });
 * const migrator = new VectorStoreMigrator({ source, target });
 * const result = await migrator.migrate({ sourceCollection: 'docs' });
 * console.log(result.success, result.vectorsMigrated);
 * ```
 */
export class VectorStoreMigrator {
  readonly #options: VectorStoreMigratorOptions;
  readonly #session: Session;

  constructor(options: VectorStoreMigratorOptions) {
    checkStoreOptions(options);
    this.#options = options;
    this.#session = openSession(options);
  }

  /** What the migrator was told of the pace, unless the call says otherwise. */
  #paced<Options extends Pace>(options: Options): Options {
    const { batchSize, concurrency, maxBytesInFlight } = this.#options;
    return {
      ...options,
      batchSize: options.batchSize ?? batchSize,
      concurrency: options.concurrency ?? concurrency,
      maxBytesInFlight: options.maxBytesInFlight ?? maxBytesInFlight,
    };
  }

  /** Of a call that is told otherwise than the migrator was, a session of its own. */
  #sessionOf(call: string, options: object): Session {
    const told = checkCallOptions(call, options);
    return Object.keys(told).length === 0 ? this.#session : openSession({ ...this.#options, ...told });
  }

  /**
   * Decides everything a run would do, and writes nothing. Times reading the source unless `estimate` is false.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError
   */
  async plan<M = Metadata>(
    options: ByEitherName<PlanOptions<M>> & { readonly estimate?: boolean | undefined },
  ): Promise<MigrationPlan> {
    return planRun(this.#sessionOf('plan', options), {
      ...withSourceName(withoutSchema<M>(options) as ByEitherName<PlanOptions>),
      estimate: options.estimate ?? true,
    });
  }

  /**
   * Plans, copies and verifies. Rejected records and differences are in the result; everything else that goes wrong is thrown.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError before the first write
   * @throws MigrationInterruptedError after `signal` was aborted
   */
  async migrate<M = Metadata>(options: ByEitherName<MigrateOptions<M>>): Promise<MigrationResult> {
    return migrateRun(
      this.#sessionOf('migrate', options),
      this.#paced(withSourceName(withoutSchema<M>(options) as ByEitherName<MigrateOptions>)),
    );
  }

  /**
   * Takes up a run where its process ended: what is done stays done, and index settings are restored at the end.
   * @throws VsmError `NOT_FOUND` for an unknown run, `CONFLICT` while another process has it, `INVALID_DATA` for a changed plan
   * @throws ValidationError where the stores or the functions are not those of the run
   */
  async resume<M = Metadata>(runId: string, options: ResumeOptions<M> = {}): Promise<MigrationResult> {
    return resumeRun(this.#sessionOf('resume', options), runId, this.#paced<ResumeOptions>(withoutSchema<M>(options)));
  }

  /** Runs that are remembered, oldest first. */
  async runs(): Promise<readonly RunSummary[]> {
    return rememberedRuns(this.#session).list();
  }

  /** Offers the rejected records of a run to the target once more. */
  async replayRejected(runId: string): Promise<ReplayResult> {
    return replayRejected(this.#session, runId);
  }

  /** Compares two collections without a run. Reads only. */
  async verify<M = Metadata>(options: ByEitherName<VerifyOptions<M>>): Promise<VerificationReport> {
    return verifyRun(
      this.#sessionOf('verify', options),
      this.#paced(withSourceName(withoutSchema<M>(options) as ByEitherName<VerifyOptions>)),
    );
  }

  /** Measures a few pages of the source and, unless `probe` is false, moves some records into scratch collections of the target. */
  async estimate(options: ByEitherName<EstimateOptions>): Promise<MigrationEstimate> {
    return estimateRun(this.#sessionOf('estimate', options), this.#paced(withSourceName(options)));
  }
}
