import type { Datatype, Vector, VectorSchema } from '@vsm/core/adapter';
import { afterAll, describe, expect, it } from 'vitest';
import { createClient } from '../src/client.ts';
import { CollectionSchema } from '../src/grpc/schema.ts';
import {
  createCollection,
  createIndex,
  describeCollection,
  dropCollection,
  loadCollection,
} from '../src/grpc/collections.ts';
import { insert, query } from '../src/grpc/rows.ts';
import { readLayout } from '../src/layout.ts';
import { readOptions } from '../src/options.ts';
import { writeColumns } from '../src/rows.ts';
import { planCreation } from '../src/schema.ts';
import { readVectors } from '../src/vectors.ts';

// The bytes of vectors, held by the core of Milvus 2.5, which knows no more calls than these: npm run test:servers -- milvus-core
const url = process.env['MILVUS_CORE_URL'];

const dense = (datatype: Datatype, metric: 'euclidean' | 'hamming' = 'euclidean'): VectorSchema => ({
  kind: 'dense',
  dimension: 8,
  metric,
  datatype,
});

const HELD: readonly (readonly [string, VectorSchema, readonly Vector[]])[] = [
  ['float32', dense('float32'), [Float32Array.of(1, -0, 2 ** -149, 3.4e38, 0.1, 0, 7, -2)]],
  ['float16', dense('float16'), [Float32Array.of(1, -0, 2 ** -24, 65_504, 0.0999755859375, 0, 7, -2)]],
  ['bfloat16', dense('bfloat16'), [Float32Array.of(1, -0, 2 ** -133, 2 ** 127, 0.099609375, 69_632, 7, -2)]],
  ['bit', dense('bit', 'hamming'), [Float32Array.of(1, 0, 1, 1, 0, 0, 0, 1)]],
  [
    'sparse',
    { kind: 'sparse' },
    [
      { indices: [0, 7, 4_294_967_294], values: Float32Array.of(0.1, -2, 3.4e38) },
      { indices: [], values: new Float32Array(0) },
    ],
  ],
];

describe.runIf(url !== undefined)('the core of Milvus', { timeout: 60_000 }, () => {
  const client = createClient(readOptions({ url }));
  const named = (name: string) => ({ db: '', collection: `vsm_test_${process.pid}_${name}` });
  afterAll(async () => {
    for (const [name] of HELD) {
      await client.call(dropCollection, named(name), { action: 'drop a collection' });
    }
    client.close();
  });

  it.each(HELD)('keeps every bit of %s', async (name, vector, values) => {
    const collection = named(name);
    const plan = planCreation({ name, vectors: { '': vector } });
    const schema = CollectionSchema.encode({ ...plan.schema, name: collection.collection });
    const settings = { schema, shards: 1, consistency: plan.consistency, partitions: 0n };
    await client.call(createCollection, { ...collection, ...settings }, { action: 'create a collection' });
    for (const { field, params } of plan.indexes) {
      // Of the indexes of float vectors, this one has none but the exact one.
      const index = { ...params, ...(params['index_type'] === 'AUTOINDEX' && { index_type: 'FLAT' }) };
      const list = Object.entries(index).map(([key, value]) => ({ key, value }));
      await client.call(
        createIndex,
        { ...collection, field, params: list, index: field },
        { action: 'create an index' },
      );
    }
    const described = await client.call(describeCollection, collection, { action: 'describe' });
    const layout = readLayout(CollectionSchema.decode(CollectionSchema.encode(described.schema ?? {})), [], {});
    const field = layout.fields.get('vector');
    if (field === undefined) throw new TypeError('the field of the vector is not there');

    const rows = values.map(
      (one, at) =>
        new Map<string, Vector | string | object>([
          ['id', String(at)],
          ['vector', one],
          ['metadata', {}],
          ['document', ''],
          ['vsm_absent', ''],
        ]),
    );
    const fields = writeColumns(rows as Parameters<typeof writeColumns>[0], layout);
    await client.call(insert, { ...collection, partition: '', fields, rows: rows.length }, { action: 'write rows' });
    await client.call(loadCollection, collection, { action: 'load' });
    for (const [at, value] of values.entries()) {
      const asked = { ...collection, filter: `id == "${at}"`, fields: ['vector'], partitions: [], params: [] };
      const found = (await client.call(query, asked, { action: 'read' })).fields.find((one) => one.name === 'vector');
      expect(readVectors(field, found?.vectors ?? {})).toEqual([value]);
    }
  });
});

it.runIf(url === undefined)('NOT RUN without it: npm run test:servers -- milvus-core', () => {
  expect(url).toBeUndefined();
});
