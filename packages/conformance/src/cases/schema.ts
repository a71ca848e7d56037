import { own, type Capabilities, type CollectionSchema, type Metric, type VectorSchema } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { DIMENSION, makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';

const METRICS: readonly Metric[] = ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'];

export const schemaCases: readonly ConformanceCase[] = [
  {
    id: 'schema/describes-what-was-created',
    title: 'describe gives back dimension, metric and kind once there is a record',
    hint: 'The metric’s name is mapped one way only; the dimension is read from the wrong place.',
    appliesTo: canWrite,
    async run({ capabilities, metric, filled }) {
      const collection = await filled(makeRecords(capabilities, 1));
      expectVector(await collection.describe(), '', { kind: 'dense', dimension: DIMENSION, metric });
      expectEqual(Object.keys((await collection.describe()).vectors), [''], 'vector names');
    },
  },
  {
    id: 'schema/describes-the-vectors-of-a-seeded-collection',
    title: 'describe names every vector with its kind and dimension',
    hint: 'The dimension is only known after a scan, and describe does not look; the unnamed vector is not called "".',
    async run({ capabilities, filled }) {
      const { vectors } = await (await filled(makeRecords(capabilities, 3))).describe();
      expectEqual(Object.keys(vectors), [''], 'vector names');
      expectEqual(vectors['']?.kind, 'dense', 'kind');
      expectEqual(vectors['']?.dimension, DIMENSION, 'dimension');
    },
  },
  {
    id: 'schema/does-not-guess-while-empty',
    title: 'describe of an empty collection gives the right dimension or none',
    hint: 'A default (1536, 0) is given where the store does not know the dimension yet: leave it out instead.',
    appliesTo: canWrite,
    async run({ metric, create }) {
      const { vectors } = await (await create()).describe();
      expectEqual(Object.keys(vectors), [''], 'vector names');
      const vector = vectors[''];
      expectThat(vector?.kind === 'dense', 'the vector must be dense');
      expectThat(
        vector.dimension === undefined || vector.dimension === DIMENSION,
        `the dimension is ${DIMENSION}, but describe gives ${vector.dimension}`,
      );
      expectEqual(vector.metric, metric, 'metric');
    },
  },
  ...METRICS.map((metric): ConformanceCase => ({
    id: `schema/keeps-the-metric-${metric}`,
    title: `a collection created with ${metric} is described with it`,
    hint: 'Two metrics share one name of the vendor; a default replaces the metric; only the index knows it.',
    appliesTo: canWriteAnd(({ metrics }) => metrics.includes(metric)),
    async run({ capabilities, create, store }) {
      const vectors = { '': vectorFor(capabilities, metric) };
      const { name } = await create({ vectors });
      const described = await (await store.openCollection(name)).describe();
      const vector = described.vectors[''];
      expectEqual(vector?.kind === 'dense' ? vector.metric : undefined, metric, 'metric');
    },
  })),
  ...METRICS.map((metric): ConformanceCase => ({
    id: `schema/refuses-the-metric-${metric}`,
    title: `a collection with ${metric} is UNSUPPORTED where the store has no such metric`,
    hint: 'The factory does not return guardStore(…); an unknown metric falls back to a default.',
    appliesTo: canWriteAnd(({ metrics }) => !metrics.includes(metric)),
    async run(context) {
      await expectSchemaRefused(context, { vectors: { '': { kind: 'dense', dimension: DIMENSION, metric } } });
    },
  })),
  {
    id: 'schema/describes-named-vectors',
    title: 'describe gives every named vector with its own dimension and metric',
    hint: 'Only the first vector is read; names are prefixed; dimensions are taken from one of them.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('named')),
    async run({ capabilities, create, write }) {
      const usable = capabilities.metrics.filter((metric) => metric !== 'hamming' && metric !== 'jaccard');
      const [first, second = first] = usable;
      const created: Record<string, VectorSchema> = {
        title: { kind: 'dense', dimension: 3, metric: first },
        body: { kind: 'dense', dimension: 5, metric: second },
      };
      const collection = await create({ vectors: created });
      await write(collection, [
        makeRecord(capabilities, 1, { vectors: { title: makeVector(1, 3), body: makeVector(2, 5) } }),
      ]);
      const described = await collection.describe();
      expectEqual(Object.keys(described.vectors).toSorted(), ['body', 'title'], 'vector names');
      for (const [name, vector] of Object.entries(created)) expectVector(described, name, vector);
    },
  },
  {
    id: 'schema/refuses-named-vectors',
    title: 'named vectors are UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…); the name is dropped silently.',
    appliesTo: canWriteAnd(({ vectors }) => !vectors.includes('named')),
    async run(context) {
      const { metric } = context;
      await expectSchemaRefused(context, { vectors: { title: { kind: 'dense', dimension: DIMENSION, metric } } });
    },
  },
  {
    id: 'schema/describes-sparse-vectors',
    title: 'describe knows a sparse vector as sparse',
    hint: 'Sparse vectors live in a second part of the vendor’s settings that is not read.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('sparse')),
    async run({ capabilities, create, store }) {
      const name = capabilities.vectors.includes('named') ? 'words' : '';
      const collection = await create({ vectors: { [name]: { kind: 'sparse', dimension: 1000 } } });
      const { vectors } = await (await store.openCollection(collection.name)).describe();
      expectEqual(Object.keys(vectors), [name], 'vector names');
      expectEqual(vectors[name]?.kind, 'sparse', 'kind');
    },
  },
  {
    id: 'schema/refuses-sparse-vectors',
    title: 'a sparse vector is UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: canWriteAnd(({ vectors }) => !vectors.includes('sparse')),
    async run(context) {
      await expectSchemaRefused(context, { vectors: { '': { kind: 'sparse', dimension: 1000 } } });
    },
  },
  {
    id: 'schema/describes-multi-vectors',
    title: 'describe knows a multi-vector, its dimension and its metric',
    hint: 'A multi-vector is described as a dense one.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('multi')),
    async run({ capabilities, metric, create, store }) {
      const name = capabilities.vectors.includes('named') ? 'tokens' : '';
      const created: VectorSchema = { kind: 'multi', dimension: 3, metric };
      const collection = await create({ vectors: { [name]: created } });
      expectVector(await (await store.openCollection(collection.name)).describe(), name, created);
    },
  },
  {
    id: 'schema/refuses-multi-vectors',
    title: 'a multi-vector is UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: canWriteAnd(({ vectors }) => !vectors.includes('multi')),
    async run(context) {
      await expectSchemaRefused(context, { vectors: { '': { kind: 'multi', dimension: 3, metric: context.metric } } });
    },
  },
  {
    id: 'schema/refuses-namespaces',
    title: 'a collection with namespaces is UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: canWriteAnd(({ namespaces }) => !namespaces),
    async run(context) {
      await expectSchemaRefused(context, { namespaces: true });
    },
  },
  {
    id: 'schema/refuses-a-dimension-over-the-limit',
    title: 'a dimension over the limit is UNSUPPORTED',
    hint: 'limits.dimension is higher than what the store takes; the factory does not return guardStore(…).',
    appliesTo: canWriteAnd(({ limits }) => limits.dimension !== undefined),
    async run(context) {
      const dimension = (context.capabilities.limits.dimension ?? 0) + 1;
      await expectSchemaRefused(context, { vectors: { '': { kind: 'dense', dimension, metric: context.metric } } });
    },
  },
  {
    id: 'schema/refuses-a-dimension-that-is-none',
    title: 'a dimension of 0, -1 or 1.5 is INVALID_OPTIONS',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: canWrite,
    async run({ store, metric, name }) {
      for (const dimension of [0, -1, 1.5]) {
        const schema = { name: name(), vectors: { '': { kind: 'dense', dimension, metric } as const } };
        await expectRefusal(() => store.createCollection(schema), 'INVALID_OPTIONS', `a dimension of ${dimension}`);
      }
    },
  },
];

export function expectVector(described: CollectionSchema, name: string, expected: VectorSchema): void {
  const actual = own(described.vectors, name);
  expectEqual(actual?.kind, expected.kind, `kind of vector "${name}"`);
  if (actual === undefined || actual.kind === 'sparse' || expected.kind === 'sparse') return;
  expectEqual(actual.dimension, expected.dimension, `dimension of vector "${name}"`);
  expectEqual(actual.metric, expected.metric, `metric of vector "${name}"`);
}

/** Hamming and Jaccard compare bits; stores that have a datatype for these want it. */
function vectorFor(capabilities: Capabilities, metric: Metric): VectorSchema {
  const bits = (metric === 'hamming' || metric === 'jaccard') && capabilities.datatypes.includes('bit');
  return { kind: 'dense', dimension: 8, metric, ...(bits && { datatype: 'bit' }) };
}

async function expectSchemaRefused(
  { store, name, metric }: ConformanceContext,
  changes: Partial<CollectionSchema>,
): Promise<void> {
  const schema: CollectionSchema = {
    name: name(),
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric } },
    ...changes,
  };
  await expectRefusal(() => store.createCollection(schema), 'UNSUPPORTED', 'creating the collection');
  expectThat(!(await store.listCollections()).includes(schema.name), 'it was refused, but the collection exists');
}
