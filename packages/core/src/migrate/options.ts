import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ValidationError } from '../errors.ts';
import type { FilterShorthand } from '../filter/shorthand.ts';
import type { Metadata } from '../spec/record.ts';
import type { JsonObject, Metric, VectorStoreV1 } from '../spec/v1.ts';
import { checkedMetadata } from '../store/read.ts';
import type { SourceRead, VerifyLevel } from '../verify/comparison.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { FieldMapping } from '../mapping/fields.ts';
import type { Reduction } from '../store/reduce.ts';
import type { RecordLayout } from '../mapping/layout.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RunObserver } from '../progress/observer.ts';
import type { ProgressListener } from '../progress/progress.ts';
import type { Transform } from '../mapping/transform.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { CheckpointStore } from '../runs/log.ts';
import type { Pace } from './settings.ts';
import type { LossName } from '../plan/losses.ts';

export interface VectorStoreMigratorOptions extends CallSettings, Pace {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
}

/** What a migrator is told for all its calls, and each call for itself. */
export interface CallSettings {
  /** Verify after copying. @default true */
  readonly validate?: boolean | undefined;
  /**
   * How often a call that failed for a passing reason is repeated.
   * @default 3 while planning, 8 from then on: with the other defaults, a server may be away for a minute or two
   */
  readonly maxRetries?: number | undefined;
  /** Upper bound of the first pause before a retry, in seconds. @default 1 */
  readonly retryDelaySeconds?: number | undefined;
  /** Factor by which that bound grows. @default 2 */
  readonly retryBackoff?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Watches every run from its beginning to its end, such as the one of `@vsm/otel`. */
  readonly observer?: RunObserver | undefined;
  /**
   * Where runs are remembered, so that they can be resumed: a folder, a store of your own, or `false` for nowhere.
   * @default process.env.VSM_RUN_DIR, else '.vsm'
   */
  readonly checkpoints?: string | CheckpointStore | false | undefined;
}

/** The same options, with the source collection by either of its names. */
export type ByEitherName<Options extends { readonly sourceCollection: string }> =
  | Options
  | (Omit<Options, 'sourceCollection'> & {
      /** Another name of `sourceCollection`. */
      readonly collectionName: string;
      readonly sourceCollection?: undefined;
    });

/** @throws ValidationError where neither name was given, or both were */
export function withSourceName<Options extends { readonly sourceCollection: string }>(
  options: ByEitherName<Options>,
): Options {
  const { sourceCollection } = options;
  const other = 'collectionName' in options ? options.collectionName : undefined;
  if (sourceCollection !== undefined && other !== undefined) {
    throw new ValidationError('Give sourceCollection or collectionName, not both: they are the same setting.');
  }
  const name = sourceCollection ?? other;
  if (name === undefined) throw new ValidationError('Say which collection to read: sourceCollection is missing.');
  return { ...options, sourceCollection: name } as unknown as Options;
}

interface Typed<M> {
  /**
   * Any Standard Schema: types what `filter` and `transform` get. A record that does not fit ends the run by its id; what the schema
   * leaves out of a record goes with it all the same.
   */
  readonly metadata?: StandardSchemaV1<unknown, M> | undefined;
  /** Must return the same for the same record each time it is asked: plan and verification ask again. */
  readonly transform?: Transform<M> | undefined;
}

interface Selection<M = Metadata> {
  readonly sourceCollection: string;
  /** @default the source's name */
  readonly targetCollection?: string | undefined;
  /** Such as `{ status: 'published', year: { $gte: 2025 } }`. */
  readonly filter?: FilterShorthand<M> | undefined;
  /** Only these namespaces, `''` being the default one. @default all of them */
  readonly namespaces?: readonly string[] | undefined;
  /** By which the target compares, where the source does not say or the target lacks the source's. */
  readonly metric?: Metric | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PlanOptions<M = Metadata> extends Selection<M>, Typed<M>, CallSettings {
  /** Rename, drop, set and cast metadata fields. */
  readonly fields?: FieldMapping | undefined;
  /** Compute new vectors on the way. */
  readonly embed?: Embedding | undefined;
  /** Make vectors smaller on the way: fewer dimensions, numbers of fewer bits. A loss that has to be allowed. */
  readonly reduce?: Reduction | undefined;
  /**
   * Give a target that was made beforehand what the source has and it lacks (indexes, and settings such as quantization), before the
   * first record. What it has otherwise stays as it is; the plan lists both. @default false
   */
  readonly completeTarget?: boolean | undefined;
  /** Give records the form that an application expects in the target, such as one of `@vsm/layouts`. */
  readonly layout?: RecordLayout | undefined;
}

export interface RunOptions extends Pace {
  /** How deep to verify. @default 'values' */
  readonly verify?: VerifyLevel | undefined;
  /** Compare the values of about this many records, chosen at random. @default all of them */
  readonly verifySample?: number | undefined;
  /**
   * Of a collection with more records, read about this many by every road that its store has, to tell a misreading (docs/proof.md).
   * @default 2,000 where that is all of them, else some of every 16th page
   */
  readonly witness?: number | 'all' | undefined;
  /**
   * `twice` reads the source once to copy it and once to verify the copy. `once` holds the target against what the copy read: half of the
   * reading, and a record that was misread the first time, or changed since, is not told. Where it cannot be, a warning says why.
   * @default 'twice'
   */
  readonly sourceRead?: SourceRead | undefined;
  readonly maxRecordsPerSecond?: number | undefined;
  readonly maxBytesPerSecond?: number | undefined;
  /** Pauses the run and lets it go on. */
  readonly control?: RunControl | undefined;
}

export interface MigrateOptions<M = Metadata> extends PlanOptions<M>, RunOptions {
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
  /**
   * What becomes of a run between the same two collections that is not finished: it is taken up, or this one takes its place. One
   * that was asked for otherwise is never taken up. @default 'resume'
   */
  readonly earlierRun?: 'resume' | 'restart' | undefined;
  /** Kept with the run, and listed by `runs`. No secrets. */
  readonly annotations?: JsonObject | undefined;
  /** With `sync`: read only records whose field is greater than this. */
  readonly since?: { readonly field: string; readonly after: string | number | bigint } | undefined;
}

/** The same schema and functions as before: they cannot be kept. */
export interface ResumeOptions<M = Metadata> extends RunOptions, Typed<M>, CallSettings {
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyOptions<M = Metadata> extends Omit<PlanOptions<M>, 'completeTarget'>, Pace {
  /** @default 'values' */
  readonly level?: VerifyLevel | undefined;
  /** Compare the values of about this many records, chosen at random. @default all of them */
  readonly sample?: number | undefined;
  /**
   * Of a collection with more records, read about this many by every road that its store has, to tell a misreading (docs/proof.md).
   * @default 2,000 where that is all of them, else some of every 16th page
   */
  readonly witness?: number | 'all' | undefined;
  /** Differences that are listed; all are counted. @default 100 */
  readonly limit?: number | undefined;
}

/** What a comparison of two collections as they are may be told. */
export type DiffOptions = Omit<
  VerifyOptions,
  'level' | 'sample' | 'fields' | 'transform' | 'embed' | 'reduce' | 'metadata'
>;

export interface EstimateOptions extends CallSettings {
  readonly sourceCollection: string;
  /** Compare with this collection of the target. @default the source's name */
  readonly targetCollection?: string | undefined;
  readonly filter?: FilterShorthand | undefined;
  /** @default 1000 */
  readonly batchSize?: number | undefined;
  /** Time writing too, with scratch collections in the target that are removed again. @default true */
  readonly probe?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options without a type of metadata: the schema has become a part of the transform. */
export function withoutSchema<M>({ metadata: schema, transform, ...rest }: Typed<M>): Typed<Metadata> {
  const checking: Transform = async (record) => {
    const value = schema && (await checkedMetadata(record, schema));
    if (transform === undefined) return record;
    return transform({ ...record, metadata: { ...record.metadata, ...value } as M }) as ReturnType<Transform>;
  };
  return { ...rest, transform: schema === undefined ? (transform as Transform | undefined) : checking };
}
