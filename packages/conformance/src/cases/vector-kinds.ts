import type { Capabilities, Datatype, VectorRecord, VectorSchema } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectThat } from '../expectations.ts';
import { keepsBits, makeRecord, makeVector } from '../records.ts';
import { canWriteAnd } from './applies.ts';
import { dense, expectStored } from './vectors.ts';

/** What a datatype holds exactly: eight numbers, for bits go by the byte. All are compared as float32, which holds them. */
const HELD: Readonly<Record<Exclude<Datatype, 'float32' | 'float64'>, readonly number[]>> = {
  float16: [0.5, -2, 65_504, 2 ** -24, 1024, 0.0999755859375, -65_504, 7],
  bfloat16: [0.5, -2, 69_632, 2 ** -24, 1024, 0.099609375, -(2 ** 17), 7],
  int8: [-128, 127, 0, 1, -1, 64, -64, 7],
  uint8: [0, 255, 1, 128, 127, 254, 2, 7],
  bit: [1, 0, 1, 1, 0, 0, 0, 1],
};

export const vectorKindCases: readonly ConformanceCase[] = [
  {
    id: 'vectors/named-ones-are-not-mixed-up',
    title: 'every named vector comes back under its own name; a missing one stays missing',
    hint: 'Vectors are matched by position; a missing one is filled with zeros or null.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('named')),
    async run(context) {
      const { capabilities } = context;
      const collection = await context.create({ vectors: { title: dense(context, 4), body: dense(context, 4) } });
      const [title, body] = [makeVector(1), makeVector(2)];
      await expectStored(context, collection, [
        makeRecord(capabilities, 1, { vectors: { title, body } }),
        makeRecord(capabilities, 2, { vectors: { body: title, title: body } }),
        makeRecord(capabilities, 3, { vectors: { title } }),
        makeRecord(capabilities, 4, { vectors: { body } }),
        ...(capabilities.emptyRecords ? [makeRecord(capabilities, 5, { vectors: {} })] : []),
      ]);
    },
  },
  {
    id: 'vectors/inherited-names-are-names',
    title: 'a vector may be called constructor or toString, and a record without it has none',
    hint: 'Vectors are looked up as vectors[name]: use own() and setOwn(), Object.hasOwn or a Map.',
    appliesTo: canWriteAnd(({ vectors, emptyRecords }) => vectors.includes('named') && emptyRecords),
    async run(context) {
      const { capabilities } = context;
      const names = ['constructor', 'toString'];
      const collection = await context.create({
        vectors: Object.fromEntries(names.map((name) => [name, dense(context, 4)])),
      });
      await expectStored(context, collection, [
        makeRecord(capabilities, 1, {
          vectors: Object.fromEntries(names.map((name, at) => [name, makeVector(at, 4)])),
        }),
        makeRecord(capabilities, 2, { vectors: { toString: makeVector(3, 4) } }),
        makeRecord(capabilities, 3, { vectors: {} }),
      ]);
    },
  },
  {
    id: 'vectors/sparse-ones-are-kept',
    title: 'sparse vectors keep every index with its value, whatever the order given',
    hint: 'Indices count from 1 in this store; values are not sorted along with the indices.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('sparse')),
    async run(context) {
      const name = context.capabilities.vectors.includes('named') ? 'words' : '';
      const collection = await context.create({ vectors: { [name]: { kind: 'sparse', dimension: 1000 } } });
      const sparse = (indices: readonly number[], values: readonly number[]): VectorRecord['vectors'] => ({
        [name]: { indices, values },
      });
      await expectStored(context, collection, [
        makeRecord(context.capabilities, 1, { vectors: sparse([0], [1]) }),
        makeRecord(context.capabilities, 2, { vectors: sparse([3, 17, 999], [0.1, -2, 1e-7]) }),
        makeRecord(context.capabilities, 3, { vectors: sparse([17, 3, 500], [5, 6, 7]) }),
        makeRecord(context.capabilities, 4, { vectors: sparse([1, 2, 3], [4, 0, 5]) }),
        makeRecord(context.capabilities, 5, {
          vectors: { [name]: { indices: Uint32Array.of(2, 1), values: Float32Array.of(0.25, 0.75) } },
        }),
      ]);
    },
  },
  {
    id: 'vectors/multi-ones-are-kept',
    title: 'multi-vectors keep their rows and the order of these',
    hint: 'Rows are flattened and cut in the wrong places; a single row becomes a dense vector.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('multi')),
    async run(context) {
      const name = context.capabilities.vectors.includes('named') ? 'tokens' : '';
      const schema: VectorSchema = { kind: 'multi', dimension: 3, metric: context.metric };
      const collection = await context.create({ vectors: { [name]: schema } });
      const rows = (...numbers: number[]): VectorRecord['vectors'] => ({
        [name]: { rows: numbers.map((number) => makeVector(number, 3)) },
      });
      await expectStored(context, collection, [
        makeRecord(context.capabilities, 1, { vectors: rows(1) }),
        makeRecord(context.capabilities, 2, { vectors: rows(2, 3, 4, 5) }),
        makeRecord(context.capabilities, 3, { vectors: rows(5, 4, 3) }),
      ]);
    },
  },
  ...Object.entries(HELD).map(([datatype, values]): ConformanceCase => ({
    id: `vectors/${datatype}-keeps-what-it-can-hold`,
    title: `a ${datatype} vector keeps values that ${datatype} can hold`,
    hint: 'The datatype is not passed on when the collection is created, or not read when it is described.',
    appliesTo: canWriteAnd(({ datatypes }) => datatypes.some((one) => one === datatype)),
    async run(context) {
      const vector = datatypeVector(context.capabilities, datatype as Datatype);
      const collection = await context.create({ vectors: { '': vector } });
      await expectStored(context, collection, [
        makeRecord(context.capabilities, 1, { vectors: { '': values } }),
        makeRecord(context.capabilities, 2, { vectors: { '': values.toReversed() } }),
      ]);
      const described = (await collection.describe()).vectors[''];
      expectThat(
        described !== undefined && described.kind !== 'sparse' && described.datatype === datatype,
        `the collection was created with ${datatype}, but is described otherwise`,
      );
    },
  })),
];

function datatypeVector(capabilities: Capabilities, datatype: Datatype): VectorSchema {
  const wanted = datatype === 'bit' ? ['hamming', 'jaccard'] : ['euclidean', 'dot', 'cosine', 'manhattan'];
  const metric = capabilities.metrics.find((one) => wanted.includes(one) && keepsBits(one, capabilities));
  return { kind: 'dense', dimension: 8, metric, datatype };
}
