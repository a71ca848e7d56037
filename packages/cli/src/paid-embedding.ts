import type { Embedding } from '@vsm/core';
import type { Reembedding } from '@vsm/embed';

/** New vectors of a job, with a bound to what they cost. */
export interface PaidEmbedding extends Reembedding {
  /** Aborted once the bound is reached. */
  readonly signal: AbortSignal;
  readonly maxCost: number | undefined;
  /** The same, for a dry run: nobody is asked for a vector. */
  readonly unpaid: Embedding;
}
