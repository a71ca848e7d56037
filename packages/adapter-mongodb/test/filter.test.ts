import { isDeepStrictEqual } from 'node:util';
import { float, type CollectionV1, type Filter, type FilterValue, type VectorRecord } from '@vsm/core';
import { matches } from '@vsm/core/adapter';
import { BSON } from 'mongodb';
import { expect, it } from 'vitest';
import { createMongodb } from '../src/index.ts';
import { isEmulated, testServer } from './server.ts';

const { server, client } = await testServer();

const OID = '650000000000000000000001';
const WHEN = '2026-11-26T12:00:00.000Z';
/** As an application may have them, each a trap for some condition. */
const VALUES: readonly unknown[] = [
  new BSON.Int32(5),
  new BSON.Double(5),
  new BSON.Double(5.5),
  BSON.Long.fromString('9007199254740993'),
  -3,
  0,
  'abc',
  '',
  'NaN',
  '5',
  'é😀',
  OID,
  WHEN,
  '2.5',
  true,
  false,
  null,
  [],
  [1, 5],
  ['abc'],
  [true, 'x'],
  { k: 5 },
  { k: 'abc' },
  [{ k: 5 }],
  {},
  new BSON.ObjectId(OID),
  new Date(WHEN),
  [new Date(WHEN)],
  new BSON.UUID('123e4567-e89b-42d3-a456-426614174000'),
  // What FerretDB does not keep.
  ...(isEmulated ? [BSON.Decimal128.fromString('2.5'), new BSON.Double(Number.NaN), [[5]], new BSON.MinKey()] : []),
];
const OPERANDS: readonly FilterValue[] = [5, float(5), 5.5, 0, -3, 9007199254740993n, 2n ** 70n, true, false, ''];
const TEXTS = ['abc', 'NaN', '5', 'é😀', OID, WHEN, '2.5', '123e4567-e89b-42d3-a456-426614174000', '{"$minKey":1}'];
const FILTERS: readonly Filter[] = ['k', 'k.k', 'other', 'metadata.k', 'a.b'].flatMap((path): Filter[] => [
  ...[...OPERANDS, ...TEXTS].map((value): Filter => ({ op: 'eq', path, value })),
  ...(['gt', 'gte', 'lt', 'lte', 'ne'] as const).flatMap((op) =>
    OPERANDS.map((value): Filter => ({ op, path, value })),
  ),
  { op: 'in', path, values: [5, 'abc', WHEN] },
  { op: 'in', path, values: [] },
  {
    op: 'and',
    of: [
      { op: 'gte', path, value: 5 },
      { op: 'ne', path, value: 5.5 },
    ],
  },
  {
    op: 'or',
    of: [
      { op: 'eq', path, value: 5 },
      { op: 'eq', path, value: WHEN },
    ],
  },
  { op: 'not', of: { op: 'eq', path, value: 5 } },
]);

async function scan(collection: CollectionV1, filter?: Filter): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await collection.scan({ filter, cursor, limit: 50, include: ['metadata'] });
    records.push(...page.records);
    ({ cursor } = page);
  }
  return records;
}

/** The filters that lose a match, by a scan or by a count. */
async function losing(collection: CollectionV1): Promise<unknown[]> {
  const all = await scan(collection);
  const wrong: unknown[] = [];
  for (const filter of FILTERS) {
    const expected = all.filter(({ metadata }) => matches(filter, metadata)).map(({ id }) => id);
    const given = (await scan(collection, filter)).map(({ id }) => id);
    if (!isDeepStrictEqual(given, expected)) wrong.push({ filter, given, expected });
    const { value } = await collection.count({ filter });
    if (value < expected.length) wrong.push({ filter, value });
  }
  return wrong;
}

it.each([
  ['beside their vectors', (k: unknown) => ({ k, other: k })],
  ['in an object', (k: unknown) => ({ metadata: { k }, other: 'x' })],
  ['in an object and beside it', (k: unknown) => ({ metadata: { k, other: k }, k: 5, other: 5 })],
])('no match is lost among documents of an application, with their fields %s', async (_where, fieldsOf) => {
  const documents = VALUES.map((value, at) => ({ _id: at, vector: [1, 2, 3, 4, 5, 6, 7, at], ...fieldsOf(value) }));
  await client
    .db()
    .collection<{ _id: number; vector: number[] }>('docs')
    .insertMany([...documents, { _id: 1000, vector: [1, 2, 3, 4, 5, 6, 7, 0] }]);
  await using store = createMongodb({ url: server.url });
  expect(await losing(await store.openCollection('docs'))).toEqual([]);
});

it('no match is lost in a collection of ours, whose odd entries are kept as text', async () => {
  await using store = createMongodb({ url: server.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2 } } });
  const collection = await store.openCollection('docs');
  const odd = [{ k: 2n ** 70n }, { k: [[5]] }, { 'k.k': 5 }, { k: { 'k.k': 5, k: 5 } }, { $k: 5, k: 'abc' }, { '': 5 }];
  const plain = [{ k: 5 }, { k: float(5) }, { k: 'abc' }, { k: ['abc'] }, { k: { k: 5 } }, { k: WHEN }, {}];
  const { rejected } = await collection.upsert(
    [...odd, ...plain].map((metadata, at) => ({ id: String(at), vectors: { '': [1, at] }, metadata })),
  );
  expect(rejected).toEqual([]);
  expect(await losing(collection)).toEqual([]);
});

it('a filter is answered by the server, and not by reading everything', async () => {
  const documents = Array.from({ length: 100 }, (_, at) => ({ vector: [1, 2, 3, 4, 5, 6, 7, at], at, text: `t${at}` }));
  await client.db().collection('docs').insertMany(documents);
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  expect(await collection.count({ filter: { op: 'gte', path: 'at', value: 90 } })).toEqual({ value: 10, exact: false });
  expect((await collection.count({ filter: { op: 'in', path: 'at', values: [1, 2, 1000] } })).value).toBe(2);
  const page = await collection.scan({ filter: { op: 'eq', path: 'at', value: 99 }, limit: 5, include: [] });
  expect(page).toMatchObject({ records: [{}], cursor: null });
});
