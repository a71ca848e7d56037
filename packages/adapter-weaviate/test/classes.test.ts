import { Float, readRecords, VsmError, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { id, testServer } from './server.ts';

// Classes that an application made, with types of its own.
const server = testServer();

const PROPERTIES = [
  { name: 'title', dataType: ['text'] },
  { name: 'content', dataType: ['text'] },
  { name: 'count', dataType: ['int'] },
  { name: 'price', dataType: ['number'] },
  { name: 'ok', dataType: ['boolean'] },
  { name: 'when', dataType: ['date'] },
  { name: 'uid', dataType: ['uuid'] },
  { name: 'tags', dataType: ['text[]'] },
  { name: 'counts', dataType: ['int[]'] },
  { name: 'prices', dataType: ['number[]'] },
  { name: 'days', dataType: ['date[]'] },
  { name: 'parts', dataType: ['object[]'], nestedProperties: [{ name: 'n', dataType: ['int'] }] },
  { name: 'place', dataType: ['geoCoordinates'] },
  { name: 'phone', dataType: ['phoneNumber'] },
  { name: 'raw', dataType: ['blob'] },
  {
    name: 'nested',
    dataType: ['object'],
    nestedProperties: [
      { name: 'whole', dataType: ['number'] },
      { name: 'list', dataType: ['object[]'], nestedProperties: [{ name: 'n', dataType: ['int'] }] },
    ],
  },
];
const VALUES = {
  title: 'a title',
  content: 'the text',
  count: 7,
  price: 2,
  ok: false,
  when: '2025-11-23T10:00:00.123456789+02:00',
  uid: '550e8400-e29b-41d4-a716-446655440000',
  tags: ['b', 'a', ''],
  counts: [],
  prices: [1, 0.5],
  days: ['2025-11-23T10:00:00Z'],
  parts: [{ n: 1 }, {}],
  place: { latitude: 52.39327, longitude: 4.837426 },
  phone: { input: '020 1234567', defaultCountry: 'nl' },
  raw: 'aGVsbG8=',
  nested: { whole: 3, list: [{ n: 1 }] },
};

async function open(name: string, options: Parameters<typeof createWeaviate>[0] = {}): Promise<CollectionV1> {
  return createWeaviate({ url: server.url, ...options }).openCollection(name);
}

async function all(collection: CollectionV1): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  for await (const record of readRecords(collection, { include: ['vectors', 'metadata'] })) found.push(record);
  return found;
}

interface RawObject {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly vector?: readonly number[];
  readonly vectors?: Readonly<Record<string, unknown>>;
}
const rawObject = (name: string, one: string): Promise<RawObject> =>
  server.raw('GET', `objects/${name}/${one}?include=vector`);

it('typed properties are read by their types, and written back to the letter', async () => {
  const name = await server.makeClass({ properties: PROPERTIES });
  await server.write(name, [{ id: id(1), vector: [0.1, 2], properties: VALUES }]);
  const collection = await open(name);
  const [record] = await all(collection);
  expect(record?.document).toBe('the text');
  expect(record?.metadata).toMatchObject({
    title: 'a title',
    count: 7,
    price: new Float(2),
    when: VALUES.when,
    uid: VALUES.uid,
    counts: [],
    prices: [new Float(1), 0.5],
    days: VALUES.days,
    parts: [{ n: 1 }, {}],
    place: VALUES.place,
    nested: { whole: new Float(3), list: [{ n: 1 }] },
  });
  expect(record?.metadata['phone']).toMatchObject({ internationalFormatted: '+31 20 123 4567', national: 201234567 });
  expect((await collection.describe()).fields).toMatchObject({ counts: 'integer[]', days: 'string[]', parts: 'json' });
  const before = await rawObject(name, id(1));
  expect(await collection.upsert(record === undefined ? [] : [record])).toEqual({ accepted: 1, rejected: [] });
  const after = await rawObject(name, id(1));
  expect(after.properties).toEqual(before.properties);
  expect(after.vector).toEqual(before.vector);
});

it('says what each property was read as, and lets the user decide', async () => {
  const name = await server.makeClass({
    properties: ['text', 'content', 'note'].map((one) => ({ name: one, dataType: ['text'] })),
  });
  const texts = { text: 't', content: 'c', note: 'n' };
  await server.write(name, [{ id: id(1), vector: [1], properties: texts }]);
  const { reading, undecided } = await (await open(name)).describe();
  expect(reading?.map(({ field, role, basis }) => [field, role, basis])).toEqual([
    ['id', 'id', 'declared'],
    ['vector', 'vector', 'declared'],
    ['text', 'document', 'guessed'],
    ['content', 'metadata', 'guessed'],
    ['note', 'metadata', 'guessed'],
  ]);
  expect(undecided).toEqual([expect.stringContaining('document=text')]);
  const decided = await open(name, { document: 'content', ignore: ['note'] });
  expect((await decided.describe()).undecided).toBeUndefined();
  expect(await all(decided)).toMatchObject([{ document: 'c', metadata: { text: 't' } }]);
  expect((await all(decided))[0]?.metadata).not.toHaveProperty('note');
});

it('integers beyond 2^53 are told to be rounded already', async () => {
  const name = await server.makeClass({ properties: [{ name: 'n', dataType: ['int'] }] });
  await server.raw('POST', 'batch/objects', {
    objects: [{ class: name, id: id(1), vector: [1], properties: { n: 1 } }],
  });
  // No number of JavaScript prints these digits.
  await fetch(`${server.url}/v1/batch/objects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"objects":[{"class":"${name}","id":"${id(2)}","vector":[1],"properties":{"n":9223372036854775807}}]}`,
  });
  const collection = await open(name);
  expect((await all(collection)).map(({ metadata }) => metadata['n'])).toEqual([1, 2n ** 63n]);
  expect((await collection.describe()).restrictions?.['metadata']).toMatch(/"n" holds integers beyond 2\^53 in 1 of 2/);
});

it('references are addresses elsewhere and stay references in Weaviate', async () => {
  const authors = await server.makeClass({ properties: [{ name: 'name', dataType: ['text'] }] });
  const books = await server.makeClass({
    properties: [
      { name: 'title', dataType: ['text'] },
      { name: 'by', dataType: [authors] },
    ],
  });
  await server.write(authors, [{ id: id(1), properties: { name: 'a' } }]);
  const beacon = `weaviate://localhost/${authors}/${id(1)}`;
  await server.write(books, [{ id: id(2), vector: [1], properties: { title: 't', by: [{ beacon }] } }]);
  const store = createWeaviate({ url: server.url });
  const source = await store.openCollection(books);
  const records = await all(source);
  expect(records[0]?.metadata).toEqual({ title: 't', by: [beacon] });
  const described = await source.describe();
  expect(described.restrictions?.['metadata']).toMatch(/"by" holds references to/);
  // A copy beside it, from its description alone.
  const copy = `${books}_copy`;
  expect(await store.createCollection({ ...described, name: copy })).toEqual([]);
  const target = await store.openCollection(copy);
  expect(await target.upsert(records)).toEqual({ accepted: 1, rejected: [] });
  const { properties } = await rawObject(copy, id(2));
  expect(properties['by']).toEqual([expect.objectContaining({ beacon })]);
  expect(await all(target)).toEqual(records);
  // Nobody is at the other end of this one, so that the server refuses it.
  const dangling = { ...records[0], id: id(3), metadata: { by: [beacon.replace(id(1), id(9))] } } as VectorRecord;
  expect((await target.upsert([dangling])).rejected).toMatchObject([{ id: id(3), reason: 'refused' }]);
  await store.dropCollection?.(copy);
});

it('values that a property does not hold are kept beside it, until somebody changes the property', async () => {
  const name = await server.makeClass({ properties: PROPERTIES });
  const metadata = {
    count: new Float(3),
    price: 4,
    when: 'yesterday',
    uid: 'not one',
    tags: ['a', 1],
    counts: null,
    place: { latitude: 0.1234567891, longitude: 1 },
    nested: { unknown: { deep: [1, null] } },
    raw: '!',
    ok: 'text',
    vsm_rest: 'mine',
    content: 'not the document',
    big: 2n ** 70n,
  };
  const record: VectorRecord = { id: id(1), vectors: { '': Float32Array.of(1) }, metadata };
  const collection = await open(name);
  expect(await collection.upsert([record])).toEqual({ accepted: 1, rejected: [] });
  expect(await all(collection)).toEqual([record]);
  const raw = await rawObject(name, id(1));
  // Numbers are there for queries all the same.
  expect(raw.properties).toMatchObject({ count: 3, price: 4, place: { latitude: 0.12345679 } });
  await server.raw('PATCH', `objects/${name}/${id(1)}`, { class: name, properties: { count: 5, price: 4 } });
  const [changed] = await all(collection);
  expect(changed?.metadata).toEqual({ ...metadata, count: 5 });
});

it('a class is not made by a write to one that was dropped meanwhile', async () => {
  const name = await server.makeClass();
  const collection = await open(name);
  const record: VectorRecord = { id: id(2), vectors: { '': [1] }, metadata: { key: 'value' } };
  // Twice, so that nothing has to be asked for any more.
  await collection.upsert([record]);
  await collection.upsert([record]);
  // No more than was needed.
  expect((await collection.describe()).fields).toEqual({ key: 'string' });
  await server.raw('DELETE', `schema/${name}`);
  await expect(collection.upsert([record])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { classes } = await server.raw<{ classes: { class: string }[] }>('GET', 'schema');
  expect(classes.map((one) => one.class)).not.toContain(name);
});

it('a record without a vector is kept from the model of its class', async () => {
  const name = await server.makeClass({
    vectorizer: 'text2vec-openai',
    moduleConfig: { 'text2vec-openai': { model: 'text-embedding-3-small', baseURL: 'http://127.0.0.1:9' } },
    properties: [{ name: 'text', dataType: ['text'] }],
  });
  const records: VectorRecord[] = [
    { id: id(1), vectors: { '': [1, 2] }, metadata: {}, document: 'with a vector' },
    { id: id(2), vectors: {}, metadata: {}, document: 'without' },
  ];
  const collection = await open(name);
  const foreseen = await collection.wouldReject?.(records);
  const { accepted, rejected } = await collection.upsert(records);
  expect(foreseen).toEqual(rejected);
  expect(accepted).toBe(1);
  expect(rejected).toMatchObject([
    { id: id(2), reason: 'invalid-vector', detail: expect.stringContaining('letServerEmbed') },
  ]);
  expect((await collection.describe()).notes).toEqual([expect.stringContaining('text2vec-openai')]);
  // With permission the server is asked, and here its model is out of reach.
  const allowed = await (await open(name, { letServerEmbed: true })).upsert(records.slice(1));
  expect(allowed.rejected).toMatchObject([{ id: id(2), reason: 'refused' }]);
});

it('the unnamed vector lies beside named ones, dense and multi', async () => {
  const store = createWeaviate({ url: server.url });
  const name = `beside-${process.pid}`;
  await store.createCollection({
    name,
    vectors: {
      '': { kind: 'dense', dimension: 2, metric: 'cosine' },
      'title vec': { kind: 'dense', dimension: 3, metric: 'dot' },
      tokens: { kind: 'multi', dimension: 2, metric: 'cosine' },
    },
  });
  const collection = await store.openCollection(name);
  const records: VectorRecord[] = [
    {
      id: id(1),
      vectors: {
        '': Float32Array.of(1, -0),
        'title vec': Float32Array.of(1, 2, 3),
        tokens: { rows: [Float32Array.of(1, 2)] },
      },
      metadata: {},
    },
    { id: id(2), vectors: { 'title vec': Float32Array.of(3, 2, 1) }, metadata: {} },
    { id: id(3), vectors: {}, metadata: {} },
  ];
  expect(await collection.upsert(records)).toEqual({ accepted: 3, rejected: [] });
  expect(await all(collection)).toEqual(records);
  expect((await collection.describe()).vectors).toEqual({
    '': { kind: 'dense', dimension: 2, metric: 'cosine' },
    'title vec': { kind: 'dense', dimension: 3, metric: 'dot' },
    tokens: { kind: 'multi', dimension: 2, metric: 'cosine' },
  });
  const found = await collection.query({ vector: { rows: [[1, 2]] }, using: 'tokens', topK: 5 });
  expect(found.map((match) => match.id)).toEqual([id(1)]);
  await store.dropCollection?.(name);
});

it('vectors of other lengths are refused already in the first batch, named and multi ones too', async () => {
  const none = { vectorizer: { none: {} } };
  const name = await server.makeClass({
    vectorConfig: {
      a: { ...none, vectorIndexType: 'hnsw' },
      rows: { ...none, vectorIndexType: 'hnsw', vectorIndexConfig: { multivector: { enabled: true } } },
    },
  });
  const collection = await open(name);
  const records: VectorRecord[] = [
    { id: id(1), vectors: { a: [1, 2], rows: { rows: [[1, 2]] } }, metadata: {} },
    { id: id(2), vectors: { a: [1, 2, 3] }, metadata: {} },
    { id: id(3), vectors: { rows: { rows: [[1, 2, 3]] } }, metadata: {} },
  ];
  const foreseen = await collection.wouldReject?.(records);
  const { accepted, rejected } = await collection.upsert(records);
  expect(foreseen).toEqual(rejected);
  expect(accepted).toBe(1);
  expect(rejected.map(({ id: one, reason }) => [one, reason])).toEqual([
    [id(2), 'invalid-vector'],
    [id(3), 'invalid-vector'],
  ]);
  expect((await collection.count()).value).toBe(1);
});

it('what the SDK calls default is the vector without a name', async () => {
  const name = await server.makeClass({
    vectorConfig: { default: { vectorizer: { none: {} }, vectorIndexType: 'hnsw' } },
  });
  const collection = await open(name);
  const record: VectorRecord = { id: id(1), vectors: { '': Float32Array.of(1, 2) }, metadata: {} };
  await collection.upsert([record]);
  expect(await all(collection)).toEqual([record]);
  expect((await rawObject(name, id(1))).vectors).toEqual({ default: [1, 2] });
  expect(await collection.query({ vector: [1, 2], topK: 1 })).toMatchObject([{ id: id(1) }]);
});

it('an alias opens a class, is named, and drops nothing', async () => {
  const name = await server.makeClass();
  const alias = `${name}_alias`;
  await server.raw('POST', 'aliases', { class: name, alias });
  const store = createWeaviate({ url: server.url });
  const collection = await store.openCollection(alias);
  expect(await collection.describe()).toMatchObject({ name: alias, aliases: [alias] });
  expect(await collection.identify?.()).toBe(await (await store.openCollection(name)).identify?.());
  await store.dropCollection?.(alias);
  expect(await store.listCollections()).toContain(name);
  const small = name.replace(/^T/, 't');
  const error: unknown = await store.openCollection(small).catch((cause: unknown) => cause);
  expect(VsmError.isInstance(error) && [error.code, error.message]).toEqual([
    'NOT_FOUND',
    expect.stringContaining(`Did you mean "${name}"?`),
  ]);
  await server.raw('DELETE', `aliases/${alias}`);
});

it('ids that are a time split as evenly as others', async () => {
  const name = await server.makeClass();
  const start = 1_700_000_000_000;
  const ids = Array.from({ length: 400 }, (_, at) => {
    const time = (start + at * 1000).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${at.toString(16).padStart(12, '0')}`;
  });
  await server.write(
    name,
    ids.map((one) => ({ id: one, vector: [1] })),
  );
  const collection = await open(name);
  // So few are worth two parts.
  const parts = (await collection.partition?.(4)) ?? [];
  const counts: number[] = [];
  const seen: string[] = [];
  for (const partition of parts) {
    let cursor: string | undefined;
    let count = 0;
    do {
      const page = await collection.scan({ partition, cursor, limit: 1000, include: [] });
      count += page.records.length;
      seen.push(...page.records.map((record) => record.id));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    counts.push(count);
  }
  expect(seen).toEqual(ids);
  expect(counts).toHaveLength(2);
  expect(Math.min(...counts)).toBeGreaterThan(180);
});
