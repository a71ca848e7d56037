import { MigrationInterruptedError, ValidationError, VsmError } from '../errors.ts';
import { parseFilter, type FilterShorthand } from '../filter.ts';
import type { JsonObject, Metric, VectorStoreV1 } from '../spec/v1.ts';
import { verifyRecords, type VerificationReport, type VerifyLevel } from '../verify/verify.ts';
import type { Embedding } from './embed.ts';
import { estimateReading, targetDimension, withProbe, type MigrationEstimate } from './estimate.ts';
import type { FieldMapping } from './field-mapping.ts';
import { createPipeline } from './pipeline.ts';
import type { Transform } from './record-steps.ts';
import { makePlan, refuseLosses, storeFacts, type MigrationPlan } from './plan.ts';
import { probeWriting } from './probe.ts';
import { patientStore } from './patient-store.ts';
import { ProgressTracker, type ProgressListener } from './progress.ts';
import type { MigrationResult } from './result.ts';
import type { RetryPolicy } from './retry.ts';
import { fileCheckpoints } from './run-files.ts';
import type { CheckpointStore, RunLog, RunSummary } from './run-log.ts';
import { atLeast, checkLevel, checkPace, newRunId, type Pace } from './settings.ts';
import { replayRejected, type ReplayResult } from './replay.ts';
import type { RunControl } from './run-control.ts';
import { executeRun } from './run.ts';
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
  /**
   * Where runs are remembered, so that they can be resumed: a folder, a store of your own, or `false` for nowhere.
   * @default process.env.VSM_RUN_DIR, else '.vsm'
   */
  readonly checkpoints?: string | CheckpointStore | false | undefined;
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

export interface PlanOptions extends Selection {
  /** Rename, drop, set and cast metadata fields. */
  readonly fields?: FieldMapping | undefined;
  /** Must return the same for the same record each time it is asked: plan and verification ask again. */
  readonly transform?: Transform | undefined;
  /** Compute new vectors on the way. */
  readonly embed?: Embedding | undefined;
}

export interface RunOptions extends Pace {
  /** How deep to verify. @default 'values' */
  readonly verify?: VerifyLevel | undefined;
  /** Compare the values of about this many records, chosen at random. @default all of them */
  readonly verifySample?: number | undefined;
  readonly maxRecordsPerSecond?: number | undefined;
  readonly maxBytesPerSecond?: number | undefined;
  /** Pauses the run and lets it go on. */
  readonly control?: RunControl | undefined;
}

export interface MigrateOptions extends PlanOptions, RunOptions {
  /**
   * A plan made before, which is then executed as it stands; of the options that shape a plan, only the functions still count.
   * Refused where the target has changed in the meantime.
   */
  readonly plan?: MigrationPlan | undefined;
  /** Read, map and check everything, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Losses that are accepted, by the name the plan gives them. @default none */
  readonly allowLoss?: readonly LossName[] | undefined;
  /** `sync` writes only what the target lacks or has otherwise. @default 'copy' */
  readonly mode?: 'copy' | 'sync' | undefined;
  /** With `sync`: delete from the target what the source does not have. @default false */
  readonly deleteExtra?: boolean | undefined;
  /** Kept with the run, and listed by `runs`. No secrets. */
  readonly annotations?: JsonObject | undefined;
  /** With `sync`: read only records whose field is greater than this. */
  readonly since?: { readonly field: string; readonly after: string | number | bigint } | undefined;
}

export interface ResumeOptions extends RunOptions {
  /** The same functions as before: they cannot be kept. */
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyOptions extends PlanOptions, Pace {
  /** @default 'values' */
  readonly level?: VerifyLevel | undefined;
  /** Compare the values of about this many records, chosen at random. @default all of them */
  readonly sample?: number | undefined;
}

export interface EstimateOptions {
  readonly collectionName: string;
  /** Compare with this collection of the target. @default the source's name */
  readonly targetCollection?: string | undefined;
  readonly filter?: FilterShorthand | undefined;
  /** @default 1000 */
  readonly batchSize?: number | undefined;
  /** Time writing too, with scratch collections in the target that are removed again. @default true */
  readonly probe?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Moves collections from one store to another and proves that nothing was lost. Closes neither store. */
export class VectorStoreMigrator {
  readonly #source: VectorStoreV1;
  /** The source again, for a plan, which reads one page and counts no repetitions. */
  readonly #sampled: VectorStoreV1;
  readonly #target: VectorStoreV1;
  readonly #validate: boolean;
  readonly #retry: RetryPolicy;
  readonly #onProgress: ProgressListener | undefined;
  readonly #checkpoints: CheckpointStore | undefined;

  constructor(options: VectorStoreMigratorOptions) {
    this.#validate = options.validate ?? true;
    this.#retry = {
      maxRetries: atLeast('maxRetries', options.maxRetries ?? 3, 0),
      retryDelaySeconds: atLeast('retryDelaySeconds', options.retryDelaySeconds ?? 1, 0),
      retryBackoff: atLeast('retryBackoff', options.retryBackoff ?? 2, 1),
    };
    this.#source = patientStore(options.source, this.#retry, 'no-scans');
    this.#sampled = patientStore(options.source, this.#retry, 'scans');
    this.#target = patientStore(options.target, this.#retry, 'no-scans');
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
    return makePlan(this.#sampled, this.#target, {
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
      refuseLosses(plan, options.allowLoss ?? []);
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

function checkSync({ mode, deleteExtra, since, filter }: MigrateOptions): void {
  if (mode === 'sync') {
    if (deleteExtra === true && (since !== undefined || filter !== undefined)) {
      throw new ValidationError('deleteExtra needs the whole source: it cannot be combined with since or filter.');
    }
    return;
  }
  if (deleteExtra !== undefined || since !== undefined) {
    throw new ValidationError("deleteExtra and since belong to mode: 'sync'.");
  }
}

function withSince(options: MigrateOptions): MigrateOptions {
  const { since, filter } = options;
  if (since === undefined) return options;
  const newer = { [since.field]: { $gt: since.after } };
  return { ...options, filter: filter === undefined ? newer : { $and: [filter, newer] } };
}

function checkEndpoints(plan: MigrationPlan, source: VectorStoreV1, target: VectorStoreV1): void {
  for (const [side, planned, given] of [
    ['source', plan.source, source],
    ['target', plan.target, target],
  ] as const) {
    if (planned.adapter === given.adapter && planned.location === given.location) continue;
    throw new ValidationError(`The plan's ${side} is ${planned.location}, but this migrator has ${given.location}.`);
  }
}

/** A plan from yesterday must still fit what is there today. */
function checkGivenPlan(given: MigrationPlan, fresh: MigrationPlan): void {
  for (const side of ['source', 'target'] as const) {
    const [planned, found] = [given[side], fresh[side]];
    if (planned.location === found.location && planned.collection === found.collection) continue;
    throw new ValidationError(
      `The plan's ${side} is "${planned.collection}" in ${planned.location}, not "${found.collection}" in ${found.location}.`,
    );
  }
  if (given.createTarget === fresh.createTarget && given.targetCount === fresh.targetCount) return;
  throw new ValidationError(
    `The target has changed since the plan was made: it ${fresh.createTarget ? 'does not exist' : `holds ${fresh.targetCount} records`} now. Make a new plan.`,
  );
}

function checkFunctions(settings: { transform: boolean; embed: boolean }, options: ResumeOptions): void {
  for (const name of ['transform', 'embed'] as const) {
    if (settings[name] === (options[name] !== undefined)) continue;
    throw new ValidationError(
      settings[name]
        ? `The run was started with a ${name} function; resume it with the same one.`
        : `The run was started without a ${name} function; it cannot be resumed with one.`,
    );
  }
}
