import { createMemory } from '@vsm/adapter-memory';
import { float, VectorStoreMigrator, type MetadataValue, type VectorRecord } from '@vsm/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';
import { MIDDLES, middleStores, seed, type Middle } from './middles.ts';

const open = middleStores();

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 12 }));
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
  fc.integer({ min: -1000, max: 1000 }).map(float),
);
const { value } = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(text, { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const key = fc.oneof(
  text,
  fc.constantFrom('title', 'text', 'a.b', '__vsm', '$x', '#y', 'chroma:z', 'document', 'constructor'),
);
const id = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.uuid(),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
);
const component = fc.float({ noNaN: true, noDefaultInfinity: true });
const vector = fc.array(component, { minLength: 3, maxLength: 3 });
const batchOf = (vectors: fc.Arbitrary<readonly number[]>): fc.Arbitrary<VectorRecord[]> => {
  const record: fc.Arbitrary<VectorRecord> = fc.record(
    {
      id,
      vectors: vectors.map((components) => ({ '': components })),
      metadata: fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true }),
      document: text,
      uri: text,
    },
    { requiredKeys: ['id', 'vectors', 'metadata'] },
  );
  return fc.uniqueArray(record, { minLength: 50, maxLength: 50, selector: (item) => item.id });
};
/** Fifty records a case: the 64 cases make 3,200. */
const batch = batchOf(vector);
/** Pinecone refuses vectors of zeros, and takes what is smaller than this for zero. */
const batchWithoutZeros = batchOf(vector.filter((components) => components.some((item) => Math.abs(item) >= 1e-8)));

interface Target {
  readonly runs: number;
  readonly records?: fc.Arbitrary<VectorRecord[]>;
}
const targets: Record<Middle, Target> = {
  Chroma: { runs: 14 },
  Postgres: { runs: 14 },
  Qdrant: { runs: 8 },
  Pinecone: { runs: 8, records: batchWithoutZeros },
  Weaviate: { runs: 8 },
  OpenSearch: { runs: 12 },
  Redis: { runs: 8 },
  MongoDB: { runs: 8 },
  Turbopuffer: { runs: 8, records: batchWithoutZeros },
  Upstash: { runs: 8, records: batchWithoutZeros },
  'S3 Vectors': { runs: 8, records: batchWithoutZeros },
  LanceDB: { runs: 8 },
  SQLite: { runs: 8 },
  'sqlite-vec': { runs: 8 },
  libSQL: { runs: 8 },
  'a Parquet file': { runs: 6 },
  'a JSON Lines file': { runs: 6 },
};

let collections = 0;

it.each(MIDDLES)(
  'whatever goes into %s comes back as it was',
  async (place) => {
    const { runs, records: batches = batch } = targets[place];
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        collections += 1;
        const name = `batch-${collections}`;
        const schema = { name, vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } } } as const;
        const source = await filledMemory(records, schema);
        const middle = open(place);
        const there = await new VectorStoreMigrator({ source, target: middle, checkpoints: false }).migrate({
          sourceCollection: name,
        });
        expect(there.rejected).toEqual([]);
        expect(there.verification?.differences).toEqual([]);
        const restored = createMemory();
        await new VectorStoreMigrator({
          source: middle,
          target: restored,
          checkpoints: false,
          validate: false,
        }).migrate({ sourceCollection: name });
        const byId = (list: readonly VectorRecord[]): Map<string, VectorRecord> =>
          new Map(list.map((item) => [item.id, item]));
        expect(byId(await allRecords(restored, name))).toEqual(byId(await allRecords(source, name)));
        await middle.dropCollection?.(name);
        await middle.close();
      }),
      // Each run holds fifty records, so shrinking would take minutes and say little.
      { numRuns: runs, endOnFailure: true, seed },
    );
  },
  120_000,
);
