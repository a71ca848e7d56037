import { readFileSync } from 'node:fs';
import { createMemory } from '@vsm/adapter-memory';
import { readRecords, VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { BSON, type Document } from 'mongodb';
import { expect, it } from 'vitest';
import { createMongodb } from '../src/index.ts';
import { isEmulated, testServer } from './server.ts';

interface Application {
  readonly name: string;
  readonly searchIndexes: readonly {
    readonly name: string;
    readonly type: string;
    readonly latestDefinition: Document;
  }[];
  readonly documents: readonly Document[];
}

// What langchain-mongodb 0.12.1 and llama-index-vector-stores-mongodb 0.11.0 wrote: see fixtures/make.py.
const fixture = readFileSync(new URL('fixtures/applications.json', import.meta.url), 'utf8');
const applications = BSON.EJSON.parse(fixture, { relaxed: false }) as readonly Application[];

const { server, client } = await testServer();

async function load(name: string): Promise<void> {
  const { documents, searchIndexes } = applications.find((one) => one.name === name) as Application;
  await client.db().dropCollection(name);
  await client.db().dropCollection(`${name}-copy`);
  await client.db().collection(name).insertMany(documents);
  for (const { latestDefinition: definition, ...index } of isEmulated ? searchIndexes : [])
    await client
      .db()
      .collection(name)
      .createSearchIndex({ ...index, definition });
}

async function carried(name: string): Promise<{ records: VectorRecord[]; undecided: unknown; metric: unknown }> {
  await using source = createMongodb({ url: server.url });
  await using target = createMemory();
  const { undecided, vectors } = await (await source.openCollection(name)).describe();
  const result = await new VectorStoreMigrator({ source, target }).migrate({
    sourceCollection: name,
    // These are doubles, of which memory keeps float32.
    allowLoss: ['vector-precision'],
  });
  expect(result).toMatchObject({ success: true, rejected: [], verification: { passed: true } });
  const records: VectorRecord[] = [];
  for await (const record of readRecords(await target.openCollection(name)))
    records.push({ ...record, vectors: { '': [...(record.vectors[''] as number[])] } });
  const metric = vectors[''] !== undefined && 'metric' in vectors[''] ? vectors[''].metric : undefined;
  return { records: records.toSorted((left, right) => (left.id < right.id ? -1 : 1)), undecided, metric };
}

const vectors = [
  { '': [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map(Math.fround) },
  { '': [-1.5, 2.25, 0, 1, 0.125, 4, -0.5, 3] },
];
const texts = ['A dictionary of Turkish', 'A thesaurus, été 1998'];

it('reads a collection of LangChain as it is, with its doubles, its ids of two types and the metric of its index', async () => {
  await load('langchain');
  const { records, undecided, metric } = await carried('langchain');
  expect(undecided).toBeUndefined();
  expect(metric).toBe(isEmulated ? 'cosine' : undefined);
  expect(records).toEqual([
    {
      id: '650000000000000000000001',
      vectors: vectors[0],
      document: texts[0],
      metadata: { page: 7, source: 'tr.txt' },
    },
    { id: 'two', vectors: vectors[1], document: texts[1], metadata: { page: 8, source: 'fr.txt' } },
  ]);
});

it('reads the nodes of LlamaIndex whole', async () => {
  await load('llama-index');
  const { records, undecided } = await carried('llama-index');
  expect(undecided).toBeUndefined();
  expect(records.map(({ id, document }) => [id, document])).toEqual([
    ['node-0', texts[0]],
    ['node-1', texts[1]],
  ]);
  expect(records[0]).toMatchObject({ vectors: vectors[0], metadata: { doc_id: 'doc-0', page: 7, source: 'tr.txt' } });
  const { metadata } = records[0] as VectorRecord;
  expect(JSON.parse(metadata['_node_content'] as string)).toMatchObject({ id_: 'node-0' });
});

it.each(['langchain', 'llama-index'])(
  'makes a collection of %s anew, with the indexes that the application looks for',
  async (name) => {
    await load(name);
    await client.db().collection(name).createIndex({ 'metadata.ref_doc_id': 1 }, { name: 'metadata_delete_index' });
    await using store = createMongodb({ url: server.url });
    const migrator = new VectorStoreMigrator({ source: store, target: store, checkpoints: false });
    const names = { sourceCollection: name, targetCollection: `${name}-copy` };
    expect(await migrator.migrate(names)).toMatchObject({
      success: true,
      rejected: [],
      verification: { passed: true },
    });
    const read = async (collection: string): Promise<Document[]> =>
      client
        .db()
        .collection(collection)
        .find({}, { sort: { _id: 1 }, promoteValues: false })
        .toArray();
    expect(await read(`${name}-copy`)).toEqual(await read(name));
    const copied = client.db().collection(`${name}-copy`);
    expect((await copied.indexes()).map((index) => index.name)).toEqual(['_id_', 'metadata_delete_index']);
    const expected = applications.find((one) => one.name === name)?.searchIndexes ?? [];
    const found = isEmulated ? await copied.listSearchIndexes().toArray() : [];
    expect(found.map((index: Document) => [index['name'], index['latestDefinition']])).toEqual(
      isEmulated ? expected.map((index) => [index.name, simple(index.latestDefinition)]) : [],
    );
  },
);

const simple = (definition: Document): unknown => JSON.parse(BSON.EJSON.stringify(definition));

it('writes a record into a collection of LangChain as LangChain does', async () => {
  await load('langchain');
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('langchain');
  const record = {
    id: '650000000000000000000002',
    vectors: { '': [1, 2, 3, 4, 5, 6, 7, 0.1] },
    document: 'new',
    metadata: { source: 'x', page: 9, deep: { a: [1] } },
  };
  expect(await collection.upsert([record])).toEqual({ accepted: 1, rejected: [] });
  const id = new BSON.ObjectId(record.id);
  expect(await client.db().collection('langchain').findOne({ _id: id })).toEqual({
    _id: id,
    text: 'new',
    embedding: record.vectors[''],
    ...record.metadata,
  });
  expect(await collection.fetch([record.id])).toEqual([{ ...record, uri: undefined }]);
});

it.runIf(isEmulated)('finds the nearest by the index of an application', async () => {
  await load('llama-index');
  await using store = createMongodb({ url: server.url });
  const stages: unknown[] = [];
  server.onCommand = (name, { pipeline }) => void (name === 'aggregate' && stages.push(...(pipeline as unknown[])));
  const collection = await store.openCollection('llama-index');
  const matches = await collection.query({ vector: vectors[1]?.[''] ?? [], topK: 1 });
  expect(matches.map(({ id }) => id)).toEqual(['node-1']);
  expect(stages).toContainEqual({
    $vectorSearch: expect.objectContaining({ index: 'vector_index', path: 'embedding' }) as unknown,
  });
});

it.runIf(isEmulated)('reads no document for a query but by the index, which may have been made meanwhile', async () => {
  await client.db().createCollection('later');
  await client
    .db()
    .collection('later')
    .insertOne({ embedding: [0.5, 0.25] });
  await using store = createMongodb({ url: server.url });
  const collection = await store.openCollection('later');
  await collection.query({ vector: [0.5, 0.25], topK: 1 });
  const fields = [{ type: 'vector', path: 'embedding', numDimensions: 2, similarity: 'cosine' }];
  const index = { name: 'later', type: 'vectorSearch', definition: { fields } };
  await client.db().collection('later').createSearchIndex(index);
  const asked: string[] = [];
  server.onCommand = (name) => void asked.push(name);
  expect(await collection.query({ vector: [0.5, 0.25], topK: 1 })).toHaveLength(1);
  expect(asked).toEqual(['aggregate', 'aggregate']);
});

it.runIf(isEmulated)('has the server count the values of a collection of LangChain', async () => {
  await load('langchain');
  const documents = client.db().collection('langchain');
  const two = await documents.findOne({ _id: 'two' as never }, { promoteValues: false });
  await documents.replaceOne({ _id: 'two' as never }, { ...two, at: new Date(0) });
  await using store = createMongodb({ url: server.url });
  const witness = await (await store.openCollection('langchain')).witnessValues?.({ keys: [] });
  expect(witness?.figures).toEqual([
    { part: 'vector', name: '', measure: 'records', value: 2 },
    { part: 'document', name: '', measure: 'records', value: 2 },
    { part: 'document', name: '', measure: 'octets', value: 46 },
    { part: 'metadata', name: 'source', measure: 'records', value: 2 },
    { part: 'metadata', name: 'source', measure: 'octets', value: 12 },
    { part: 'metadata', name: 'page', measure: 'records', value: 2 },
    { part: 'metadata', name: 'page', measure: 'sum', value: 15 },
    { part: 'metadata', name: 'page', measure: 'octets', value: 0 },
    { part: 'metadata', name: 'at', measure: 'records', value: 1 },
  ]);
});
