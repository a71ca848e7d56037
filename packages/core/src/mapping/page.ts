import type { VectorRecord } from '../spec/record.ts';
import type { Capabilities, Rejection, ValuesWitness } from '../spec/v1.ts';
import type { Embedding } from './embed.ts';
import type { Encoding, NamespacePolicy } from './envelope.ts';
import type { FieldMapping } from './fields.ts';
import type { RecordLayout } from './layout.ts';
import type { PlannedReduction } from '../store/reduce.ts';
import type { Transform } from './transform.ts';

/** What a plan decides about every record. */
export interface RecordMapping {
  /** Name in the source → name in the target, of every vector that goes. */
  readonly vectorNames: Readonly<Record<string, string>>;
  /** Names of the vectors that stay behind; each is among the losses. A vector that is in neither list makes its record rejected. */
  readonly leftVectors: readonly string[];
  readonly namespacePolicy: NamespacePolicy;
  readonly fieldMapping?: FieldMapping | undefined;
  /** The vector that is made smaller. */
  readonly reduction?: PlannedReduction | undefined;
}

export interface PipelineFunctions {
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
}

/** Everything that the steps are made from. */
export interface PipelineWork extends PipelineFunctions, RecordMapping {
  /** Of the target. */
  readonly capabilities: Capabilities;
  /** Whether no vectors are computed, because only the rest is of interest. */
  readonly withoutVectors?: boolean | undefined;
  /** Told of every record that the target holds in another form, and which part of it. */
  readonly onEncoding?: ((encoding: Encoding) => void) | undefined;
}

/** A record as it should read back from the target, and as it is to be stored there. */
export interface MappedRecord {
  readonly original: VectorRecord;
  readonly stored: VectorRecord;
}

/** A page on its way: what still moves, and what has left it. */
export interface PageOnItsWay {
  records: readonly VectorRecord[];
  mapped: readonly MappedRecord[];
  /** How many records the transform left out, by the reason it gave. */
  readonly dropped: Record<string, number>;
  /** Records, as they came to the step, that newer ones replaced, that the layout has no form for, or whose text or vector cannot be taken. */
  readonly rejected: { readonly rejection: Rejection; readonly record: VectorRecord }[];
}

export type MappedPage = Readonly<Omit<PageOnItsWay, 'records'>>;

/** How many records have no form for the target; of an older version, the newer one has. */
export function formless({ rejected }: MappedPage): number {
  return rejected.filter(({ rejection }) => rejection.reason !== 'superseded').length;
}

/** A page that was read and written. */
export interface CopiedPage {
  readonly records: readonly VectorRecord[];
  /** What the page carried of figures. */
  readonly witness?: ValuesWitness | undefined;
  /** What the target should hold of it, those that it refused included. */
  readonly mapped: readonly MappedRecord[];
  /** Those of `mapped` that were refused. */
  readonly refused: readonly Rejection[];
  /** Those of `mapped`, as stored, that were refused because their id came before. */
  readonly repeated: ReadonlySet<VectorRecord>;
  /** How many records have no form for the target. */
  readonly formless: number;
}

/** One thing that happens to a whole page. */
export type Step = (page: PageOnItsWay) => void | Promise<void>;

/** Makes a step for a run, or none where it has nothing to do, so that a page waits for nothing it does not need. */
export type StepMaker = (work: PipelineWork) => Step | undefined;
