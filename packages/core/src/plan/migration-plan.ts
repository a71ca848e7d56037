import type { Encoding } from '../mapping/envelope.ts';
import type { RecordMapping } from '../mapping/page.ts';
import type { Transform } from '../mapping/transform.ts';
import type { Capabilities, CollectionSchema, FieldReading, Filter, LackingSetting, Metric } from '../spec/v1.ts';
import type { Embedding } from '../mapping/embed.ts';
import type { MigrationEstimate } from './estimate.ts';
import type { FieldMapping } from '../mapping/fields.ts';
import type { Headroom } from './headroom.ts';
import type { LayoutDescription, RecordLayout } from '../mapping/layout.ts';
import type { Reduction } from '../store/reduce.ts';
import type { Loss } from './losses.ts';
import type { Endpoint } from './parts.ts';
import type { Traffic } from './traffic.ts';

/** Everything a run will do, decided before the first write. Plain JSON: it can be kept, read and executed later. */
export interface MigrationPlan extends RecordMapping {
  readonly version: 1;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** What a scan of the source gives while others write to it. */
  readonly sourceScan?: Capabilities['scan'] | undefined;
  /** What the target collection has to look like. */
  readonly schema: CollectionSchema;
  /**
   * Names in the target of vectors of float64 that it keeps as float32, and of which none that was looked at changes by that: a record
   * whose vector would is rejected.
   */
  readonly exactVectors?: readonly string[] | undefined;
  /** Whether the run creates it. */
  readonly createTarget: boolean;
  /** Records in the target before the run; they are neither touched nor counted as differences. */
  readonly targetCount: number;
  /** What the source has and the target lacks, which was made beforehand. */
  readonly targetLacks?: readonly LackingSetting[] | undefined;
  /** The schema by which the run completes the target before it copies, where that was asked for. */
  readonly completeBy?: CollectionSchema | undefined;
  /** Only these namespaces, `''` being the default one; all of them when absent. */
  readonly namespaces?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
  /** The form that records get, where a layout was given. */
  readonly layout?: LayoutDescription | undefined;
  /** The vector that is computed anew, by its name in the source. */
  readonly embedding?:
    | { readonly vector: string; readonly dimension: number; readonly description?: string | undefined }
    | undefined;
  /** What the fields of the source were read as, where that was not told by the source itself. */
  readonly reading?: readonly FieldReading[] | undefined;
  /** What only the user can decide. A plan with any is not carried out. */
  readonly undecided: readonly string[];
  /** What would not arrive. Each must be allowed by name before anything is written. */
  readonly losses: readonly Loss[];
  /** What is stored differently and comes back when read: how many sampled records each touches. */
  readonly encodings: Readonly<Partial<Record<Encoding, number>>>;
  readonly warnings: readonly string[];
  readonly sample: {
    readonly records: number;
    readonly bytesPerRecord: number;
    /** Of those, how many the layout or the target would reject. */
    readonly rejected: number;
    /** How fast the one page of the sample was read; no measure of a run, but better than none. */
    readonly vectorsPerSecond: number;
  };
  /** Records to move; with a filter an upper bound. */
  readonly totalVectors: number;
  readonly headroom: Headroom;
  /** What the run asks of both sides. */
  readonly traffic?: Traffic | undefined;
  /** How long it will take, where that was asked for. */
  readonly estimate?: MigrationEstimate | undefined;
}

export interface PlanRequest {
  readonly sourceCollection: string;
  readonly targetCollection: string;
  readonly filter?: Filter | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly metric?: Metric | undefined;
  readonly fieldMapping?: FieldMapping | undefined;
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
  readonly reduce?: Reduction | undefined;
  readonly completeTarget?: boolean | undefined;
  /** Whether the target is to be written to, and not only compared. */
  readonly writes?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
