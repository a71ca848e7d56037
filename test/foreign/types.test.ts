/** One column of every type that a store has: what becomes of each, as the tables in docs/reading.md say. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { connect } from '@lancedb/lancedb';
import { Float, type MetadataValue } from '@vsm/core';
import type * as Arrow from 'apache-arrow';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { carry } from './carry.ts';

const arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-types-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** SQL of a value → what is read. */
const PARQUET: readonly (readonly [column: string, sql: string, read: MetadataValue])[] = [
  ['boolean', 'true', true],
  ['tinyint', '-7::tinyint', -7],
  ['smallint', '-300::smallint', -300],
  ['integer', '-70000::integer', -70000],
  ['bigint', '9007199254740993::bigint', 9007199254740993n],
  ['utinyint', '255::utinyint', 255],
  ['usmallint', '65535::usmallint', 65535],
  ['uinteger', '4294967295::uinteger', 4294967295],
  ['ubigint', '18446744073709551615::ubigint', 18446744073709551615n],
  ['hugeint', '170141183460469231731687303715884105727::hugeint', 2 ** 127],
  ['float', '1.5::float', 1.5],
  ['whole_float', '2::double', new Float(2)],
  ['decimal', '19.90::decimal(9, 2)', 19.9],
  ['long_decimal', '12345678901234567890.12::decimal(30, 2)', '12345678901234567890.12'],
  ['whole_decimal', '42::decimal(9, 0)', 42],
  ['varchar', "'text'", 'text'],
  ['blob', "'\\xAA\\xBB'::blob", 'qrs='],
  ['date', "date '2025-06-01'", '2025-06-01'],
  ['endless_date', "'infinity'::date", 'infinity'],
  ['time', "time '10:11:12.5'", '10:11:12.500000'],
  ['timestamp', "timestamp '2025-06-01 10:11:12.123456'", '2025-06-01T10:11:12.123456'],
  ['timestamp_ms', "'2025-06-01 10:11:12.123'::timestamp_ms", '2025-06-01T10:11:12.123'],
  ['timestamp_ns', "'2025-06-01 10:11:12.123456789'::timestamp_ns", '2025-06-01T10:11:12.123456789'],
  ['timestamptz', "'2025-06-01 10:11:12+00'::timestamptz", '2025-06-01T10:11:12.000000Z'],
  ['interval', 'to_months(14) + to_days(3) + to_seconds(3723)', 'P1Y2M3DT1H2M3S'],
  ['uuid', "'5c56c793-69f3-4fbf-87e6-c4bf54c28c26'::uuid", '5c56c793-69f3-4fbf-87e6-c4bf54c28c26'],
  ['enum', "'b'::enum('a', 'b')", 'b'],
  ['json', `'{"a": 1, "b": [1.0]}'::json`, { a: 1, b: [new Float(1)] }],
  ['list', "['a', null, 'b']", ['a', null, 'b']],
  ['array', '[1, 2, 3]::integer[3]', [1, 2, 3]],
  ['nested_list', '[[1], [2, 3]]', [[1], [2, 3]]],
  ['struct', "{'a': 1, 'b': {'c': date '2025-06-01'}}", { a: 1, b: { c: '2025-06-01' } }],
  ['map', "map {'x': 1.25::double}", { x: 1.25 }],
  ['structs', "[{'a': 1.10::decimal(4, 2)}]", [{ a: 1.1 }]],
];

it('Parquet: every type that DuckDB writes', async () => {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = PARQUET.map(([column, sql]) => `${sql} as "${column}"`).join(', ');
  await duckdb.run(`set TimeZone = 'UTC'`);
  await duckdb.run(
    `copy (select 'a' as id, [1, 2]::float[] as embedding, ${columns}) to '${folder}/types.parquet' (format parquet)`,
  );
  duckdb.closeSync();
  const { records, result } = await carry(`file:${folder}/types.parquet`);
  expect(result.success).toBe(true);
  expect(records.get('a')?.metadata).toEqual(Object.fromEntries(PARQUET.map(([column, , read]) => [column, read])));
});

const list = (item: Arrow.DataType): Arrow.DataType => new arrow.List(new arrow.Field('item', item, true));
const ticks = (type: Arrow.DataType, value: bigint): Arrow.Data =>
  arrow.makeData({ type: type as Arrow.TimestampMicrosecond, length: 1, nullCount: 0, data: BigInt64Array.of(value) });

const LANCE: readonly (readonly [column: string, type: Arrow.DataType, value: unknown, read: MetadataValue])[] = [
  ['bool', new arrow.Bool(), true, true],
  ['int8', new arrow.Int8(), -7, -7],
  ['int16', new arrow.Int16(), -300, -300],
  ['int32', new arrow.Int32(), -70000, -70000],
  ['int64', new arrow.Int64(), 9007199254740993n, 9007199254740993n],
  ['uint8', new arrow.Uint8(), 255, 255],
  ['uint16', new arrow.Uint16(), 65535, 65535],
  ['uint32', new arrow.Uint32(), 4294967295, 4294967295],
  ['uint64', new arrow.Uint64(), 18446744073709551615n, 18446744073709551615n],
  ['float16', new arrow.Float16(), 1.5, 1.5],
  ['float32', new arrow.Float32(), 0.25, 0.25],
  ['float64', new arrow.Float64(), 2, new Float(2)],
  ['utf8', new arrow.Utf8(), 'text', 'text'],
  ['large_utf8', new arrow.LargeUtf8(), 'text', 'text'],
  ['binary', new arrow.Binary(), Uint8Array.of(0xaa, 0xbb), 'qrs='],
  ['large_binary', new arrow.LargeBinary(), Uint8Array.of(0xaa, 0xbb), 'qrs='],
  ['fixed_binary', new arrow.FixedSizeBinary(2), Uint8Array.of(0xaa, 0xbb), 'qrs='],
  ['date32', new arrow.DateDay(), new Date('2025-06-01'), '2025-06-01'],
  ['date64', new arrow.DateMillisecond(), new Date('2025-06-01'), '2025-06-01'],
  ['time64', new arrow.TimeMicrosecond(), 36_672_500_000n, '10:11:12.500000'],
  ['time32', new arrow.TimeMillisecond(), 36_672_500, '10:11:12.500'],
  ['list', list(new arrow.Utf8()), ['a', 'b'], ['a', 'b']],
  ['list_of_int', list(new arrow.Int64()), [1n, 2n], [1, 2]],
  ['pair', new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Int16(), true)), [1, -1], [1, -1]],
  [
    'struct',
    new arrow.Struct([new arrow.Field('a', new arrow.Int32(), true), new arrow.Field('b', new arrow.Utf8(), true)]),
    { a: 1, b: 'c' },
    { a: 1, b: 'c' },
  ],
  ['dictionary', new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), 'x', 'x'],
];

const LANCE_TICKS: readonly (readonly [column: string, type: Arrow.DataType, ticks: bigint, read: MetadataValue])[] = [
  ['timestamp_s', new arrow.TimestampSecond(), 1_748_772_672n, '2025-06-01T10:11:12'],
  ['timestamp_ms', new arrow.TimestampMillisecond(), 1_748_772_672_123n, '2025-06-01T10:11:12.123'],
  ['timestamp_us', new arrow.TimestampMicrosecond('UTC'), 1_748_772_672_123_456n, '2025-06-01T10:11:12.123456Z'],
  ['timestamp_ns', new arrow.TimestampNanosecond(), 1_748_772_672_123_456_789n, '2025-06-01T10:11:12.123456789'],
  ['duration', new arrow.DurationMillisecond(), 90_500n, 'PT90.5S'],
];

const DECIMAL = new arrow.Decimal(2, 20, 128);

it('LanceDB: every type that its tables take from Arrow', async () => {
  const fields = [
    new arrow.Field('id', new arrow.Utf8(), true),
    new arrow.Field('vector', new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float32(), true)), true),
    ...[...LANCE, ...LANCE_TICKS].map(([column, type]) => new arrow.Field(column, type, true)),
    new arrow.Field('decimal', DECIMAL, true),
  ];
  const schema = new arrow.Schema(fields);
  const children = [
    arrow.vectorFromArray(['a'], new arrow.Utf8()).data[0],
    arrow.vectorFromArray([[1, 2]], fields[1]?.type as Arrow.FixedSizeList).data[0],
    ...LANCE.map(([, type, value]) => arrow.vectorFromArray([value], type).data[0]),
    ...LANCE_TICKS.map(([, type, value]) => ticks(type, value)),
    arrow.makeData({
      type: DECIMAL,
      length: 1,
      nullCount: 0,
      data: Uint32Array.of(0xffff_fc18, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff),
    }),
  ] as Arrow.Data[];
  const data = arrow.makeData({ type: new arrow.Struct(fields), length: 1, nullCount: 0, children });
  const database = await connect(folder);
  await database.createTable('types', new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]));
  database.close();
  const { records, result } = await carry(`lancedb:${folder}?table=types`);
  expect(result.success).toBe(true);
  expect(records.get('a')?.metadata).toEqual({
    ...Object.fromEntries([...LANCE, ...LANCE_TICKS].map(([column, , , read]) => [column, read])),
    decimal: '-10.00',
  });
});

it.each([
  [
    'fixed-size float16',
    new arrow.FixedSizeList(3, new arrow.Field('item', new arrow.Float16(), true)),
    [0.5, 0.25, 1],
    'float16',
  ],
  ['fixed-size int8', new arrow.FixedSizeList(3, new arrow.Field('item', new arrow.Int8(), true)), [1, -2, 3], 'int8'],
  [
    'fixed-size uint8',
    new arrow.FixedSizeList(3, new arrow.Field('item', new arrow.Uint8(), true)),
    [1, 2, 3],
    'uint8',
  ],
  ['a list of doubles', list(new arrow.Float64()), [0.5, 0.25, 1], 'float64'],
  ['a list of floats', list(new arrow.Float32()), [0.5, 0.25, 1], undefined],
  [
    'a list of lists',
    list(list(new arrow.Float32())),
    [
      [0.5, 0.25],
      [1, 2],
    ],
    undefined,
  ],
] as const)('LanceDB: vectors as %s', async (_, type, value, datatype) => {
  const database = await connect(folder);
  await database.createTable('vectors', [{ id: 'a', vector: value }], {
    schema: new arrow.Schema([
      new arrow.Field('id', new arrow.Utf8(), true),
      new arrow.Field('vector', type as Arrow.DataType, true),
    ]),
  });
  database.close();
  const { records, result, plan, source } = await carry(`lancedb:${folder}?table=vectors`, ['vector-precision']);
  expect(result.success).toBe(true);
  const isMulti = Array.isArray(value[0]);
  expect(records.get('a')?.vectors['']).toEqual(isMulti ? { rows: value } : value);
  expect(plan.reading).toContainEqual(expect.objectContaining({ field: 'vector', role: 'vector' }));
  expect(source.vectors['']).toMatchObject({
    kind: isMulti ? 'multi' : 'dense',
    ...(datatype !== undefined && { datatype }),
  });
});
