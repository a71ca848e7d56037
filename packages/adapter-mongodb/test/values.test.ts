import { createMemory } from '@vsm/adapter-memory';
import { readRecords, VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startMongodbEmulator, type MongodbEmulator } from '@vsm/emulator-mongodb';
import { BSON, MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMongodb } from '../src/index.ts';
import type { Layout } from '../src/layout.ts';
import { readDocument } from '../src/mapping.ts';

// On the stand-in alone: FerretDB closes the connection at some of these values.
let [first, second]: MongodbEmulator[] = [];
let client: MongoClient;
let copy: MongoClient;
beforeAll(async () => {
  [first, second] = [await startMongodbEmulator(), await startMongodbEmulator()];
  client = new MongoClient(first.url);
  copy = new MongoClient(second.url);
});
afterAll(async () => {
  await Promise.all([client.close(), copy.close()]);
  await Promise.all([first?.close(), second?.close()]);
});

const { Binary, Decimal128, Double, Int32, Long, ObjectId } = BSON;
const OID = '650000000000000000000001';

/** Every type that a field can have. */
const VALUES: Readonly<Record<string, unknown>> = {
  text: 'a\0b',
  int: new Int32(5),
  long: Long.fromNumber(5),
  beyond: Long.fromString('9007199254740993'),
  double: new Double(5),
  fraction: new Double(0.1),
  zero: new Double(-0),
  nan: new Double(Number.NaN),
  infinite: new Double(Number.NEGATIVE_INFINITY),
  decimal: Decimal128.fromString('1.500'),
  decimals: [Decimal128.fromString('NaN'), Decimal128.fromString('-0E+3'), new Int32(1)],
  date: new Date('1969-12-31T23:59:59.999Z'),
  oid: new ObjectId(OID),
  uuid: new BSON.UUID('123e4567-e89b-42d3-a456-426614174000'),
  bytes: new Binary(Buffer.from([0, 255])),
  old: new Binary(Buffer.from('x'), 0x80),
  bool: true,
  nothing: null,
  regex: new BSON.BSONRegExp('^a', 'i'),
  time: new BSON.Timestamp({ t: 1, i: 2 }),
  code: new BSON.Code('x', { y: new Int32(1) }),
  symbol: new BSON.BSONSymbol('s'),
  ends: [new BSON.MinKey(), new BSON.MaxKey()],
  deep: {
    list: [[new Date(0)], { at: new ObjectId(OID) }],
    empty: {},
    none: [],
    'a.b': Long.fromNumber(7),
    $c: new Int32(1),
  },
};
const VECTOR = Binary.fromFloat32Array(Float32Array.of(0.1, -0, 1e-30, 4, 5, 6, 7, 8));

async function bytesOf(from: MongoClient, collection: string): Promise<string[]> {
  const found = await from
    .db()
    .collection(collection)
    .find({}, { raw: true, sort: { _id: 1 } })
    .toArray();
  return (found as unknown as Uint8Array[]).map((bytes) => Buffer.from(bytes).toString('hex'));
}

async function move(source: VectorStoreV1, target: VectorStoreV1, collection: string): Promise<void> {
  const result = await new VectorStoreMigrator({ source, target, checkpoints: false }).migrate({
    sourceCollection: collection,
  });
  expect(result).toMatchObject({ success: true, rejected: [], verification: { passed: true } });
}

async function all(store: VectorStoreV1, collection: string): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  for await (const record of readRecords(await store.openCollection(collection))) records.push(record);
  return records;
}

it('every type of BSON goes to another MongoDB as it is, with names of fields, ids and encodings', async () => {
  const ids = [
    new ObjectId(OID),
    OID,
    new Int32(7),
    Long.fromNumber(8),
    new Double(1.5),
    'plain',
    '#tag',
    '7',
    null,
    true,
  ];
  const more = [new Date(5), new BSON.UUID(), { a: new Int32(1) }, Decimal128.fromString('2.50')];
  const documents = [...ids, ...more].map((id): Document => ({ _id: id, ...VALUES, embedding: VECTOR }));
  await client.db().collection('all').insertMany(documents);
  await using source = createMongodb({ url: first?.url });
  await using target = createMongodb({ url: second?.url });
  await move(source, target, 'all');
  expect(await bytesOf(copy, 'all')).toEqual((await bytesOf(client, 'all')).map(reordered));
});

/** The documents, with their fields in the order in which VSM writes them. */
function reordered(hex: string): string {
  const { _id, embedding, ...others } = BSON.deserialize(Buffer.from(hex, 'hex'), {
    promoteValues: false,
    bsonRegExp: true,
  });
  return Buffer.from(BSON.serialize({ _id, embedding, ...others })).toString('hex');
}

it('types come back from a store that has none of them', async () => {
  await client
    .db()
    .collection('away')
    .insertOne({ _id: new ObjectId(OID), ...VALUES, embedding: VECTOR });
  await using source = createMongodb({ url: first?.url });
  await using middle = createMemory();
  await move(source, middle, 'away');
  const [record] = await all(middle, 'away');
  expect(record).toMatchObject({
    id: OID,
    document: 'a\0b',
    metadata: {
      long: 5,
      beyond: 9007199254740993n,
      nan: 'NaN',
      decimal: '1.500',
      date: '1969-12-31T23:59:59.999Z',
      oid: OID,
      uuid: '123e4567-e89b-42d3-a456-426614174000',
      bytes: '{"$binary":{"base64":"AP8=","subType":"00"}}',
    },
  });
  await using target = createMongodb({ url: second?.url });
  await move(middle, target, 'away');
  expect(await bytesOf(copy, 'away')).toEqual((await bytesOf(client, 'away')).map(reordered));
});

it('types come back in a collection of VSM too, where what queries cannot name lies beside the metadata', async () => {
  await client
    .db()
    .collection('own')
    .insertOne({ _id: 'a' as never, ...VALUES, embedding: VECTOR });
  await using source = createMongodb({ url: first?.url });
  await using target = createMongodb({ url: second?.url });
  await target.createCollection({ name: 'own', vectors: { '': { kind: 'dense', dimension: 8, metric: 'cosine' } } });
  await move(source, target, 'own');
  const [found] = await copy.db().collection('own').find({}, { promoteValues: false, bsonRegExp: true }).toArray();
  const { text, deep, ...values } = VALUES;
  // Types of what lies there are remembered.
  const { __bson: marks, ...metadata } = (found?.['metadata'] ?? {}) as Document;
  expect(marks).toContain('"deep"');
  expect(BSON.serialize(metadata)).toEqual(BSON.serialize(values));
  expect(found).toMatchObject({ document: text, rest: [{ k: 'deep' }] });
  expect(deep).toBeDefined();
  expect(await all(target, 'own')).toEqual(await all(source, 'own'));
});

it('a value that changed on the way is written as it is, and its old type is not forced on it', async () => {
  await using target = createMongodb({ url: second?.url });
  await target.createCollection({ name: 'changed', vectors: {} });
  const collection = await target.openCollection('changed');
  const marks = '{"bson":1,"fields":{"gone":"oid","when":"date"}}';
  const record = { id: 'a', vectors: {}, metadata: { when: 'yesterday', __bson: marks } };
  await collection.upsert([record]);
  const [found] = await collection.fetch(['a']);
  expect(found).toMatchObject({ metadata: record.metadata });
});

it.each([
  ['float32', VECTOR, [0.1, -0, 1e-30, 4, 5, 6, 7, 8].map(Math.fround), undefined],
  ['int8', Binary.fromInt8Array(Int8Array.of(1, -128, 127, 0, 5, 6, 7, 8)), [1, -128, 127, 0, 5, 6, 7, 8], 'int8'],
  ['bit', Binary.fromBits([1, 0, 1, 1, 0, 0, 0, 1, 1, 1]), [1, 0, 1, 1, 0, 0, 0, 1, 1, 1], 'bit'],
  ['array', [0.1, 2, 3, 4, 5, 6, 7, new Double(-0)], [0.1, 2, 3, 4, 5, 6, 7, -0], 'float64'],
])('a vector as %s is read bit for bit, described and written as it was', async (form, vector, numbers, datatype) => {
  const collection = client.db().collection(`vector-${form}`);
  await collection.insertOne({ _id: 'one' as never, text: 'one', embedding: vector });
  await using store = createMongodb({ url: first?.url });
  const opened = await store.openCollection(`vector-${form}`);
  const { vectors } = await opened.describe();
  expect(vectors['']).toEqual({
    kind: 'dense',
    dimension: numbers.length,
    metric: undefined,
    ...(datatype !== undefined && { datatype }),
  });
  const [record] = await opened.fetch(['one']);
  expect([...((record?.vectors[''] ?? []) as number[])]).toEqual(numbers);
  await opened.upsert([{ ...(record as VectorRecord), id: 'two' }]);
  const two = await collection.findOne({ _id: 'two' as never }, { promoteValues: false });
  const one = await collection.findOne({ _id: 'one' as never }, { promoteValues: false });
  const expected = form === 'array' ? numbers.map((number) => new Double(number)) : (one?.['embedding'] as unknown);
  expect(BSON.serialize({ v: two?.['embedding'] as unknown })).toEqual(BSON.serialize({ v: expected }));
});

it('rejects by name what a form of vectors would change', async () => {
  await using store = createMongodb({ url: first?.url });
  const opened = await store.openCollection('vector-int8');
  const { rejected } = await opened.upsert([{ id: 'half', vectors: { '': [0.5, 0, 0, 0, 0, 0, 0, 0] }, metadata: {} }]);
  expect(rejected).toMatchObject([{ id: 'half', reason: 'invalid-vector' }]);
});

it('has a document rejected that has a field twice, and one whose text is no UTF-8', () => {
  const layout: Layout = {
    name: 'docs',
    uuid: undefined,
    validator: undefined,
    places: { vectors: [], beside: {}, ids: [] },
    vectors: [],
    keys: new Map(),
    ignored: new Set(),
    watched: new Set(),
    named: new Set(),
    indexes: undefined,
    manifest: undefined,
    notes: [],
  };
  const changed = (from: string, to: Buffer): string => {
    const bytes = Buffer.from(BSON.serialize({ _id: 'a', one: 'same', two: 'text' }));
    to.copy(bytes, bytes.indexOf(from));
    return JSON.stringify(readDocument(bytes, layout, ['metadata']).metadata);
  };
  expect(changed('two', Buffer.from('one'))).toBe('{"one":"(the document has this field twice)"}');
  expect(changed('text', Buffer.of(0xff))).toBe('{"one":"same","two":"(its text is no UTF-8)"}');
  expect(changed('two', Buffer.of(0xff))).toContain('it cannot be read');
});
