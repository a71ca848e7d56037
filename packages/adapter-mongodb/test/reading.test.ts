import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { BSON, type Document } from 'mongodb';
import { expect, it } from 'vitest';
import { createMongodb, openLocation, type MongodbOptions } from '../src/index.ts';
import { isEmulated, testServer } from './server.ts';

const { server, client } = await testServer();

const insert = (documents: readonly Document[]): Promise<unknown> =>
  client
    .db()
    .collection('docs')
    .insertMany([...documents]);
const VECTOR = [1, 2, 3, 4, 5, 6, 7, 8];

// What FerretDB keeps, which is nearly all.
const IDS: readonly unknown[] = [
  ...(isEmulated
    ? [new BSON.MinKey(), null, new BSON.Double(Number.NaN), new BSON.MaxKey(), BSON.Decimal128.fromString('2.5')]
    : []),
  new BSON.Int32(-3),
  new BSON.Int32(4),
  BSON.Long.fromString('9007199254740993'),
  'a',
  'b',
  { a: new BSON.Int32(1) },
  { a: new BSON.Int32(2) },
  new BSON.Binary(Buffer.from('x')),
  new BSON.UUID('123e4567-e89b-42d3-a456-426614174000'),
  new BSON.ObjectId('650000000000000000000001'),
  new BSON.ObjectId('650000000000000000000002'),
  false,
  true,
  new Date(5),
  new Date(6),
];

it.each([1, 3, 1000])(
  'a scan in pages of %d gives ids of all types, each once, and the cursor goes on behind each of them',
  async (limit) => {
    await insert(IDS.map((_id) => ({ _id, n: 1 })));
    await using store = createMongodb({ url: server.url });
    const collection = await store.openCollection('docs');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await collection.scan({ cursor, limit, include: [] });
      seen.push(...page.records.map(({ id }) => id));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(IDS.length);
    expect(new Set(seen).size).toBe(IDS.length);
    expect((await collection.fetch(seen)).map(({ id }) => id).toSorted()).toEqual(seen.toSorted());
    const parts = (await collection.partition?.(4)) ?? [];
    const inParts = await Promise.all(
      parts.map(async (partition) => (await collection.scan({ partition, limit: 1000, include: [] })).records),
    );
    expect(
      inParts
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(seen.toSorted());
    expect(parts.length > 1).toBe(isEmulated);
  },
);

it.runIf(isEmulated)('few documents are few parts, however many are asked for', async () => {
  await insert(Array.from({ length: 100 }, (_, n) => ({ _id: String(n), n })));
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  const parts = (await collection.partition?.(5000)) ?? [];
  expect(parts).toHaveLength(16);
  const read = await Promise.all(parts.map((partition) => collection.scan({ partition, limit: 1000, include: [] })));
  expect(new Set(read.flatMap(({ records }) => records.map(({ id }) => id))).size).toBe(100);
});

// To FerretDB the two are one.
it.runIf(isEmulated)('a text that reads like an id of another type of the collection is told from it', async () => {
  const oid = '650000000000000000000001';
  await insert([{ _id: oid }, { _id: new BSON.ObjectId(oid) }, { _id: '7' }, { _id: 'seven' }]);
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  const { records } = await collection.scan({ limit: 10, include: [] });
  expect(records.map(({ id }) => id)).toEqual([`#"${oid}"`, '7', 'seven', oid]);
  await collection.delete([`#"${oid}"`]);
  const left = (await client.db().collection('docs').find().toArray()).map(({ _id }) => _id as unknown);
  expect(left).toContainEqual(new BSON.ObjectId(oid));
  expect(left).toHaveLength(3);
});

it('a vector that comes late, and a text in place of one, have their records rejected by name', async () => {
  const late = BSON.Binary.fromFloat32Array(Float32Array.from(VECTOR));
  await insert(
    Array.from({ length: 250 }, (_, at) => ({
      _id: `id-${String(at).padStart(3, '0')}`,
      embedding: VECTOR,
      text: 'x',
    })),
  );
  await client
    .db()
    .collection('docs')
    .replaceOne({ _id: 'id-120' as never }, { embedding: 'none', text: 'x' });
  await client
    .db()
    .collection('docs')
    .replaceOne({ _id: 'id-121' as never }, { embedding: VECTOR, other: late });
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  const records = await collection.fetch(['id-120', 'id-121']);
  expect(records.map(({ metadata }) => JSON.stringify(metadata)).toSorted()).toEqual([
    expect.stringContaining('ignore=embedding or metadata=embedding'),
    expect.stringContaining('vector=other or metadata=other'),
  ]);
});

it('takes fields for what they are named to be', async () => {
  await insert([
    { _id: 'a', plot: 'text', plot_vec: VECTOR, poster: VECTOR, info: { year: 2020 }, title: 't', year: 1 },
  ]);
  const options: MongodbOptions = {
    vector: { plot: 'plot_vec', poster: 'poster' },
    document: 'plot',
    container: 'info',
    ignore: ['title'],
  };
  await using store = createMongodb({ url: server.url, ...options });
  const collection = await store.openCollection('docs');
  const [record] = await collection.fetch(['a']);
  expect(record).toEqual({
    id: 'a',
    vectors: { plot: VECTOR, poster: VECTOR },
    document: 'text',
    uri: undefined,
    metadata: { year: 2020, year__column: 1 },
  });
  await collection.upsert([{ ...record, id: 'b' } as never]);
  const written: Document | null = await client
    .db()
    .collection('docs')
    .findOne({ _id: 'a' as never });
  const { title: _ignored, _id, ...first } = written ?? {};
  expect(
    await client
      .db()
      .collection('docs')
      .findOne({ _id: 'b' as never }),
  ).toEqual({ _id: 'b', ...first });
});

it('rejects a document over 16 MB by its id, and writes the others', async () => {
  await using store = createMongodb({ url: server.url });
  await store.createCollection({ name: 'docs', vectors: {} });
  const collection = await store.openCollection('docs');
  const large = { id: 'large', vectors: {}, metadata: {}, document: 'x'.repeat(17 * 1024 * 1024) };
  const given = [large, { id: 'small', vectors: {}, metadata: {} }];
  const foreseen = await collection.wouldReject?.(given);
  const result = await collection.upsert(given);
  expect(foreseen).toEqual(result.rejected);
  expect(result).toMatchObject({ accepted: 1, rejected: [{ id: 'large', reason: 'too-large' }] });
  expect(await collection.count()).toEqual({ value: 1, exact: true });
  expect(await collection.witness?.()).toMatchObject({ count: 1 });
});

it('leaves what is there untouched where it only inserts', async () => {
  await insert([{ _id: 'a', n: 1 }]);
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  const records = ['a', 'b'].map((id) => ({ id, vectors: {}, metadata: { n: 2 } }));
  expect(await collection.upsert(records, { mode: 'insert-only' })).toEqual({ accepted: 2, rejected: [] });
  expect(await client.db().collection('docs').find().toArray()).toEqual([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 2 },
  ]);
});

it('keeps records on a server without search, says so, and compares all vectors', async () => {
  const plain = await startMongodbEmulator({ search: false });
  await using store = createMongodb({ url: plain.url });
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;
  expect(await store.createCollection(schema)).toMatchObject([
    { feature: 'index', detail: expect.stringContaining('no vector search') as string },
  ]);
  const collection = await store.openCollection('docs');
  await collection.upsert([
    { id: 'a', vectors: { '': [1, 0] }, metadata: {} },
    { id: 'b', vectors: { '': [0, 1] }, metadata: {} },
  ]);
  expect((await collection.query({ vector: [0, 2], topK: 1 })).map(({ id }) => id)).toEqual(['b']);
  await plain.close();
});

it('does not take what others made anew under a name for its own collection', async () => {
  await using store = createMongodb({ url: server.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 8 } } });
  await client.db().dropCollection('docs');
  await insert([{ _id: 'a', embedding: VECTOR, metadata: { n: 1 } }]);
  const collection = await store.openCollection('docs');
  expect(await collection.describe()).toMatchObject({ reading: expect.any(Array) as unknown[] });
  expect(await collection.fetch(['a'])).toMatchObject([{ vectors: { '': VECTOR }, metadata: { n: 1 } }]);
});

it.runIf(isEmulated)('reads locations of MongoDB, and shows no password', async () => {
  const { host } = new URL(server.url);
  const { store, collection } = openLocation(`mongodb://${host}/vsm/a%2Fb?appName=mine&vector=v`);
  expect([store.location, collection]).toEqual([`mongodb://${host}/vsm`, 'a/b']);
  const secret = openLocation('mongodb+srv://user:hidden@cluster.example.net/db/docs');
  expect([secret.store.location, secret.collection]).toEqual(['mongodb+srv://cluster.example.net/db', 'docs']);
  expect(() => openLocation(`mongodb://${host}`)).toThrow('which database');
  expect(() => openLocation(`mongodb://${host}/vsm/docs?vectr=v`)).toThrow('vectr');
});

it('carries a text that is null, and rejects by name one of another type', async () => {
  const embedding = VECTOR;
  const texts = Array.from({ length: 8 }, (_, at) => ({ _id: `text-${at}`, text: 'x', embedding }));
  await insert([...texts, { _id: 'null', text: null, embedding }]);
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('docs');
  const [record] = await collection.fetch(['null']);
  expect(record).toMatchObject({ document: undefined, metadata: { text: null } });
  expect(await collection.upsert([{ ...record, id: 'again' } as never])).toEqual({ accepted: 1, rejected: [] });
  const again = await client
    .db()
    .collection('docs')
    .findOne({ _id: 'again' as never });
  expect(again).toEqual({ _id: 'again', text: null, embedding });
  await insert([{ _id: 'date', text: new Date(0), embedding }]);
  expect(JSON.stringify(await collection.fetch(['date']))).toContain('ignore=text or metadata=text');
});
