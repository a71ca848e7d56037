import type { ProviderLimits } from './provider.ts';

/** Runs of texts that one call may hold, by their places in the list. A text that is too large alone is a batch alone. */
export function batchesOf(
  tokens: readonly number[],
  { texts, tokens: most = Number.POSITIVE_INFINITY }: ProviderLimits,
): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let sum = 0;
  for (const [index, count] of tokens.entries()) {
    if (batch.length > 0 && (batch.length === texts || sum + count > most)) {
      batches.push(batch);
      batch = [];
      sum = 0;
    }
    batch.push(index);
    sum += count;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
