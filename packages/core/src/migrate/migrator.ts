import { MigrationInterruptedError, ValidationError, VsmError } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import { verifyRecords, type VerificationReport } from '../verify/verify.ts';
import { estimateReading, targetDimension, type MigrationEstimate } from '../plan/estimate.ts';
import type {
  EstimateOptions,
  MigrateOptions,
  PlanOptions,
  ResumeOptions,
  VectorStoreMigratorOptions,
  VerifyOptions,
} from './options.ts';
import { checkLayout } from '../mapping/layout.ts';
import { retryingStore } from '../store/retrying-store.ts';
import { createPipeline } from '../mapping/pipeline.ts';
import { refuseLosses } from '../plan/losses.ts';
import { makePlan, type MigrationPlan } from '../plan/plan.ts';
import { storeFacts } from '../store/facts.ts';
import { checkEndpoints, checkFunctions, checkGivenPlan, checkSync, withSince } from './preconditions.ts';
import { probeWriting, withProbe } from './probe.ts';
import { ProgressTracker, type ProgressListener } from '../progress/tracker.ts';
import { replayRejected, type ReplayResult } from '../copy/replay.ts';
import type { MigrationResult } from './result.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { executeRun } from './run.ts';
import { fileCheckpoints } from '../runs/file-checkpoints.ts';
import type { CheckpointStore, RunLog, RunSummary } from '../runs/log.ts';
import { atLeast, checkLevel, checkPace, newRunId } from './settings.ts';

const PLAN_RETRIES = 3;
const RUN_RETRIES = 8;

/** Moves collections from one store to another and proves that nothing was lost. Closes neither store. */
export class VectorStoreMigrator {
  readonly #source: VectorStoreV1;
  readonly #target: VectorStoreV1;
  /** Both again, for a plan: whoever waits for its answer would rather hear soon that a server is not there. */
  readonly #planned: { readonly source: VectorStoreV1; readonly target: VectorStoreV1 };
  readonly #validate: boolean;
  readonly #retry: RetryPolicy;
  readonly #onProgress: ProgressListener | undefined;
  readonly #checkpoints: CheckpointStore | undefined;

  constructor(options: VectorStoreMigratorOptions) {
    this.#validate = options.validate ?? true;
    this.#retry = {
      maxRetries: atLeast('maxRetries', options.maxRetries ?? RUN_RETRIES, 0),
      retryDelaySeconds: atLeast('retryDelaySeconds', options.retryDelaySeconds ?? 1, 0),
      retryBackoff: atLeast('retryBackoff', options.retryBackoff ?? 2, 1),
    };
    this.#source = retryingStore(options.source, this.#retry, 'no-scans');
    this.#target = retryingStore(options.target, this.#retry, 'no-scans');
    const brief = { ...this.#retry, maxRetries: options.maxRetries ?? PLAN_RETRIES };
    this.#planned = {
      source: retryingStore(options.source, brief, 'scans'),
      target: retryingStore(options.target, brief, 'scans'),
    };
    this.#onProgress = options.onProgress;
    const where = options.checkpoints ?? process.env['VSM_RUN_DIR'] ?? '.vsm';
    this.#checkpoints = where === false ? undefined : typeof where === 'string' ? fileCheckpoints(where) : where;
  }

  /**
   * Decides everything a run would do, and writes nothing. Times reading the source unless `estimate` is false.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError
   */
  async plan(options: PlanOptions & { readonly estimate?: boolean | undefined }): Promise<MigrationPlan> {
    if (this.#target.capabilities.access === 'read-only') {
      throw new ValidationError(`The target ${this.#target.location} can only be read.`);
    }
    const plan = await this.#decide(options);
    if (options.estimate === false) return plan;
    const { sourceCollection, filter, signal } = options;
    const measured = await estimateReading(this.#source, sourceCollection, { filter, signal }, this.#retry);
    return { ...plan, estimate: measured };
  }

  async #decide(options: PlanOptions): Promise<MigrationPlan> {
    const { sourceCollection, targetCollection, filter, fields, ...rest } = options;
    return makePlan(this.#planned.source, this.#planned.target, {
      ...rest,
      sourceCollection,
      targetCollection: targetCollection ?? sourceCollection,
      filter: filter === undefined ? undefined : parseFilter(filter),
      fieldMapping: fields,
    });
  }

  /**
   * Plans, copies and verifies. Refused records and differences are in the result; everything else that goes wrong is thrown.
   * @throws CollectionNotFoundError, ValidationError, SchemaCompatibilityError before the first write
   * @throws MigrationInterruptedError after `signal` was aborted
   */
  async migrate(options: MigrateOptions): Promise<MigrationResult> {
    const startedAt = new Date();
    const runId = newRunId(startedAt);
    checkLevel(options.verify ?? 'values');
    const pace = checkPace(options);
    checkSync(options);
    const tracker = new ProgressTracker(this.#onProgress, pace.batchSize);
    const remembered = options.dryRun !== true && this.#checkpoints !== undefined;
    return this.#interruptible(runId, options.signal, remembered, async () => {
      tracker.enter('planning', 0);
      const fresh = await this.plan({ ...withSince(options), estimate: false });
      const plan = options.plan ?? fresh;
      if (options.plan !== undefined) checkGivenPlan(options.plan, fresh);
      checkLayout(plan.layout, options.layout);
      const { losses, sample, source, target } = plan;
      const carried = { losses, sampled: sample.records, collection: source.collection, adapter: target.adapter };
      refuseLosses(carried, options.allowLoss ?? []);
      const log = remembered
        ? await this.#checkpoints?.create({
            version: 1,
            runId,
            startedAt: startedAt.toISOString(),
            plan,
            annotations: options.annotations,
            settings: {
              batchSize: pace.batchSize,
              concurrency: pace.concurrency,
              transform: options.transform !== undefined,
              embed: options.embed !== undefined,
              mode: options.mode ?? 'copy',
              deleteExtra: options.deleteExtra ?? false,
            },
          })
        : undefined;
      return this.#run(plan, log, tracker, { ...options, ...pace, runId, startedAt });
    });
  }

  /**
   * Takes up a run where its process ended: what is done stays done, and index settings are restored at the end.
   * @throws VsmError `NOT_FOUND` for an unknown run, `CONFLICT` while another process has it, `INVALID_DATA` for a changed plan
   * @throws ValidationError where the stores or the functions are not those of the run
   */
  async resume(runId: string, options: ResumeOptions = {}): Promise<MigrationResult> {
    const log = await this.#runs().open(runId);
    const { plan, settings, startedAt } = log.header;
    const { batchSize, concurrency } = settings;
    const pace = checkPace({ ...options, batchSize, concurrency });
    const tracker = new ProgressTracker(this.#onProgress, pace.batchSize);
    try {
      checkEndpoints(plan, this.#source, this.#target);
      checkFunctions(settings, options);
      checkLayout(plan.layout, options.layout);
    } catch (error) {
      await log.close();
      throw error;
    }
    return this.#interruptible(runId, options.signal, true, () =>
      this.#run(plan, log, tracker, {
        ...options,
        ...pace,
        mode: settings.mode,
        deleteExtra: settings.deleteExtra,
        runId,
        startedAt: new Date(startedAt),
      }),
    );
  }

  /** Runs that are remembered, oldest first. */
  async runs(): Promise<readonly RunSummary[]> {
    return this.#runs().list();
  }

  /** Offers the refused records of a run to the target once more. */
  async replayRejected(runId: string): Promise<ReplayResult> {
    const log = await this.#runs().open(runId);
    try {
      checkEndpoints(log.header.plan, this.#source, this.#target);
      return await replayRejected(log, this.#target, this.#retry);
    } finally {
      await log.close();
    }
  }

  /** Compares two collections without a run. Reads only. */
  async verify(options: VerifyOptions): Promise<VerificationReport> {
    const pace = checkPace(options);
    const level = checkLevel(options.level ?? 'values');
    const { signal } = options;
    const target = await this.#target.openCollection(options.targetCollection ?? options.sourceCollection, { signal });
    const plan = { ...(await this.#decide(options)), targetCount: 0 };
    const targetStore = await storeFacts(this.#target, signal);
    return verifyRecords({
      ...pace,
      plan,
      source: await this.#source.openCollection(options.sourceCollection, { signal }),
      target,
      targetStore,
      pipeline: createPipeline(plan, targetStore, options),
      transformed: options.transform !== undefined,
      retry: this.#retry,
      level,
      sample: options.sample,
      signal,
      tracker: new ProgressTracker(this.#onProgress, pace.batchSize),
    });
  }

  /** Measures a few pages of the source and, unless `probe` is false, moves some records into scratch collections of the target. */
  async estimate(options: EstimateOptions): Promise<MigrationEstimate> {
    const { collectionName, signal, filter } = options;
    const { batchSize } = checkPace(options);
    const targetCollection = options.targetCollection ?? collectionName;
    const measured = await estimateReading(this.#source, collectionName, { batchSize, filter, signal }, this.#retry);
    try {
      const plan = await this.plan({
        sourceCollection: collectionName,
        targetCollection,
        filter,
        signal,
        estimate: false,
      });
      const losses = plan.losses.map(({ name, detail }) => `${name}: ${detail}`);
      const probed =
        options.probe === false
          ? undefined
          : await probeWriting({
              source: this.#source,
              target: this.#target,
              plan,
              ...checkPace({ batchSize }),
              validate: this.#validate,
              retry: this.#retry,
              signal,
            });
      const existing = plan.createTarget ? undefined : await targetDimension(this.#target, plan.target.collection);
      return {
        ...(probed === undefined ? measured : withProbe(measured, probed)),
        targetDimension: existing,
        compatible: losses.length === 0,
        warnings: [...measured.warnings, ...plan.warnings, ...losses],
      };
    } catch (error) {
      if (!VsmError.isInstance(error) || error.code !== 'SCHEMA_INCOMPATIBLE') throw error;
      const dimension = await targetDimension(this.#target, targetCollection);
      return {
        ...measured,
        targetDimension: dimension,
        compatible: false,
        warnings: [...measured.warnings, error.message],
      };
    }
  }

  async #run(
    plan: MigrationPlan,
    log: RunLog | undefined,
    tracker: ProgressTracker,
    options: Omit<
      Parameters<typeof executeRun>[0],
      'source' | 'target' | 'plan' | 'log' | 'tracker' | 'retry' | 'validate'
    >,
  ): Promise<MigrationResult> {
    try {
      return await executeRun({
        ...options,
        source: this.#source,
        target: this.#target,
        plan,
        log,
        tracker,
        retry: this.#retry,
        validate: this.#validate,
      });
    } finally {
      await log?.close();
    }
  }

  async #interruptible<Result>(
    runId: string,
    signal: AbortSignal | undefined,
    resumable: boolean,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      throw new MigrationInterruptedError(
        runId,
        resumable,
        `Run ${runId} was interrupted. Records that were written stay in the target; ${resumable ? 'resume it to move the others, and to restore index settings that were deferred' : 'run it again to move the others'}.`,
        { cause: error },
      );
    }
  }

  #runs(): CheckpointStore {
    if (this.#checkpoints !== undefined) return this.#checkpoints;
    throw new ValidationError('This migrator remembers no runs: it was made with checkpoints: false.');
  }
}
