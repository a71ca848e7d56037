import {
  isDense,
  isMulti,
  isSparse,
  type DenseVector,
  type Metric,
  type Vector,
  type VectorSchema,
} from '@vsm/core/adapter';

/** How far apart two vectors are; smaller is nearer, whatever the metric. */
export function distance(schema: VectorSchema, left: Vector, right: Vector): number {
  if (isSparse(left) && isSparse(right)) {
    const weights = new Map(Array.from(left.indices, (index, at) => [index, left.values[at] ?? 0]));
    return -sum(right.indices.length, (at) => (weights.get(right.indices[at] ?? 0) ?? 0) * (right.values[at] ?? 0));
  }
  const metric = (schema.kind === 'sparse' ? undefined : schema.metric) ?? 'cosine';
  const rows = isMulti(left) ? left.rows : isDense(left) ? [left] : [];
  const others = isMulti(right) ? right.rows : isDense(right) ? [right] : [];
  // Late interaction: every query row counts its best match.
  return rows.reduce((total, row) => total + Math.min(...others.map((other) => denseDistance(metric, row, other))), 0);
}

function denseDistance(metric: Metric, left: DenseVector, right: DenseVector): number {
  const over = (term: (a: number, b: number) => number): number =>
    sum(left.length, (at) => term(left[at] ?? 0, right[at] ?? 0));
  switch (metric) {
    case 'euclidean':
      return Math.sqrt(over((a, b) => (a - b) ** 2));
    case 'manhattan':
      return over((a, b) => Math.abs(a - b));
    case 'dot':
      return -over((a, b) => a * b);
    case 'hamming':
      return over((a, b) => (a === b ? 0 : 1));
    case 'jaccard':
      return (
        1 -
        over((a, b) => (a !== 0 && b !== 0 ? 1 : 0)) /
          Math.max(
            1,
            over((a, b) => (a !== 0 || b !== 0 ? 1 : 0)),
          )
      );
    case 'cosine': {
      const lengths = Math.sqrt(over((a) => a * a) * over((_a, b) => b * b));
      return lengths === 0 ? 1 : 1 - over((a, b) => a * b) / lengths;
    }
  }
}

function sum(count: number, term: (at: number) => number): number {
  let total = 0;
  for (let at = 0; at < count; at += 1) total += term(at);
  return total;
}
