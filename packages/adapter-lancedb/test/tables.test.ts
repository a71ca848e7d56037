import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, Index, type Connection } from '@lancedb/lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { migrate } from '@vsm/core';
import { Float, type CollectionV1, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrow } from '../src/arrow.ts';
import { createLanceDb, type LanceDbOptions } from '../src/index.ts';

let uri: string;
let lance: Connection;
let stores: VectorStoreV1[];
beforeEach(async () => {
  uri = await mkdtemp(join(tmpdir(), 'vsm-lancedb-'));
  lance = await connect(uri);
  stores = [];
});
afterEach(async () => {
  for (const opened of stores) await opened.close();
  lance.close();
  await rm(uri, { recursive: true });
});

function store(options: Partial<LanceDbOptions> = {}): VectorStoreV1 {
  const opened = createLanceDb({ uri, ...options });
  stores.push(opened);
  return opened;
}

async function readAll(collection: CollectionV1, limit = 100, cursor?: string): Promise<VectorRecord[]> {
  const page = await collection.scan({ cursor, limit, include: ['vectors', 'metadata'] });
  return page.cursor === null
    ? [...page.records]
    : [...page.records, ...(await readAll(collection, limit, page.cursor))];
}

const { Field, Schema } = arrow;
const text = new arrow.Utf8();
const floats = (size: number): InstanceType<typeof arrow.FixedSizeList> =>
  new arrow.FixedSizeList(size, new Field('item', new arrow.Float32(), true));

const list = (item: InstanceType<typeof arrow.DataType>): InstanceType<typeof arrow.List> =>
  new arrow.List(new Field('item', item, true));

async function table(
  name: string,
  columns: Record<string, [arrowType: InstanceType<typeof arrow.DataType>, values: unknown[]]>,
): Promise<void> {
  const fields = Object.entries(columns).map(([column, [type]]) => new Field(column, type, true));
  const schema = new Schema(fields);
  const children = Object.values(columns).map(([type, values]) => arrow.vectorFromArray(values, type).data[0] as never);
  const length = Object.values(columns)[0]?.[1].length ?? 0;
  const data = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
  await lance.createTable(name, new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]));
}

it('looking into a folder that is not there does not make it', async () => {
  const absent = join(uri, 'absent');
  const opened = store({ uri: absent });
  expect(await opened.listCollections()).toEqual([]);
  await expect(opened.openCollection('docs')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await opened.dropCollection?.('docs');
  expect(existsSync(absent)).toBe(false);
});

describe('a table made by somebody else', () => {
  it('measures each of several rows with one id, and its run is verified', async () => {
    const rows = Array.from({ length: 12 }, (_, at) => at);
    await table('doubled', {
      id: [text, rows.map((at) => `id-${at >> 1}`)],
      embedding: [floats(2), rows.map((at) => [at + 1, 2])],
    });
    const { verification } = await migrate({
      source: store(),
      sourceCollection: 'doubled',
      target: createMemory(),
      metric: 'euclidean',
      allowLoss: ['rejected-records'],
      checkpoints: false,
    });
    expect(verification).toMatchObject({
      passed: true,
      expectedCount: 6,
      roads: [{ differing: 0, own: { compared: 12, differing: 0, witnessed: ['vector'] } }, {}],
    });
  });

  it('says how it was understood, and keeps every type', async () => {
    await table('made', {
      id: [text, ['a', 'b']],
      embedding: [
        floats(2),
        [
          [1, 2],
          [3, 4],
        ],
      ],
      text: [text, ['the text', null]],
      big: [new arrow.Int64(), [9007199254740993n, null]],
      small: [new arrow.Int16(), [-7, null]],
      score: [new arrow.Float64(), [2, null]],
      flag: [new arrow.Bool(), [false, null]],
      tags: [new arrow.List(new Field('item', text, true)), [['x', 'y'], null]],
      nested: [
        new arrow.Struct([new Field('a', new arrow.Int32(), true), new Field('b', text, true)]),
        [{ a: 1, b: 'c' }, null],
      ],
    });
    const collection = await store().openCollection('made');
    expect(await collection.describe()).toMatchObject({
      vectors: { '': { kind: 'dense', dimension: 2 } },
      fields: { big: 'integer', score: 'float', flag: 'boolean', tags: 'string[]', nested: 'json' },
      reading: expect.arrayContaining([
        expect.objectContaining({ field: 'text', role: 'document', basis: 'guessed' }),
        expect.objectContaining({ field: 'embedding', role: 'vector', name: '' }),
      ]),
    });
    const [first, second] = (await readAll(collection)).toSorted((left, right) => (left.id < right.id ? -1 : 1));
    expect(first).toMatchObject({
      id: 'a',
      document: 'the text',
      metadata: {
        big: 9007199254740993n,
        small: -7,
        score: new Float(2),
        flag: false,
        tags: ['x', 'y'],
        nested: { a: 1, b: 'c' },
      },
    });
    expect(Array.from(first?.vectors[''] as Float32Array)).toEqual([1, 2]);
    expect(second).toMatchObject({ id: 'b', metadata: {} });
    expect(second?.metadata).toEqual({});
    expect(second?.document).toBeUndefined();
  });

  it('keeps every digit of a timestamp', async () => {
    const stamp = new arrow.TimestampMicrosecond('UTC');
    const values = BigInt64Array.from([-1n, 1_764_000_000_123_456n]);
    const schema = new Schema([new Field('id', text, true), new Field('at', stamp, true)]);
    const children = [
      arrow.vectorFromArray(['a', 'b'], text).data[0] as never,
      arrow.makeData({ type: stamp, length: 2, nullCount: 0, data: values }) as never,
    ];
    const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length: 2, nullCount: 0, children });
    await lance.createTable('made', new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]));
    expect((await readAll(await store().openCollection('made'))).map(({ metadata }) => metadata['at'])).toEqual([
      '1969-12-31T23:59:59.999999Z',
      '2025-11-24T16:00:00.123456Z',
    ]);
  });

  it('with an integer key is read, changed and deleted by it', async () => {
    await table('made', {
      key: [new arrow.Int64(), [1n, 2n]],
      vector: [
        floats(2),
        [
          [1, 2],
          [3, 4],
        ],
      ],
      name: [text, ['x', 'y']],
    });
    const unnamed = await store().openCollection('made');
    expect((await unnamed.describe()).undecided).toEqual([expect.stringContaining('say id=<field>')]);
    const collection = await store({ id: 'key' }).openCollection('made');
    await collection.upsert([{ id: '2', vectors: { '': [5, 6] }, metadata: { name: 'new' } }]);
    expect(await collection.fetch(['2'])).toMatchObject([{ id: '2', metadata: { name: 'new' } }]);
    await collection.delete(['1']);
    expect((await collection.count()).value).toBe(1);
  });

  it('refuses by id what it has no place for', async () => {
    await table('made', { id: [text, ['a']], vector: [floats(2), [[1, 2]]], year: [new arrow.Int64(), [2026n]] });
    const collection = await store().openCollection('made');
    const result = await collection.upsert([
      { id: 'good', vectors: { '': [1, 2] }, metadata: { year: 2025 } },
      { id: 'unknown', vectors: { '': [1, 2] }, metadata: { month: 1 } },
      { id: 'inexact', vectors: { '': [1, 2] }, metadata: { year: 2025.5 } },
      { id: 'text', vectors: { '': [1, 2] }, metadata: {}, document: 'no column' },
      { id: 'short', vectors: { '': [1] }, metadata: {} },
    ]);
    expect(result.accepted).toBe(1);
    expect(result.rejected.map(({ id }) => id).toSorted()).toEqual(['inexact', 'short', 'text', 'unknown']);
    expect((await readAll(collection)).map(({ id }) => id).toSorted()).toEqual(['a', 'good']);
  });

  it('with structs and lists takes back what was read from it, and refuses by id what would change', async () => {
    const struct = new arrow.Struct([
      new Field('a', new arrow.Int32(), true),
      new Field('inner', new arrow.Struct([new Field('flags', list(new arrow.Bool()), true)]), true),
    ]);
    const columns = {
      id: text,
      vector: floats(2),
      nested: struct,
      ints: list(new arrow.Int64()),
      halves: list(new arrow.Float32()),
      structs: list(struct),
      pair: new arrow.FixedSizeList(2, new Field('item', new arrow.Int16(), true)),
      label: new arrow.Dictionary(text, new arrow.Int32()),
    };
    const fields = Object.entries(columns).map(([name, type]) => new Field(name, type, true));
    await lance.createEmptyTable('from', new Schema(fields));
    await lance.createEmptyTable('to', new Schema(fields));
    const record = (id: string, metadata: VectorRecord['metadata']): VectorRecord => ({
      id,
      vectors: { '': [1, 2] },
      metadata,
    });
    const nested = { a: -7, inner: { flags: [true, null, false] } };
    const records = [
      record('whole', {
        nested,
        ints: [9007199254740993n, null, 1],
        halves: [new Float(2), 0.5],
        structs: [nested, null, {}, { inner: {} }],
        pair: [1, -1],
        label: 'x',
      }),
      record('none', {}),
      record('empty', { nested: {}, ints: [], structs: [] }),
      record('other', { nested: { inner: { flags: [] } }, label: 'y' }),
    ];
    const refused = [
      record('null member', { nested: { a: null } }),
      record('unknown member', { nested: { b: 1 } }),
      record('too big', { nested: { a: 2 ** 31 } }),
      record('a float', { ints: [new Float(1)] }),
      record('inexact', { halves: [0.1] }),
      record('too long', { pair: [1, 2, 3] }),
      record('not a list', { structs: nested }),
    ];
    const from = await store().openCollection('from');
    const { accepted, rejected } = await from.upsert([...records, ...refused]);
    expect(accepted).toBe(records.length);
    expect(rejected.map(({ id }) => id)).toEqual(refused.map(({ id }) => id));
    const byId = (left: VectorRecord, right: VectorRecord): number => (left.id < right.id ? -1 : 1);
    const read = (await readAll(from)).toSorted(byId);
    expect(read.map(({ id, metadata }) => ({ id, metadata }))).toEqual(
      records.toSorted(byId).map(({ id, metadata }) => ({ id, metadata })),
    );
    const to = await store().openCollection('to');
    await to.upsert(read);
    expect((await readAll(to)).toSorted(byId)).toEqual(read);
  });

  // Arrow's writer leaves values out that the engine looks for: "Spill has sent an error".
  it('takes records that have nothing for its columns, of any type', async () => {
    const struct = new arrow.Struct([new Field('flag', new arrow.Bool(), true), new Field('name', text, true)]);
    const types = [
      new arrow.Bool(),
      text,
      new arrow.Int8(),
      new arrow.Float16(),
      new arrow.Binary(),
      new arrow.FixedSizeBinary(4),
      new arrow.DateDay(),
      new arrow.TimestampMicrosecond(),
      new arrow.Decimal(2, 10, 128),
      struct,
      list(new arrow.Bool()),
      list(struct),
      new arrow.FixedSizeList(2, new Field('item', new arrow.Bool(), true)),
      new arrow.Dictionary(text, new arrow.Int32()),
    ];
    const fields = [new Field('id', text, false), new Field('vector', floats(2), true)];
    await lance.createEmptyTable(
      'odd',
      new Schema([...fields, ...types.map((type, at) => new Field(`column${at}`, type, true))]),
    );
    const collection = await store().openCollection('odd');
    const records = Array.from({ length: 11 }, (_, at) => ({ id: `r${at}`, vectors: { '': [at, 1] }, metadata: {} }));
    expect(await collection.upsert(records)).toEqual({ accepted: 11, rejected: [] });
    expect(await collection.upsert(records.slice(0, 1))).toEqual({ accepted: 1, rejected: [] });
    expect((await readAll(collection)).map(({ metadata }) => metadata)).toEqual(records.map(() => ({})));
  });

  it('with a column that takes no null refuses by id the records that have nothing for it', async () => {
    const fields = [
      new Field('id', text, false),
      new Field('vector', floats(2), false),
      new Field('text', text, false),
      new Field('year', new arrow.Int64(), false),
    ];
    await lance.createEmptyTable('strict', new Schema(fields));
    const collection = await store().openCollection('strict');
    const whole = { id: 'whole', vectors: { '': [1, 2] }, metadata: { year: 2026 }, document: 'a text' };
    const { document: _text, ...silent } = whole;
    const result = await collection.upsert([
      whole,
      { ...silent, id: 'no text' },
      { ...whole, id: 'no vector', vectors: {} },
      { ...whole, id: 'no year', metadata: {} },
    ]);
    expect(result.accepted).toBe(1);
    expect(result.rejected.map(({ id, detail }) => [id, /column "(\w+)"/.exec(detail ?? '')?.[1]])).toEqual([
      ['no text', 'text'],
      ['no vector', 'vector'],
      ['no year', 'year'],
    ]);
    expect(await readAll(collection)).toMatchObject([{ id: 'whole' }]);
  });

  it('tells its metric where it has an index, and the index can be made again', async () => {
    const count = 300;
    await table('made', {
      id: [text, Array.from({ length: count }, (_, at) => `r${at}`)],
      emb: [floats(4), Array.from({ length: count }, (_, at) => [at, Math.sin(at), 1, at % 7])],
    });
    await (
      await lance.openTable('made')
    ).createIndex('emb', { config: Index.ivfFlat({ distanceType: 'dot', numPartitions: 2 }) });
    const source = await store().openCollection('made');
    const described = await source.describe();
    expect(described.vectors['']).toMatchObject({ metric: 'dot', dimension: 4 });

    const target = store();
    await target.createCollection({ ...described, name: 'copy' });
    const copy = await target.openCollection('copy');
    const token = (await copy.prepareBulkLoad?.()) ?? null;
    await copy.beginBulkLoad?.(token);
    await copy.upsert(await readAll(source));
    await copy.endBulkLoad?.(token);
    await copy.endBulkLoad?.(token);
    expect((await copy.describe()).native).toEqual(described.native);
    const [best] = await copy.query({ vector: [1, 0, 0, 0], topK: 1, exact: true });
    expect(best?.id).toBe('r299');
  });
});

describe('a scan', () => {
  it('stays in the version it began with, in a new process too', async () => {
    const first = store();
    await first.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
    const collection = await first.openCollection('docs');
    const record = (id: number): VectorRecord => ({ id: `r${id}`, vectors: { '': [id, 1] }, metadata: { id } });
    await collection.upsert(Array.from({ length: 20 }, (_, at) => record(at)));
    const page = await collection.scan({ limit: 5, include: ['metadata'] });
    const partitions = (await collection.partition?.(3)) ?? [];

    await collection.upsert([record(100), { ...record(1), metadata: { changed: true } }]);
    await collection.delete(['r7', 'r8']);
    await collection.flush?.();

    const other = await store().openCollection('docs');
    const rest = await readAll(other, 5, page.cursor ?? '');
    const expected = Array.from({ length: 20 }, (_, at) => at);
    expect(
      [...page.records, ...rest].map(({ metadata }) => metadata['id']).toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(expected);
    const seen: unknown[] = [];
    for (const partition of partitions) {
      const found = await other.scan({ partition, limit: 100, include: ['metadata'] });
      expect(found.cursor).toBeNull();
      seen.push(...found.records.map(({ metadata }) => metadata['id']));
    }
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(expected);
    expect((await other.count()).value).toBe(19);
  });
});

describe('names and ids that are SQL', () => {
  it('are only names and ids', async () => {
    const opened = store();
    await opened.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1 } }, namespaces: true });
    const collection = await opened.openCollection('docs');
    const ids = ["'; drop table docs; --", "a' OR '1'='1", '\\', '`', '\0', '%', 'ü'];
    await collection.upsert(ids.map((id) => ({ id, namespace: "n'1", vectors: { '': [1] }, metadata: {} })));
    for (const id of ids) {
      expect(await collection.fetch([id], { namespace: "n'1" })).toMatchObject([{ id, namespace: "n'1" }]);
    }
    await collection.delete([ids[1] as string], { namespace: "n'1" });
    expect((await collection.count({ namespace: "n'1" })).value).toBe(ids.length - 1);
    await expect(opened.createCollection({ name: 'a b', vectors: {} })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });
});
