import { expect, it } from 'vitest';
import type { VectorRecord } from '../spec/record.ts';
import { createNearest, metricOf } from './nearest.ts';

const record = (id: string, vector: readonly number[], more: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  vectors: { v: vector },
  metadata: {},
  ...more,
});

it('keeps the nearest of all pages, by id where they are as near, of the namespace and the filter', () => {
  const nearest = createNearest(
    { vector: [0, 0], using: 'v', topK: 2, namespace: 'red', filter: { op: 'eq', path: 'in', value: true } },
    'euclidean',
  );
  const inside = { namespace: 'red', metadata: { in: true } };
  nearest.add([record('far', [9, 0], inside), record('b', [1, 0], inside), record('elsewhere', [0, 0])]);
  nearest.add([record('a', [0, 1], inside), record('out', [0, 0], { namespace: 'red' }), record('none', [])]);
  nearest.add([{ ...record('without', []), vectors: {}, ...inside }]);
  expect(nearest.matches()).toEqual([
    { id: 'a', namespace: 'red', score: 1 },
    { id: 'b', namespace: 'red', score: 1 },
  ]);
});

it('a sparse vector has no metric', () => {
  expect([undefined, { kind: 'sparse' } as const, { kind: 'dense', metric: 'dot' } as const].map(metricOf)).toEqual([
    undefined,
    undefined,
    'dot',
  ]);
});
