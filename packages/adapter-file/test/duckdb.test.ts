import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { Float, type VectorRecord } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile } from '../src/index.ts';
import { readAll } from './reading.ts';

const SAMPLE = new URL('../../../examples/demo/debian-packages-1k.parquet', import.meta.url).pathname;

let folder: string;
let duckdb: DuckDBConnection;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-file-'));
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterEach(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJS();
}

describe('a Parquet file made by pyarrow', () => {
  it('reads as DuckDB reads it, every value of every row', async () => {
    const store = createFile({ path: SAMPLE });
    const records = await readAll(await store.openCollection('debian-packages-1k'));
    await store.close();
    const expected = await rows(`select * from '${SAMPLE}'`);
    expect(records).toHaveLength(expected.length);
    for (const [at, record] of records.entries()) {
      const { id, vector, document, ...columns } = expected[at] as Record<string, unknown>;
      expect(record.id).toBe(id);
      expect(record.document).toBe(document);
      expect(Array.from(record.vectors[''] as Float32Array)).toEqual(vector);
      const present = Object.entries(columns).filter(([, value]) => value !== null);
      expect(record.metadata).toEqual(
        Object.fromEntries(present.map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value])),
      );
    }
  });
});

describe('a Parquet file written here', () => {
  const records: VectorRecord[] = [
    {
      id: 'first',
      namespace: 'eu',
      vectors: {
        '': [0.1, 0.2, -0],
        title: [1, 2],
        words: { indices: [7, 4294967295], values: [0.5, 1] },
        tokens: {
          rows: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        },
      },
      metadata: {
        year: 2025,
        big: 9007199254740993n,
        score: new Float(1),
        draft: false,
        tags: ['a', 'b'],
        label: 'text',
        mixed: 1,
        nested: { deep: [1.5, null] },
      },
      document: 'the text',
      uri: 'https://example.com/1',
    },
    {
      id: 'second',
      vectors: { '': [1, 0, 0] },
      metadata: { year: 2026, score: -0, tags: [], label: null, mixed: 'x' },
    },
    { id: 'third', vectors: {}, metadata: {} },
  ];

  beforeEach(async () => {
    const store = createFile({ path: join(folder, 'docs.parquet') });
    await store.createCollection({
      name: 'docs',
      vectors: {
        '': { kind: 'dense', dimension: 3, metric: 'cosine' },
        title: { kind: 'dense', dimension: 2, metric: 'dot' },
        words: { kind: 'sparse' },
        tokens: { kind: 'multi', dimension: 2, metric: 'cosine' },
      },
    });
    const collection = await store.openCollection('docs');
    await collection.upsert(records);
    await collection.flush?.();
    await store.close();
  });

  it('has the types that people expect', async () => {
    const described = await rows(`describe select * from '${folder}/docs.parquet'`);
    expect(Object.fromEntries(described.map((row) => [row['column_name'], row['column_type']]))).toEqual({
      id: 'VARCHAR',
      namespace: 'VARCHAR',
      vector: 'FLOAT[]',
      vector_title: 'FLOAT[]',
      vector_words: 'STRUCT(indices UINTEGER[], "values" FLOAT[])',
      vector_tokens: 'FLOAT[][]',
      document: 'VARCHAR',
      uri: 'VARCHAR',
      year: 'BIGINT',
      big: 'BIGINT',
      score: 'DOUBLE',
      draft: 'BOOLEAN',
      tags: 'VARCHAR[]',
      label: 'VARCHAR',
      metadata: 'JSON',
    });
  });

  it('has the values that were written', async () => {
    const found = await rows(`select * from '${folder}/docs.parquet'`);
    expect(found[0]).toEqual({
      id: 'first',
      namespace: 'eu',
      vector: [Math.fround(0.1), Math.fround(0.2), -0],
      vector_title: [1, 2],
      vector_words: { indices: [7, 4294967295], values: [0.5, 1] },
      vector_tokens: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      document: 'the text',
      uri: 'https://example.com/1',
      year: 2025n,
      big: 9007199254740993n,
      score: 1,
      draft: false,
      tags: ['a', 'b'],
      label: 'text',
      metadata: '{"mixed":1,"nested":{"deep":[1.5,null]}}',
    });
    expect(found[1]).toMatchObject({
      id: 'second',
      score: -0,
      tags: [],
      label: null,
      metadata: '{"label":null,"mixed":"x"}',
    });
    expect(found[2]).toMatchObject({ id: 'third', vector: null, vector_words: null, year: null, metadata: null });
  });

  it('can be queried there', async () => {
    const sql = `select id, len(vector) as dimension from '${folder}/docs.parquet' where year > 2025 and vector[1] > 0.9`;
    expect(await rows(sql)).toEqual([{ id: 'second', dimension: 3n }]);
  });

  it('is read here as it was written, without its manifest too', async () => {
    await rm(join(folder, 'docs.parquet.vsm.json'));
    const store = createFile({ path: join(folder, 'docs.parquet') });
    const collection = await store.openCollection('docs');
    expect(await readAll(collection)).toMatchObject([
      { id: 'first', namespace: 'eu', metadata: records[0]?.metadata },
      { id: 'second', metadata: { score: new Float(-0), label: null } },
      { id: 'third', vectors: {} },
    ]);
    expect((await collection.describe()).vectors['title']).toEqual({ kind: 'dense', dimension: 2, metric: 'dot' });
    await store.close();
  });
});

describe('Parquet of other makers', () => {
  const types: readonly (readonly [string, string, unknown])[] = [
    ['integers', '9007199254740993::bigint', 9007199254740993n],
    ['small integers', '7::smallint', 7],
    ['unsigned integers', '18446744073709551615::ubigint', 18446744073709551615n],
    ['doubles', '2.0::double', new Float(2)],
    ['floats', '0.5::float', 0.5],
    ['booleans', 'true', true],
    ['short decimals', '12.50::decimal(10, 2)', 12.5],
    ['long decimals', '12345678901234567890.12::decimal(30, 2)', '12345678901234567890.12'],
    ['negative decimals', '-0.05::decimal(30, 2)', '-0.05'],
    ['whole decimals', '-12345678901234567890::decimal(30, 0)', -12345678901234567890n],
    ['dates', "date '1969-12-31'", '1969-12-31'],
    ['times', "time '23:59:58.000001'", '23:59:58.000001'],
    ['timestamps', "timestamp '1969-12-31 23:59:59.123456'", '1969-12-31T23:59:59.123456'],
    ['timestamps with a zone', "timestamptz '2026-11-24 01:02:03.5+00'", '2026-11-24T01:02:03.500000Z'],
    ['nanoseconds', "'2026-11-24 01:02:03.123456789'::timestamp_ns", '2026-11-24T01:02:03.123456789'],
    ['UUIDs', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['bytes', "'\\xFF\\x00'::blob", '/wA='],
    ['enumerations', "'red'::enum('red', 'blue')", 'red'],
    ['structs', "{'a': 1, 'b': {'c': [1.5, null]}, 'd': null}", { a: 1, b: { c: [1.5, null] } }],
    ['maps', "map {'k': 1, 'l': 2}", { k: 1, l: 2 }],
    ['lists of structs', "[{'a': 1}, {'a': 2}]", [{ a: 1 }, { a: 2 }]],
    ['lists of lists', '[[1, 2], [], [3]]', [[1, 2], [], [3]]],
    ['JSON', `'{"n": 1.0, "big": 12345678901234567890}'::json`, { n: new Float(1), big: 12345678901234567890n }],
    ['text with U+0000 and a surrogate pair', "'a' || chr(0) || '😀'", 'a\0😀'],
  ];

  it.each(types)('%s', async (_, sql, expected) => {
    const path = join(folder, 'other.parquet');
    await duckdb.run(
      `copy (select 'with' as id, [1, 2, 3]::float[] as embedding, ${sql} as field union all
             select 'without', null, null) to '${path}' (format parquet)`,
    );
    const store = createFile({ path });
    const [first, second] = await readAll(await store.openCollection('other'));
    expect(first).toMatchObject({ id: 'with', metadata: { field: expected } });
    expect(Array.from(first?.vectors[''] as Float32Array)).toEqual([1, 2, 3]);
    expect(second).toMatchObject({ id: 'without', vectors: {}, metadata: {} });
    expect(second?.metadata).not.toHaveProperty('field');
    await store.close();
  });

  it.each(['snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'uncompressed'])('compressed with %s', async (codec) => {
    const path = join(folder, 'other.parquet');
    await duckdb.run(
      `copy (select i as id, [i, i + 0.5, -i, 1]::${codec === 'lz4' ? 'double' : 'float'}[] as vector, 'text ' || (i % 7) as text,
             case when i % 3 = 0 then null else ['x', 'y' || i] end as tags from range(5000) t(i))
       to '${path}' (format parquet, codec ${codec}, row_group_size 2048)`,
    );
    const store = createFile({ path });
    const collection = await store.openCollection('other');
    const records = await readAll(collection, 333);
    expect(records).toHaveLength(5000);
    for (const [at, record] of records.entries()) {
      expect(record.id).toBe(String(at));
      expect(record.document).toBe(`text ${at % 7}`);
      expect(record.metadata).toEqual(at % 3 === 0 ? {} : { tags: ['x', `y${at}`] });
      expect(Array.from(record.vectors[''] as Float32Array)).toEqual([at, at + 0.5, at === 0 ? 0 : -at, 1]);
    }
    expect(await collection.partition?.(3)).toHaveLength(3);
    expect(await collection.fetch(['4999', '0', '2048'])).toHaveLength(3);
    await store.close();
  });

  it('a vector with a hole reads as NaN, which whoever writes it refuses by id', async () => {
    const path = join(folder, 'other.parquet');
    await duckdb.run(
      `copy (select * from (values ('a', [1, null, 3]::float[]), ('b', []::float[]), ('c', null), ('d', [4, 5, 6]::float[])) t(id, vector))
       to '${path}' (format parquet)`,
    );
    const store = createFile({ path });
    const records = await readAll(await store.openCollection('other'));
    expect(records.map(({ vectors }) => vectors[''] && Array.from(vectors[''] as Float32Array))).toEqual([
      [1, Number.NaN, 3],
      [],
      undefined,
      [4, 5, 6],
    ]);
    await store.close();
  });
});
