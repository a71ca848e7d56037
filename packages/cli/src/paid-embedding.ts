import { MigrationInterruptedError, VsmError, type Embedding } from '@vsm/core';
import type { Reembedding } from '@vsm/embed';

/** New vectors of a job, with a bound to what they cost. */
export interface PaidEmbedding extends Reembedding {
  /** Aborted once the bound is reached. */
  readonly signal: AbortSignal;
  readonly maxCost: number | undefined;
  /** The same, for a dry run: nobody is asked for a vector. */
  readonly unpaid: Embedding;
}

/** The error, which says that it was the bound where it was. */
export function budgetOf(error: Error | undefined, reembedding: PaidEmbedding | undefined): Error | undefined {
  if (reembedding?.signal.aborted !== true || !VsmError.isInstance(error) || error.code !== 'INTERRUPTED') return error;
  const { runId, resumable, message } = error as MigrationInterruptedError;
  const reason = (reembedding.signal.reason as Error).message;
  return new MigrationInterruptedError(runId, resumable, `${reason} ${message}`, { cause: error });
}

/** @throws the error of `work`, as {@link budgetOf} tells it */
export async function ended<Result>(
  reembedding: PaidEmbedding | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw budgetOf(error as Error, reembedding);
  }
}
