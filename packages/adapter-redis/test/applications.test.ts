import { readFileSync } from 'node:fs';
import { createMemory } from '@vsm/adapter-memory';
import { readRecords, VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRedis, type RedisOptions } from '../src/index.ts';
import { startRedis } from './server.ts';

interface Application {
  readonly name: string;
  readonly indexes: readonly (readonly string[])[];
  /** Fields in base64, or the text of a document. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
}

// What RedisVL 0.28.0, langchain-redis 0.2.6 and llama-index-vector-stores-redis 0.9.0 wrote: see fixtures/make.py.
const fixture = new URL('fixtures/applications.json', import.meta.url);
const applications = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Application[];

let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url, { protocol: 2 });
});
beforeEach(async () => {
  const there = (await client.call('FT._LIST')) as string[];
  for (const { name, keys } of applications) {
    if (there.includes(name)) await client.call('FT.DROPINDEX', name, 'DD');
    await client.unlink(...Object.keys(keys));
  }
  await client.unlink('langchain:three', 'rvl-json:2', 'plain:a', 'plain:b', 'plain:c');
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

async function load(name: string): Promise<void> {
  const { indexes, keys } = applications.find((one) => one.name === name) as Application;
  for (const [command = '', ...words] of indexes) await client.call(command, ...words);
  for (const [key, value] of Object.entries(keys)) {
    if (typeof value === 'string') await client.call('JSON.SET', key, '$', value);
    else
      for (const [field, bytes] of Object.entries(value)) await client.hset(key, field, Buffer.from(bytes, 'base64'));
  }
}

async function carried(
  name: string,
  options: RedisOptions = {},
): Promise<{ records: VectorRecord[]; undecided: unknown }> {
  await using source = createRedis({ url: server.url, ...options });
  await using target = createMemory();
  const { undecided } = await (await source.openCollection(name)).describe();
  const migrator = new VectorStoreMigrator({ source, target });
  const result = await migrator.migrate({ sourceCollection: name });
  expect(result).toMatchObject({ success: true, rejected: [], verification: { passed: true } });
  const records: VectorRecord[] = [];
  for await (const record of readRecords(await target.openCollection(name))) {
    records.push({ ...record, vectors: { '': [...(record.vectors[''] as Float32Array)] } });
  }
  return { records: records.toSorted((left, right) => (left.id < right.id ? -1 : 1)), undecided };
}

const vectors = [
  { '': [...Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)] },
  { '': [-1.5, 2.25, 0, 1, 0.125, 4, -0.5, 3] },
];
const documents = ['A dictionary of Turkish', 'A thesaurus, été 1998'];

it.each(['hash', 'json'] as const)('reads an index of RedisVL over keys of type %s whole', async (type) => {
  await load(`redisvl-${type}`);
  const { records, undecided } = await carried(`redisvl-${type}`, { prefix: `rvl-${type}:` });
  expect(undecided).toBeUndefined();
  expect(records).toEqual([
    { id: '0', vectors: vectors[0], document: documents[0], metadata: { id: '0', page: 7, source: 'tr.txt' } },
    { id: '1', vectors: vectors[1], document: documents[1], metadata: { id: '1', page: 8, source: 'fr.txt' } },
  ]);
});

it('says how ids lose the separator that RedisVL does not put into the prefix of its index', async () => {
  await load('redisvl-hash');
  await using store = createRedis({ url: server.url });
  const { notes } = await (await store.openCollection('redisvl-hash')).describe();
  expect(notes).toEqual([expect.stringContaining('?prefix=rvl-hash: reads them without it')]);
  expect((await carried('redisvl-hash')).records.map(({ id }) => id)).toEqual([':0', ':1']);
});

it('reads the metadata of LangChain once, of which its hashes hold two copies', async () => {
  await load('langchain');
  const { records } = await carried('langchain');
  expect(records).toEqual([
    {
      id: 'one',
      vectors: vectors[0],
      document: documents[0],
      metadata: { _index_name: 'langchain', page: 7, source: 'tr.txt' },
    },
    {
      id: 'two',
      vectors: vectors[1],
      document: documents[1],
      metadata: { _index_name: 'langchain', page: 8, source: 'fr.txt' },
    },
  ]);
});

it('reads the nodes of LlamaIndex whole', async () => {
  await load('llama-index');
  const { records } = await carried('llama-index', { prefix: 'llama/' });
  expect(records.map(({ id, document }) => [id, document])).toEqual([
    ['node-0', documents[0]],
    ['node-1', documents[1]],
  ]);
  expect(records[0]?.vectors).toEqual(vectors[0]);
  const { metadata } = records[0] as VectorRecord;
  expect(metadata).toMatchObject({ doc_id: 'doc-0', id: 'node-0' });
  expect(JSON.parse(metadata['_node_content'] as string)).toMatchObject({
    id_: 'node-0',
    metadata: { page: 7, source: 'tr.txt' },
  });
});

it('writes a record into an index of LangChain as LangChain does, and gives it back', async () => {
  await load('langchain');
  await using store = createRedis({ url: server.url });
  const collection = await store.openCollection('langchain');
  const record = {
    id: 'three',
    vectors: { '': Float32Array.from(vectors[1]?.[''] ?? []) },
    document: 'new',
    metadata: { source: 'x', page: 9, deep: { a: [1] } },
  };
  expect(await collection.upsert([record])).toEqual({ accepted: 1, rejected: [] });
  expect(await client.hgetall('langchain:three')).toMatchObject({
    _metadata_json: '{"source":"x","page":9,"deep":{"a":[1]}}',
    page: '9',
    source: 'x',
    text: 'new',
  });
  expect(await collection.fetch(['three'])).toEqual([{ ...record, uri: undefined }]);
});

it('writes a record into an index of documents, and gives it back', async () => {
  await load('redisvl-json');
  await using store = createRedis({ url: server.url });
  const collection = await store.openCollection('redisvl-json');
  const metadata = { source: 'x', third: 1 / 3, nested: { list: [null, true, 9007199254740993n] } };
  const record = {
    id: ':2',
    vectors: { '': Float32Array.of(0.1, 0.2, 0.3, 1e-20, -0, 6, 7, 8) },
    document: 'new',
    metadata,
  };
  for (const mode of ['insert-only', 'replace'] as const) {
    expect(await collection.upsert([record], { mode })).toEqual({ accepted: 1, rejected: [] });
    const [found] = await collection.fetch([':2']);
    expect({ ...found, vectors: { '': Float32Array.from(found?.vectors[''] as number[]) } }).toEqual({
      ...record,
      uri: undefined,
    });
  }
});

it('rejects by name a double that RedisJSON would read as its neighbour, whatever its digits', async () => {
  await load('redisvl-json');
  await using store = createRedis({ url: server.url });
  const collection = await store.openCollection('redisvl-json');
  const given: VectorRecord[] = [{ id: ':2', vectors: {}, metadata: { fragile: 0.9563049310358623 } }];
  const foreseen = await collection.wouldReject?.(given);
  const { rejected } = await collection.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toMatchObject([
    { reason: 'invalid-metadata', detail: expect.stringContaining('as a neighbouring number') },
  ]);
});

it('writes nothing into a plain hash that it could not give back', async () => {
  await client.hset('plain:a', { text: 'one', vector: Buffer.from(Float32Array.of(1, 2).buffer) });
  await using store = createRedis({ url: server.url, prefix: 'plain:' });
  const collection = await store.openCollection('plain');
  const given: VectorRecord[] = [
    { id: 'b', vectors: {}, metadata: { year: 2026 } },
    { id: 'c', vectors: {}, metadata: { year: '2026' } },
  ];
  const foreseen = await collection.wouldReject?.(given);
  const { rejected } = await collection.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toMatchObject([{ id: 'b', reason: 'invalid-metadata' }]);
  expect(await client.hgetall('plain:c')).toEqual({ year: '2026' });
});
