import type { Vector, VectorSchema, CollectionV1, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { comparisonFor, expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { keepsBits, makeRecord, makeVector, plainMetric } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';

const MAX_FLOAT32 = 3.4028234663852886e38;
const SMALLEST_NORMAL = 1.1754943508222875e-38;
const SMALLEST_DENORMAL = 1.401298464324817e-45;

/** Bits can be asked for where the metric of the collections made here leaves them alone. */
const promisesBits = canWriteAnd((capabilities) => comparisonFor(plainMetric(capabilities), capabilities) === 'bits');

/** Values that go in and must come out with the same float32 bits. */
const EXACT_VALUES: readonly { id: string; title: string; hint: string; values: readonly number[] }[] = [
  {
    id: 'every-bit-survives',
    title: 'float32 values come back bit by bit',
    hint: 'Vectors are stored in half precision, quantised, or printed with too few digits (9 are needed).',
    values: [0.1, -0.3, 1 / 3, 16777217, 1e-7, 123456.789, -2.0000002, 0.99999994],
  },
  {
    id: 'doubles-round-to-the-nearest-float32',
    title: 'numbers between two float32 values are rounded to the nearest one',
    hint: 'Numbers are cut instead of rounded, or rounded twice by way of a decimal text.',
    values: [0.1 + 2 ** -30, 1 + 2 ** -24, 1 + 3 * 2 ** -24, Math.PI, 16777217, 1e-10],
  },
  {
    id: 'the-smallest-numbers-survive',
    title: 'denormal float32 values are kept',
    hint: 'The engine flushes denormals to zero, or a printed exponent is cut.',
    values: [SMALLEST_DENORMAL, -SMALLEST_DENORMAL, SMALLEST_NORMAL, SMALLEST_NORMAL / 2, 1],
  },
  {
    id: 'the-largest-numbers-survive',
    title: 'the largest float32 values are kept',
    hint: 'The check for overflow is too strict, or a printed value rounds up to infinity.',
    values: [MAX_FLOAT32, -MAX_FLOAT32, 1e38, 1],
  },
  {
    id: 'minus-zero-keeps-its-sign',
    title: '-0 stays -0',
    hint: 'JSON.stringify(-0) is "0": print it as -0.0, or send vectors as bytes.',
    values: [-0, 0, 1, -1],
  },
];

export const vectorCases: readonly ConformanceCase[] = [
  ...EXACT_VALUES.map(({ id, title, hint, values }): ConformanceCase => ({
    id: `vectors/${id}`,
    title,
    hint,
    appliesTo: promisesBits,
    async run(context) {
      const { capabilities } = context;
      const vectors = { '': dense(context, values.length) };
      const collection = await context.create({ vectors });
      await expectStored(context, collection, [
        makeRecord(capabilities, 1, { vectors: { '': values } }),
        makeRecord(capabilities, 2, { vectors: { '': Float32Array.from(values) } }),
      ]);
    },
  })),
  {
    id: 'vectors/directions-survive-where-lengths-do-not',
    title: 'under a metric that normalises, directions are kept, and vectors of length 1 stay as they are',
    hint: 'capabilities.normalizes names a metric that does more than scale; scaling is done twice in low precision.',
    appliesTo: canWriteAnd(({ normalizes }) => normalizes.length > 0),
    async run(context) {
      for (const metric of context.capabilities.normalizes) {
        const collection = await context.create({ vectors: { '': { kind: 'dense', dimension: 4, metric } } });
        const units = [
          [1, 0, 0, 0],
          [0, -1, 0, 0],
          [0.5, 0.5, 0.5, 0.5],
        ].map((values, at) => makeRecord(context.capabilities, at, { vectors: { '': values } }));
        const long = makeRecord(context.capabilities, 9, { vectors: { '': [3, -4, 12, 84] } });
        await context.write(collection, [...units, long]);
        const found = await readAll(collection);
        expectSameRecords(found, [...units, long], `${metric}, directions`, 'direction');
        expectSameRecords(
          found.filter(({ id }) => id !== long.id),
          units,
          `${metric}, unit vectors`,
        );
      }
    },
  },
  {
    id: 'vectors/rounding-is-small',
    title: 'under a metric that rounds, components come back within 5e-7 of their size',
    hint: 'capabilities.rounds names a metric that normalises; vectors are stored in half precision.',
    appliesTo: canWriteAnd(({ rounds }) => rounds.length > 0),
    async run(context) {
      const { capabilities } = context;
      for (const metric of capabilities.rounds) {
        const collection = await context.create({ vectors: { '': { kind: 'dense', dimension: 4, metric } } });
        const records = [[3, -4, 12, 84], [1e-6, 0.1, 1 / 3, 1000], makeVector(5)].map((values, at) =>
          makeRecord(capabilities, at, { vectors: { '': values } }),
        );
        await context.write(collection, records);
        expectSameRecords(await readAll(collection), records, metric, 'size');
      }
    },
  },
  {
    id: 'vectors/lengths-survive-unless-it-is-said',
    title: 'a metric that is listed neither in normalizes nor in rounds leaves lengths as they are',
    hint: 'The store scales vectors under this metric: list it in capabilities.normalizes.',
    appliesTo: promisesBits,
    async run(context) {
      const { capabilities } = context;
      for (const metric of capabilities.metrics) {
        if (!keepsBits(metric, capabilities) || metric === 'hamming' || metric === 'jaccard') continue;
        const collection = await context.create({ vectors: { '': { kind: 'dense', dimension: 4, metric } } });
        const records = [makeRecord(capabilities, 1, { vectors: { '': [3, -4, 12, 84] } })];
        await context.write(collection, records);
        expectSameRecords(await readAll(collection), records, metric);
      }
    },
  },
  ...[1, 3, 1536].map((dimension): ConformanceCase => ({
    id: `vectors/${dimension}-${dimension === 1 ? 'dimension' : 'dimensions'}`,
    title: `vectors of ${dimension} ${dimension === 1 ? 'dimension' : 'dimensions'} are kept`,
    hint: 'A limit of the index is taken for a limit of the store; a list of one is unwrapped.',
    appliesTo: canWriteAnd(({ limits }) => dimension <= (limits.dimension ?? dimension)),
    async run(context) {
      const collection = await context.create({ vectors: { '': dense(context, dimension) } });
      await expectStored(
        context,
        collection,
        [1, 2, 3].map((at) => makeRecord(context.capabilities, at, { vectors: { '': makeVector(at, dimension) } })),
      );
    },
  })),
  {
    id: 'vectors/arrays-and-views-give-the-same',
    title: 'number[], Float32Array and a view into a larger buffer are stored alike',
    hint: 'JSON.stringify of a Float32Array gives an object; a view is read from the start of its buffer.',
    appliesTo: canWrite,
    async run(context) {
      const values = makeVector(4);
      const buffer = Float32Array.of(9, 9, 9, ...values, 9);
      const forms: readonly Vector[] = [values, Float32Array.from(values), buffer.subarray(3, 7)];
      const given = forms.map((vector, at) => makeRecord(context.capabilities, at, { vectors: { '': vector } }));
      const collection = await context.filled(given);
      const expected = given.map((record) => ({ ...record, vectors: { '': values } }));
      expectSameRecords(await readAll(collection), expected, 'all three forms', context.comparison);
      expectThat(
        buffer.every((value, at) => value === [9, 9, 9, ...values, 9][at]),
        'the caller’s buffer was changed',
      );
    },
  },
  {
    id: 'vectors/zeros-are-kept',
    title: 'a vector of zeros is a vector, not a missing one',
    hint: 'capabilities.zeroVectors is true, but a metric refuses it; zeros are read as "no vector".',
    appliesTo: canWriteAnd(({ zeroVectors }) => zeroVectors),
    async run(context) {
      const collection = await context.create();
      await expectStored(context, collection, [
        makeRecord(context.capabilities, 1, { vectors: { '': [0, 0, 0, 0] } }),
        makeRecord(context.capabilities, 2),
      ]);
    },
  },
  {
    id: 'vectors/a-record-may-have-none',
    title: 'a record without vectors is kept, and its vector stays missing',
    hint: 'A missing vector is filled with zeros; the record is left out of scans because it is in no index.',
    appliesTo: canWriteAnd(({ emptyRecords }) => emptyRecords),
    async run(context) {
      const collection = await context.create();
      await expectStored(context, collection, [
        makeRecord(context.capabilities, 1, { vectors: {} }),
        makeRecord(context.capabilities, 2),
      ]);
    },
  },
];

export function dense({ metric }: ConformanceContext, dimension: number): VectorSchema {
  return { kind: 'dense', dimension, metric };
}

/** Reads back what was written by both roads. */
export async function expectStored(
  { write, comparison }: ConformanceContext,
  collection: CollectionV1,
  records: readonly VectorRecord[],
): Promise<void> {
  await write(collection, records);
  expectSameRecords(await readAll(collection), records, 'scan', comparison);
  expectSameRecords(await collection.fetch(records.map(({ id }) => id)), records, 'fetch', comparison);
}
