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

export type RunOutcome =
  | { readonly kind: 'migrated'; readonly result: MigrationResult }
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
