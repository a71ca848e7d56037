import { isDeepStrictEqual } from 'node:util';
import { matches, type CollectionV1, type Filter, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import { float } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMilvus } from '../src/index.ts';
import { RawClient } from './raw.ts';

// Only a server says what a filter finds: npm run test:servers -- milvus milvus-lite
const url = process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'];
const lite = process.env['MILVUS_URL'] === undefined;

/** Each of them a trap for some expression. */
const VALUES: readonly MetadataValue[] = [
  5,
  5.5,
  float(5),
  6,
  -3,
  0,
  1,
  1e-7,
  1e300,
  9007199254740993n,
  2n ** 63n,
  2n ** 80n,
  -(2n ** 80n),
  'abc',
  '6',
  '',
  'true',
  'a\tb',
  'a\nb',
  'a\0b',
  'é😀',
  'a"b\\c\'d',
  '%',
  '_',
  true,
  false,
  null,
  [],
  [1, 6],
  [float(1)],
  [2n ** 80n],
  ['abc'],
  [true],
  [[6]],
  ['x', 6, true],
  [null],
  { k: 6 },
  { k: { k: 'abc' } },
  { 'k.k': 'abc' },
  {},
];
const LEAVES = ['k', 'k.k', 'k.k.k'].flatMap((path): Filter[] => [
  ...[5, 6, 1, 0, -3, 5.5, 1e-7, true, false, 'abc', '6', 'a\tb', 'a\nb', 'a\0b', 'é😀', 'a"b\\c\'d', 2n ** 80n].map(
    (value): Filter => ({ op: 'eq', path, value }),
  ),
  ...(['gt', 'gte', 'lt', 'lte'] as const).flatMap((op) =>
    [5, 5.5, -1, 0, 2n ** 53n, 1e300, 'abc'].map((value): Filter => ({ op, path, value })),
  ),
  { op: 'in', path, values: [6, 'abc', true] },
]);
const FILTERS: readonly Filter[] = [
  ...LEAVES,
  {
    op: 'and',
    of: [
      { op: 'gte', path: 'k', value: 5 },
      { op: 'ne', path: 'k', value: 6 },
    ],
  },
  {
    op: 'or',
    of: [
      { op: 'eq', path: 'k', value: 6 },
      { op: 'lt', path: 'k', value: 0 },
    ],
  },
  { op: 'not', of: { op: 'eq', path: 'k', value: 6 } },
];

const idsOf = (records: readonly VectorRecord[]): string[] => records.map(({ id }) => id).toSorted();

async function found(collection: CollectionV1, filter: Filter): Promise<string[]> {
  const records: VectorRecord[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await collection.scan({ filter, cursor, limit: 10, include: [] });
    records.push(...page.records);
    ({ cursor } = page);
  }
  return idsOf(records);
}

describe.runIf(url !== undefined)('a filter on a server', { timeout: 300_000 }, () => {
  const store = createMilvus({ url });
  const raw = new RawClient(url ?? '');
  const [ours, theirs] = [`vsm-filter-${process.pid}`, `vsm_filter_typed_${process.pid}`];
  const records = VALUES.map((k, at): VectorRecord => ({ id: String(at), vectors: { '': [1, at] }, metadata: { k } }));
  records.push({ id: 'missing', vectors: { '': [0, 0] }, metadata: {} });
  beforeAll(async () => {
    await store.createCollection({ name: ours, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } });
    await (await store.openCollection(ours)).upsert(records);
  });
  afterAll(async () => {
    await store.dropCollection?.(ours);
    await store.dropCollection?.(theirs);
    await store.close();
    raw.stop();
  });

  it('loses no match of odd values, whatever is sent of it', async () => {
    const collection = await store.openCollection(ours);
    // At once: the server waits before it answers each.
    const answers = await Promise.all(
      FILTERS.map(async (filter) => {
        const expected = idsOf(records.filter(({ metadata }) => matches(filter, metadata)));
        return { filter, given: await found(collection, filter), expected };
      }),
    );
    expect(answers.filter(({ given, expected }) => !isDeepStrictEqual(given, expected))).toEqual([]);
  });

  it('is answered by the server and not by reading everything', async () => {
    const collection = await store.openCollection(ours);
    const eq: Filter = { op: 'eq', path: 'k', value: 6 };
    // With it, the lists in which it is.
    expect(await collection.count({ filter: eq })).toEqual({ value: 3, exact: false });
    const { value } = await collection.count({ filter: { op: 'gt', path: 'k', value: 100 } });
    // Every list of which an element may be greater.
    expect(value).toBe(lite ? records.length : 12);
    expect((await collection.count({ filter: { op: 'gt', path: 'k', value: 'a' } })).value).toBe(records.length);
  });

  it('asks fields of their own types', async () => {
    await raw.call('createCollection', {
      collection_name: theirs,
      consistency_level: 'Strong',
      enable_dynamic_field: true,
      fields: [
        { name: 'id', data_type: 'VarChar', max_length: 100, is_primary_key: true },
        { name: 'vector', data_type: 'FloatVector', dim: 2 },
        { name: 'title', data_type: 'VarChar', max_length: 100 },
        { name: 'pages', data_type: 'Int8' },
        { name: 'price', data_type: 'Float' },
        { name: 'sold', data_type: 'Bool' },
        { name: 'more', data_type: 'JSON' },
      ],
    });
    const index = { field_name: 'vector', index_type: 'AUTOINDEX', metric_type: 'L2' };
    await raw.call('createIndex', { collection_name: theirs, ...index });
    const collection = await store.openCollection(theirs);
    const typed = [0, 1, 2, 3].map((at): VectorRecord => ({
      id: String(at),
      vectors: { '': [1, at] },
      metadata: {
        title: `title ${at}`,
        pages: at * 42,
        price: float(Math.fround(at / 10)),
        sold: at % 2 === 0,
        more: { n: at },
        extra: at,
      },
    }));
    const dotted = { title: 'dotted', pages: 1, price: float(0.5), sold: false, more: { n: 9 }, 'more.n': 2, extra: 9 };
    typed.push({ id: '4', vectors: { '': [1, 4] }, metadata: dotted });
    expect((await collection.upsert(typed)).rejected).toEqual([]);
    const counted = async (filter: Filter): Promise<number> => {
      const expected = idsOf(typed.filter(({ metadata }) => matches(filter, metadata)));
      expect({ filter, ids: await found(collection, filter) }).toEqual({ filter, ids: expected });
      return (await collection.count({ filter })).value;
    };
    expect(await counted({ op: 'eq', path: 'title', value: 'title 1' })).toBe(1);
    expect(await counted({ op: 'eq', path: 'pages', value: 84 })).toBe(1);
    expect(await counted({ op: 'gt', path: 'pages', value: 41.5 })).toBe(3);
    expect(await counted({ op: 'eq', path: 'sold', value: true })).toBe(2);
    // 0.1 as a double is below 0.1 as a float, which the server itself does not tell apart.
    expect(await counted({ op: 'eq', path: 'price', value: 0.1 })).toBe(lite ? 0 : 1);
    expect(await counted({ op: 'gt', path: 'price', value: 0.1 })).toBe(4);
    expect(await counted({ op: 'eq', path: 'more.n', value: 2 })).toBe(lite ? 5 : 2);
    expect(await counted({ op: 'eq', path: 'extra', value: 3 })).toBe(lite ? 5 : 1);
    // What a field cannot hold is not sent.
    expect(await counted({ op: 'eq', path: 'title', value: 1 })).toBe(5);
    expect(await counted({ op: 'lt', path: 'pages', value: 300 })).toBe(5);
  });
});

it.runIf(url === undefined)('NOT RUN without a server: npm run test:servers -- milvus milvus-lite', () => {
  expect(url).toBeUndefined();
});
