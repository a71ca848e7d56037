import {
  VsmError,
  type MigrationPlan,
  type MigrationResult,
  type VerificationReport,
  type VsmErrorCode,
} from '@vsm/core';

/** Everything a report shows. Secrets are taken out when it is rendered. */
export interface ReportDocument {
  /** Such as `migrate`: the command that ran. */
  readonly command: string;
  /** One for each collection. */
  readonly runs: readonly ReportRun[];
  /** What the command was told, by the names of its options; `undefined` where nothing was said. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Of this package. */
  readonly version: string;
}

export interface ReportRun {
  /** Locations as the user wrote them. */
  readonly source: string;
  readonly target: string;
  /** Name of the collection in the source, where it is known beforehand. */
  readonly collection?: string | undefined;
  readonly outcome: RunOutcome;
}

/** A mean over queries, and where 95 of 100 such means would lie. */
export interface MeanFigure {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface LabelledSearch {
  readonly recall: MeanFigure;
  readonly mrr: MeanFigure;
  readonly ndcg: MeanFigure;
}

/** What is shown of a judgement, as `judge` of `@vsm/embed` gives it. */
export interface JudgedSearch {
  readonly passed: boolean;
  readonly failures: readonly string[];
  readonly least: { readonly overlap: number | undefined; readonly recall: number | undefined };
  readonly queries: number;
  readonly unasked: number;
  readonly queriesFrom: 'given' | 'sampled records';
  readonly topK: number;
  readonly records: { readonly source: number; readonly target: number };
  readonly overlap: MeanFigure;
  readonly missingAt1: number;
  readonly rankCorrelation: MeanFigure | undefined;
  readonly distribution: readonly number[];
  readonly slices: readonly { readonly slice: string; readonly queries: number; readonly overlap: MeanFigure }[];
  readonly labelled:
    | { readonly queries: number; readonly source: LabelledSearch; readonly target: LabelledSearch }
    | undefined;
  readonly worst: readonly {
    readonly name: string;
    readonly text: string | undefined;
    readonly overlap: number;
    readonly source: readonly string[];
    readonly target: readonly string[];
  }[];
}

export type RunOutcome =
  | {
      readonly kind: 'migrated';
      readonly result: MigrationResult;
      /** Where search was judged after the copy. */
      readonly judgement?: JudgedSearch | undefined;
    }
  | { readonly kind: 'judged'; readonly judgement: JudgedSearch }
  | { readonly kind: 'verified'; readonly verification: VerificationReport }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** Where one was made. */
      readonly plan?: MigrationPlan | undefined;
    };

/** An error as data. */
export interface Failure {
  readonly code: VsmErrorCode | undefined;
  readonly message: string;
  /** The run that `vsm resume` takes up. */
  readonly resumable: string | undefined;
}

export function failureOf(error: unknown): Failure {
  const known = VsmError.isInstance(error) ? error : undefined;
  const runId =
    known !== undefined && 'resumable' in known && known.resumable === true && 'runId' in known
      ? known.runId
      : undefined;
  return {
    code: known?.code,
    message: error instanceof Error ? error.message : String(error),
    resumable: typeof runId === 'string' ? runId : undefined,
  };
}
