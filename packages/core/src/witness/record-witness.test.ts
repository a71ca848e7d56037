import { describe, expect, it } from 'vitest';
import type { Metric } from '../spec/v1.ts';
import { probesFor, witnessDifferences, type WitnessDifference } from './record-witness.ts';

const vectorOf = (size: number): Float32Array => Float32Array.of(size, -size / 2, size / 4, size / 3);
const recordOf = (size: number) => ({ id: String(size), vectors: { '': vectorOf(size) }, metadata: {} });

/** As stores compute it: every product and every sum is rounded to float32. */
function inSinglePrecision(metric: Metric, left: readonly number[], right: Float32Array): number {
  const sum = (each: (at: number) => number): number =>
    left.reduce((total, _, at) => Math.fround(total + Math.fround(each(at))), 0);
  const [a, b] = [(at: number): number => left[at] ?? 0, (at: number): number => right[at] ?? 0];
  if (metric === 'euclidean') return Math.fround(Math.sqrt(sum((at) => Math.fround(a(at) - b(at)) ** 2)));
  const product = sum((at) => a(at) * b(at));
  if (metric === 'dot') return -product;
  const lengths = Math.fround(sum((at) => a(at) ** 2) * sum((at) => b(at) ** 2));
  return 1 - Math.fround(product / Math.fround(Math.sqrt(lengths)));
}

describe.each(['cosine', 'euclidean', 'dot'] as const)('%s distances of a store', (metric) => {
  const schema = { vectors: { '': { kind: 'dense', dimension: 4, metric } } } as const;
  const told = (sizes: readonly number[], stored: (size: number) => Float32Array): WitnessDifference[] => {
    const records = sizes.map(recordOf);
    const probes = probesFor(records, schema);
    return sizes.flatMap((size, at) => {
      const probe = probes[''];
      if (probe === undefined) return [];
      const found = { id: String(size), distances: { '': inSinglePrecision(metric, probe, stored(size)) } };
      return [...witnessDifferences(records[at] ?? recordOf(size), found, probes, { '': metric }).differences];
    });
  };

  it.each([
    [[1e-42, 1e-25, 1e-12, 1, 2]],
    [[1, 1e-42, 1e-25, 1e-12, 2]],
    [[1e38, 1e20, 1e12, 1, 2]],
    [[1, 1e38, 1e20, 1e12, 2]],
  ])('are those of what was read, however long vectors of the lengths %s are', (sizes) => {
    expect(told(sizes, vectorOf)).toEqual([]);
  });

  it('tell a component that was misread', () => {
    const others = (size: number): Float32Array =>
      size === 1 ? Float32Array.of(1, -0.5, 0.26, 1 / 3) : vectorOf(size);
    expect(told([1e-25, 1e20, 1, 2], others)).toMatchObject([{ field: 'vector' }]);
  });
});
