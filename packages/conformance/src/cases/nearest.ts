import { type Metric } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectEqual } from '../expectations.ts';
import { makeId, makeRecord } from '../records.ts';
import { referenceDistance } from '../reference-distance.ts';
import { canWriteAnd } from './applies.ts';

/** No two of them are equally far from {@link PROBE} by any metric, and each metric has an order of its own. */
const POINTS: readonly (readonly number[])[] = [
  [1, 0.1, 0, 0],
  [4, 1, 1, 0.5],
  [-1, 0.5, 0.25, 0],
  [0.5, 0.5, 0.5, 0.5],
  [0, 0, 3, 0.2],
  [2, -2, 0.1, 0.7],
  [-3, -1, -2, 0.3],
  [0.2, 0.05, 0.01, -0.1],
];
const PROBE: readonly number[] = [1, 0.25, 0.125, 0.0625];

/** For the metrics on bits. */
const BIT_POINTS: readonly (readonly number[])[] = [
  [1, 1, 1, 1, 0, 0, 0, 0],
  [1, 1, 1, 0, 0, 0, 0, 0],
  [1, 1, 0, 0, 1, 0, 0, 0],
  [0, 0, 0, 1, 1, 1, 0, 0],
  [0, 0, 0, 0, 1, 1, 1, 1],
];
const BIT_PROBE: readonly number[] = [1, 1, 1, 1, 0, 0, 0, 0];

const METRICS: readonly Metric[] = ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'];

export const nearestCases: readonly ConformanceCase[] = [
  ...METRICS.map((metric): ConformanceCase => ({
    id: `query/nearest-first-by-${metric}`,
    title: `a query by ${metric} gives the nearest records, best first`,
    hint: 'Similarities are sorted as if they were distances; the metric of the collection is not the one asked for; the index is approximate.',
    appliesTo: canWriteAnd(({ metrics }) => metrics.includes(metric)),
    async run({ capabilities, create, write, settle }) {
      const bits = metric === 'hamming' || metric === 'jaccard';
      const points = bits ? BIT_POINTS : POINTS;
      const vector = bits ? BIT_PROBE : PROBE;
      const datatype = bits && capabilities.datatypes.includes('bit') ? 'bit' : undefined;
      const schema = { kind: 'dense', dimension: vector.length, metric, datatype } as const;
      const collection = await create({ vectors: { '': schema } });
      const records = points.map((point, at) => makeRecord(capabilities, at, { vectors: { '': point } }));
      await write(collection, records);
      const nearest = points
        .map((point, at) => ({ id: makeId(capabilities, at), distance: referenceDistance(metric, vector, point) }))
        .toSorted((left, right) => left.distance - right.distance)
        .map(({ id }) => id);
      const exact = capabilities.exactQuery || undefined;
      await settle(async () => {
        for (const topK of [points.length, 3, 1]) {
          const found = await collection.query({ vector, topK, exact });
          expectEqual(
            found.map(({ id }) => id),
            nearest.slice(0, topK),
            `the nearest ${topK} of ${points.length}`,
          );
        }
      });
    },
  })),
];
