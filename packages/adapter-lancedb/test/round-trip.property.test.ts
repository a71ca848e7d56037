import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  float,
  Float,
  integer,
  type CollectionSchema,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLanceDb } from '../src/index.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'id', 'a.b', '\0', "'"),
);
const FIELDS = ['year', 'label', 'tags', 'score', 'to', 'years', 'scores', 'flags'];
const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...FIELDS, 'Year') }, text);
const float32 = fc
  .oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 0, 1, 0.1))
  .map(Math.fround);
const value = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.boolean(),
    text,
    fc.integer(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(integer),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
    fc.constantFrom(null, new Float(-0)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.option(fc.boolean()), { maxLength: 3 }),
    fc.array(fc.option(fc.integer()), { maxLength: 3 }),
    fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map(float)), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const dense = (length: number): fc.Arbitrary<readonly number[]> =>
  fc.array(float32, { minLength: length, maxLength: length });
const multi: fc.Arbitrary<Vector> = fc.array(dense(2), { minLength: 1, maxLength: 4 }).map((rows) => ({ rows }));
const record: fc.Arbitrary<VectorRecord> = fc.record(
  {
    id: text.filter((id) => id !== ''),
    namespace: fc.constantFrom('eu', 'us'),
    vectors: fc.record({ '': dense(3), 'title.de': dense(2), late: dense(2), tokens: multi }, { requiredKeys: [] }),
    metadata: fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }),
    document: text,
    uri: text,
  },
  { requiredKeys: ['id', 'vectors', 'metadata'], noNullPrototype: true },
);
const records = fc.uniqueArray(record, {
  minLength: 1,
  maxLength: 12,
  selector: ({ id, namespace }) => JSON.stringify([id, namespace]),
});

const schema: CollectionSchema = {
  name: 'docs',
  namespaces: true,
  vectors: {
    '': { kind: 'dense', dimension: 3, metric: 'cosine' },
    'title.de': { kind: 'dense', dimension: 2, metric: 'dot' },
    // Learned from the first record.
    late: { kind: 'dense', metric: 'euclidean' },
    tokens: { kind: 'multi', dimension: 2, metric: 'cosine' },
  },
  fields: {
    year: 'integer',
    label: 'string',
    tags: 'string[]',
    score: 'float',
    to: 'boolean',
    years: 'integer[]',
    scores: 'float[]',
    flags: 'boolean[]',
  },
};

function plain(given: VectorRecord): unknown {
  const floats = (vector: DenseVector): number[] => Array.from(vector, Math.fround);
  return {
    ...given,
    vectors: Object.fromEntries(
      Object.entries(given.vectors).map(([name, vector]): [string, unknown] => {
        if ('rows' in vector) return [name, vector.rows.map(floats)];
        return [name, floats(vector as DenseVector)];
      }),
    ),
  };
}

const sorted = (given: readonly VectorRecord[]): unknown[] =>
  given.toSorted((left, right) => (recordKey(left) < recordKey(right) ? -1 : 1)).map(plain);
const recordKey = ({ id, namespace }: VectorRecord): string => JSON.stringify([namespace, id]);

/** The same cases in every run; VSM_SEED asks for others. */
const seed = Number(process.env['VSM_SEED'] ?? 20261124);

let uri: string;
beforeEach(async () => {
  uri = await mkdtemp(join(tmpdir(), 'vsm-lancedb-'));
});
afterEach(async () => {
  await rm(uri, { recursive: true });
});

it('every record comes back as it was written, and replaced, whatever it holds', async () => {
  const store = createLanceDb({ uri });
  await fc.assert(
    fc.asyncProperty(records, records, async (first, second) => {
      await store.dropCollection?.('docs');
      await store.createCollection(schema);
      const collection = await store.openCollection('docs');
      expect(await collection.upsert(first)).toEqual({ accepted: first.length, rejected: [] });
      expect(sorted((await collection.scan({ limit: 100, include: ['vectors', 'metadata'] })).records)).toEqual(
        sorted(first),
      );
      // Nothing of the old record shines through.
      await collection.upsert(second);
      const written = new Map([...first, ...second].map((given) => [recordKey(given), given]));
      const read = await (await store.openCollection('docs')).scan({ limit: 100, include: ['vectors', 'metadata'] });
      expect(sorted(read.records)).toEqual(sorted([...written.values()]));
    }),
    { numRuns: 60, seed },
  );
  await store.close();
});
