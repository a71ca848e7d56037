import { randomBytes } from 'node:crypto';
import { MigrationInterruptedError, ValidationError, VsmError } from '../errors.ts';
import { parseFilter, type FilterShorthand } from '../filter.ts';
import type { CollectionV1, Metric, Rejection, VectorStoreV1 } from '../spec/v1.ts';
import {
  VERIFY_LEVELS,
  verifyRecords,
  recordKey,
  type VerificationReport,
  type VerifyLevel,
} from '../verify/verify.ts';
import { copyRecords, type CopyCounts, type Transform } from './copy.ts';
import { estimateReading, targetDimension, type MigrationEstimate } from './estimate.ts';
import { makePlan, refuseLosses, storeFacts, type MigrationPlan } from './plan.ts';
import { ProgressTracker, type ProgressListener } from './progress.ts';
import type { RetryPolicy } from './retry.ts';
import type { LossName } from './target-schema.ts';

export interface VectorStoreMigratorOptions {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  /** Verify after copying. @default true */
  readonly validate?: boolean | undefined;
  /** How often a call that failed for a passing reason is repeated. @default 3 */
  readonly maxRetries?: number | undefined;
  /** Upper bound of the first pause before a retry, in seconds. @default 1 */
  readonly retryDelaySeconds?: number | undefined;
  /** Factor by which that bound grows. @default 2 */
  readonly retryBackoff?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

interface Selection {
  readonly sourceCollection: string;
  /** @default the source's name */
  readonly targetCollection?: string | undefined;
  /** Such as `{ status: 'published', year: { $gte: 2025 } }`. */
  readonly filter?: FilterShorthand | undefined;
  /** Only these namespaces, `''` being the default one. @default all of them */
  readonly namespaces?: readonly string[] | undefined;
  /** By which the target compares, where the source does not say or the target lacks the source's. */
  readonly metric?: Metric | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Pace {
  /** Records a page; pages of large records are cut smaller. @default 1000 */
  readonly batchSize?: number | undefined;
  /** Parts of the collection that are read and written at once. @default 4 */
  readonly concurrency?: number | undefined;
}

export interface MigrateOptions extends Selection, Pace {
  /** Read, map and check everything, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Losses that are accepted, by the name the plan gives them. @default none */
  readonly allowLoss?: readonly LossName[] | undefined;
  /** Must return the same for the same record each time it is asked: verification asks again. */
  readonly transform?: Transform | undefined;
  /** How deep to verify. @default 'values' */
  readonly verify?: VerifyLevel | undefined;
}

export interface VerifyOptions extends Selection, Pace {
  /** @default 'values' */
  readonly level?: VerifyLevel | undefined;
  readonly transform?: Transform | undefined;
}

export interface EstimateOptions {
  readonly collectionName: string;
  /** Compare with this collection of the target. @default the source's name */
  readonly targetCollection?: string | undefined;
  readonly filter?: FilterShorthand | undefined;
  /** @default 1000 */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface MigrationResult {
  /** Everything was written, nothing was refused, and verification, if asked for, found no difference. */
  readonly success: boolean;
  readonly runId: string;
  readonly vectorsMigrated: number;
  readonly vectorsFailed: number;
  /** Percent of the records that were to be written. */
  readonly successRate: number;
  readonly durationSeconds: number;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** The first 100 refused records and why. */
  readonly rejected: readonly Rejection[];
  readonly verification: VerificationReport | undefined;
  readonly metadata: {
    readonly dryRun: boolean;
    readonly vectorsRead: number;
    /** Left out by the transform. */
    readonly vectorsDropped: number;
    readonly retries: number;
    readonly vectorsPerSecond: number;
    readonly copySeconds: number;
    readonly plan: MigrationPlan;
  };
}

const LISTED_REJECTIONS = 100;

/** Moves collections from one store to another and proves that nothing was lost. Closes neither store. */
export class VectorStoreMigrator {
  readonly #source: VectorStoreV1;
  readonly #target: VectorStoreV1;
  readonly #validate: boolean;
  readonly #retry: RetryPolicy;
  readonly #onProgress: ProgressListener | undefined;

  constructor(options: VectorStoreMigratorOptions) {
    this.#source = options.source;
    this.#target = options.target;
    this.#validate = options.validate ?? true;
    this.#retry = {
      maxRetries: atLeast('maxRetries', options.maxRetries ?? 3, 0),
      retryDelaySeconds: atLeast('retryDelaySeconds', options.retryDelaySeconds ?? 1, 0),
      retryBackoff: atLeast('retryBackoff', options.retryBackoff ?? 2, 1),
    };
    this.#onProgress = options.onProgress;
  }

  /**
   * Decides everything a run would do, and writes nothing.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError
   */
  async plan(options: Selection): Promise<MigrationPlan> {
    const { sourceCollection, targetCollection, filter, namespaces, metric, signal } = options;
    return makePlan(this.#source, this.#target, {
      sourceCollection,
      targetCollection: targetCollection ?? sourceCollection,
      filter: filter === undefined ? undefined : parseFilter(filter),
      namespaces,
      metric,
      signal,
    });
  }

  /**
   * Plans, copies and verifies. Refused records and differences are in the result; everything else that goes wrong is thrown.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError before the first write
   * @throws MigrationInterruptedError after `signal` was aborted
   */
  async migrate(options: MigrateOptions): Promise<MigrationResult> {
    const started = new Date();
    const pace = checkPace(options);
    const level = checkLevel(options.verify ?? 'values');
    const runId = newRunId(started);
    const tracker = new ProgressTracker(this.#onProgress, pace.batchSize);
    try {
      tracker.enter('planning', 0);
      const plan = await this.plan(options);
      refuseLosses(plan, options.allowLoss ?? []);
      return await this.#execute(plan, { options, pace, level, runId, started, tracker });
    } catch (error) {
      if (options.signal?.aborted !== true) throw error;
      throw new MigrationInterruptedError(
        runId,
        `The migration of "${options.sourceCollection}" was interrupted. Records that were written stay in the target.`,
        { cause: error },
      );
    }
  }

  /** Compares two collections without a run. Reads only. */
  async verify(options: VerifyOptions): Promise<VerificationReport> {
    const pace = checkPace(options);
    const level = checkLevel(options.level ?? 'values');
    const target = await this.#target.openCollection(options.targetCollection ?? options.sourceCollection, options);
    const plan = await this.plan(options);
    return verifyRecords({
      plan: { ...plan, targetCount: 0 },
      source: await this.#source.openCollection(options.sourceCollection, options),
      targetStore: await storeFacts(this.#target, options.signal),
      target,
      settings: { ...pace, level, retry: this.#retry, transform: options.transform, signal: options.signal },
      tracker: new ProgressTracker(this.#onProgress, pace.batchSize),
    });
  }

  /** Measures a few pages of the source. Writes nothing. */
  async estimate(options: EstimateOptions): Promise<MigrationEstimate> {
    const { collectionName, signal } = options;
    const { batchSize } = checkPace(options);
    const reading = { batchSize, filter: options.filter, signal };
    const measured = await estimateReading(this.#source, collectionName, reading, this.#retry);
    try {
      const plan = await this.plan({
        sourceCollection: collectionName,
        targetCollection: options.targetCollection,
        filter: options.filter,
        signal,
      });
      const losses = plan.losses.map(({ name, detail }) => `${name}: ${detail}`);
      const warnings = [...measured.warnings, ...plan.warnings, ...losses];
      const existing = plan.createTarget ? undefined : await targetDimension(this.#target, plan.target.collection);
      return { ...measured, targetDimension: existing, compatible: losses.length === 0, warnings };
    } catch (error) {
      if (!VsmError.isInstance(error) || error.code !== 'SCHEMA_INCOMPATIBLE') throw error;
      const dimension = await targetDimension(this.#target, options.targetCollection ?? collectionName);
      const warnings = [...measured.warnings, error.message];
      return { ...measured, targetDimension: dimension, compatible: false, warnings };
    }
  }

  async #execute(plan: MigrationPlan, run: Run): Promise<MigrationResult> {
    const { options, pace, level, tracker } = run;
    const { signal, transform } = options;
    const source = await this.#source.openCollection(plan.source.collection, { signal });
    const targetStore = await storeFacts(this.#target, signal);
    const dryRun = options.dryRun ?? false;
    const warnings = [...plan.warnings];
    const target = dryRun ? undefined : await this.#openTarget(plan, warnings, signal);

    const rejected: Rejection[] = [];
    const absent = new Set<string>();
    const onRejected = (rejections: readonly Rejection[]): void => {
      for (const rejection of rejections) {
        absent.add(recordKey(rejection));
        if (rejected.length < LISTED_REJECTIONS) rejected.push(rejection);
      }
    };
    tracker.enter('copying', plan.totalVectors);
    const copyStarted = performance.now();
    const settings = { ...pace, retry: this.#retry, transform, signal, onRejected };
    const counts = await copyRecords(plan, source, targetStore, target, settings, tracker);
    const copySeconds = (performance.now() - copyStarted) / 1000;

    let verification: VerificationReport | undefined;
    if (this.#validate && target !== undefined) {
      const verify = { ...pace, level, retry: this.#retry, transform, signal, absent };
      verification = await verifyRecords({
        plan,
        source,
        targetStore,
        target,
        settings: verify,
        tracker,
      });
    }
    tracker.enter('done', counts.read);
    return makeResult(plan, run, { counts, copySeconds, rejected, warnings, verification, dryRun });
  }

  async #openTarget(plan: MigrationPlan, warnings: string[], signal: AbortSignal | undefined): Promise<CollectionV1> {
    if (plan.createTarget) {
      const created = await this.#target.createCollection(plan.schema, { signal });
      warnings.push(...created.map(({ feature, detail }) => `${feature}: ${detail}`));
    }
    return this.#target.openCollection(plan.target.collection, { signal });
  }
}

interface Run {
  readonly options: MigrateOptions;
  readonly pace: Required<{ [Key in keyof Pace]: number }>;
  readonly level: VerifyLevel;
  readonly runId: string;
  readonly started: Date;
  readonly tracker: ProgressTracker;
}

interface Outcome {
  readonly counts: CopyCounts;
  readonly copySeconds: number;
  readonly rejected: readonly Rejection[];
  readonly warnings: readonly string[];
  readonly verification: VerificationReport | undefined;
  readonly dryRun: boolean;
}

function makeResult(plan: MigrationPlan, run: Run, outcome: Outcome): MigrationResult {
  const { counts, copySeconds, verification } = outcome;
  const completed = new Date();
  const attempted = counts.written + counts.rejected;
  const errors: string[] = [];
  if (counts.rejected > 0) errors.push(`${counts.rejected} records were refused`);
  if (verification?.passed === false) {
    const { missing, extra, changed } = verification;
    errors.push(`verification found differences: ${missing} missing, ${extra} extra, ${changed} changed`);
  }
  return {
    success: errors.length === 0,
    runId: run.runId,
    vectorsMigrated: outcome.dryRun ? 0 : counts.written,
    vectorsFailed: counts.rejected,
    successRate: attempted === 0 ? 100 : (100 * counts.written) / attempted,
    durationSeconds: (completed.getTime() - run.started.getTime()) / 1000,
    sourceCollection: plan.source.collection,
    targetCollection: plan.target.collection,
    startedAt: run.started.toISOString(),
    completedAt: completed.toISOString(),
    errors,
    warnings: outcome.warnings,
    rejected: outcome.rejected,
    verification,
    metadata: {
      dryRun: outcome.dryRun,
      vectorsRead: counts.read,
      vectorsDropped: counts.dropped,
      retries: counts.retries,
      vectorsPerSecond: copySeconds > 0 ? counts.read / copySeconds : 0,
      copySeconds,
      plan,
    },
  };
}

function checkPace(pace: Pace): Run['pace'] {
  return {
    batchSize: wholeNumber('batchSize', pace.batchSize ?? 1000),
    concurrency: wholeNumber('concurrency', pace.concurrency ?? 4),
  };
}

function checkLevel(level: VerifyLevel): VerifyLevel {
  if (VERIFY_LEVELS.includes(level)) return level;
  throw new ValidationError(`There is no verification level "${level}". Choose one of ${VERIFY_LEVELS.join(', ')}.`);
}

function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ValidationError(`${name} must be a whole number of at least 1, but is ${value}.`);
}

function atLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new ValidationError(`${name} must be a number of at least ${least}, but is ${value}.`);
}

/** Sorts by time, and is a valid file name everywhere. */
function newRunId(started: Date): string {
  return `${started.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
}
