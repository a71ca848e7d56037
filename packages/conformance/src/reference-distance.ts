import type { Metric } from '@vsm/core/adapter';

/** How far apart two vectors are by textbook; smaller is nearer. Written apart from every adapter, to judge their order. */
export function referenceDistance(metric: Metric, left: readonly number[], right: readonly number[]): number {
  const pairs = left.map((value, at) => [value, right[at] ?? 0] as const);
  const total = (term: (a: number, b: number) => number): number => pairs.reduce((sum, [a, b]) => sum + term(a, b), 0);
  switch (metric) {
    case 'euclidean':
      return total((a, b) => (a - b) ** 2);
    case 'manhattan':
      return total((a, b) => Math.abs(a - b));
    case 'dot':
      return -total((a, b) => a * b);
    case 'cosine':
      return -total((a, b) => a * b) / Math.sqrt(total((a) => a * a) * total((_a, b) => b * b));
    case 'hamming':
      return total((a, b) => (a === b ? 0 : 1));
    case 'jaccard':
      return (
        1 -
        total((a, b) => (a !== 0 && b !== 0 ? 1 : 0)) /
          Math.max(
            1,
            total((a, b) => (a !== 0 || b !== 0 ? 1 : 0)),
          )
      );
  }
}
