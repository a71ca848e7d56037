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
  type VectorStoreV1,
} from '@vsm/core/adapter';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, createVdf, type Format } from '../src/index.ts';
import { readAll } from './reading.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'id', 'a.b', '\0', '"'),
);
const filled = text.filter((value) => value !== '');
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('year', 'label', 'tags', 'Year', 'vector', 'score') },
  text,
);
const float32 = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 0, 1, 0.1));
const scalar = fc.oneof(
  fc.boolean(),
  text,
  fc.integer(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(integer),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
  fc.constant(new Float(-0)),
);
const value = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.constant(null),
    fc.array(text, { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const dense = (length: number): fc.Arbitrary<readonly number[]> =>
  fc.array(float32.map(Math.fround), { minLength: length, maxLength: length });
const sparse: fc.Arbitrary<Vector> = fc
  .dictionary(fc.nat(0xffffffff).map(String), float32.map(Math.fround), { maxKeys: 4 })
  .map((weights) => ({ indices: Object.keys(weights).map(Number), values: Object.values(weights) }));
const multi: fc.Arbitrary<Vector> = fc.array(dense(2), { minLength: 1, maxLength: 4 }).map((rows) => ({ rows }));

const record: fc.Arbitrary<VectorRecord> = fc.record(
  {
    id: filled,
    namespace: fc.constantFrom('eu', 'us', 'a\0b'),
    vectors: fc.record({ '': dense(3), 'title.de': dense(2), words: sparse, tokens: multi }, { requiredKeys: [] }),
    metadata: fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }),
    document: text,
    uri: text,
  },
  { requiredKeys: ['id', 'vectors', 'metadata'], noNullPrototype: true },
);
const records = fc.uniqueArray(record, {
  maxLength: 12,
  selector: ({ id, namespace }) => JSON.stringify([id, namespace]),
});

const schema: CollectionSchema = {
  name: 'docs',
  vectors: {
    '': { kind: 'dense', dimension: 3, metric: 'cosine' },
    'title.de': { kind: 'dense', dimension: 2, metric: 'dot', datatype: 'float16' },
    words: { kind: 'sparse', modifier: 'idf' },
    tokens: { kind: 'multi', dimension: 2, metric: 'cosine' },
  },
  indexes: [{ path: 'year', type: 'integer', native: { lookup: true } }],
  native: { qdrant: { hnsw_config: { m: 32 } } },
};

/** Comparable whatever the container of the numbers, bit for bit: -0 stays -0. */
function plain(given: VectorRecord): unknown {
  const floats = (vector: DenseVector): number[] => Array.from(vector, Math.fround);
  return {
    ...given,
    vectors: Object.fromEntries(
      Object.entries(given.vectors).map(([name, vector]): [string, unknown] => {
        if ('rows' in vector) return [name, vector.rows.map(floats)];
        if ('indices' in vector) return [name, [Array.from(vector.indices), floats(vector.values)]];
        return [name, floats(vector)];
      }),
    ),
  };
}

/** A VDF directory keeps each namespace for itself. */
function inOrder(given: readonly VectorRecord[], format: Format | 'vdf'): readonly unknown[] {
  if (format !== 'vdf') return given.map(plain);
  const place = ({ id, namespace = '' }: VectorRecord): string => JSON.stringify([namespace, id]);
  return given.toSorted((left, right) => (place(left) < place(right) ? -1 : 1)).map(plain);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-file-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function storeOf(path: string, format: Format | 'vdf'): VectorStoreV1 {
  return format === 'vdf' ? createVdf({ path }) : createFile({ path, format });
}

it.each<Format | 'vdf'>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst', 'vdf'])(
  '%s gives back every record, and the schema, as they were',
  async (format) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        run += 1;
        const path = join(folder, `${run}`);
        const writing = storeOf(path, format);
        await writing.createCollection(schema);
        const collection = await writing.openCollection('docs');
        expect(await collection.upsert(given)).toEqual({ accepted: given.length, rejected: [] });
        // The same from the journal, from the file, and from the file in a new store.
        const stages = [await readAll(collection, 3)];
        await collection.flush?.();
        stages.push(await readAll(collection, 5));
        await writing.close();
        const reading = storeOf(path, format);
        const reopened = await reading.openCollection('docs');
        stages.push(await readAll(reopened));
        for (const read of stages) expect(inOrder(read, format)).toEqual(inOrder(given, format));
        expect(await reopened.describe()).toMatchObject(schema);
        await reading.close();
      }),
      { numRuns: 60 },
    );
  },
  // It may only end what hangs.
  600_000,
);
