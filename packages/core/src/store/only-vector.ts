import { VsmError } from '../errors.ts';
import { own } from '../spec/record.ts';
import type { CollectionSchema, Metric, Warning } from '../spec/v1.ts';

interface OnlyVector {
  readonly dimension: number;
  readonly metric: Metric;
  readonly warnings: readonly Warning[];
}

/**
 * What a store has to know beforehand whose collections have one dense vector without a name; cosine where no metric was given.
 * @throws VsmError with code `INVALID_OPTIONS` where there is none, its dimension is not known, or `nameProblem` says what names are
 */
export function onlyVector(
  { name, vectors }: CollectionSchema,
  adapter: string,
  nameProblem: string | undefined,
): OnlyVector {
  const vector = own(vectors, '');
  const dense = vector?.kind === 'dense' ? vector : undefined;
  const problem =
    nameProblem ??
    (dense === undefined ? 'it needs a dense vector' : undefined) ??
    (dense?.dimension === undefined ? 'it needs the dimension of its vectors beforehand' : undefined);
  if (problem !== undefined || dense?.dimension === undefined) {
    const message = `${adapter}: cannot create collection "${name}": ${problem}`;
    throw new VsmError('INVALID_OPTIONS', message, { adapter });
  }
  const { dimension, metric } = dense;
  const detail = 'no metric was given, so cosine is taken';
  const warnings: Warning[] = metric === undefined ? [{ type: 'approximated', feature: 'metric', detail }] : [];
  return { dimension, metric: metric ?? 'cosine', warnings };
}
