import type { MetadataValue, VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';
import { ask, bulk, vectorField } from './rest.ts';
import { testIndex } from './server.ts';

// What the mapping of an index that is there refuses, the server is asked for past the adapter first.
const { server, opensearch, index } = await testIndex('rules');

type Documents = Readonly<Record<string, Readonly<Record<string, MetadataValue>>>>;

async function make(mappings: object): Promise<void> {
  const { properties = {}, ...rest } = mappings as { readonly properties?: object };
  await ask(server.url, 'DELETE', index);
  await ask(server.url, 'PUT', index, {
    settings: { number_of_replicas: 0, ...(opensearch && { 'index.knn': true }) },
    mappings: { ...rest, properties: { vector: vectorField(opensearch, 2), ...properties } },
  });
}

async function refusedBy(mappings: object, documents: Documents): Promise<string[]> {
  await make(mappings);
  const { items = [] } = await bulk(server.url, index, documents);
  const refused = items.map((item) => 'error' in (Object.values(item)[0] as object));
  await make(mappings);
  return Object.keys(documents).flatMap((id, at) => (refused[at] === true ? [id] : []));
}

const records = (documents: Documents): VectorRecord[] =>
  Object.entries(documents).map(([id, metadata]) => ({ id, vectors: { '': Float32Array.of(1, 2) }, metadata }));

const CASES: readonly (readonly [what: string, mappings: object, documents: Documents, refused: readonly string[]])[] =
  [
    [
      'fields that a strict mapping has not',
      { dynamic: 'strict', properties: { title: { type: 'keyword' }, inner: { properties: { n: { type: 'long' } } } } },
      { fits: { title: 'x', inner: { n: 1 } }, top: { other: 1 }, deep: { inner: { m: 1 } }, nothing: { other: null } },
      ['top', 'deep', 'nothing'],
    ],
    [
      'a strict object among others',
      { properties: { inner: { dynamic: 'strict', properties: { n: { type: 'long' } } } } },
      { fits: { another: 1, inner: { n: 2 } }, deep: { inner: { m: 1 } }, list: { inner: [{ n: 1 }, { m: 1 }] } },
      ['deep', 'list'],
    ],
    [
      'values of another type than their field',
      { properties: { n: { type: 'long' }, b: { type: 'boolean' }, t: { type: 'text' }, f: { type: 'float' } } },
      {
        fits: { n: 1, b: true, t: 'x', f: 0.5 },
        read: { n: '12', b: 'false', t: 5, f: '1.5' },
        word: { n: 'many' },
        truth: { n: true },
        number: { b: 1 },
        yes: { b: 'yes' },
        object: { t: { a: 1 } },
        list: { n: [1, 'two'] },
        huge: { f: 1e39 },
      },
      ['word', 'truth', 'number', 'yes', 'object', 'list', 'huge'],
    ],
    [
      'integers that are out of range, and fractions are not',
      { properties: { n: { type: 'integer' }, m: { type: 'byte' } } },
      { fits: { n: 2 ** 31 - 1, m: -128 }, cut: { n: 1.5 }, over: { n: 3e9 }, under: { m: -200 } },
      ['over', 'under'],
    ],
    [
      'what is malformed where the field ignores that, is taken',
      { properties: { n: { type: 'long', ignore_malformed: true } } },
      { word: { n: 'many' } },
      [],
    ],
    [
      'values where objects are, and objects where nothing is looked at',
      { properties: { inner: { properties: { n: { type: 'long' } } }, any: { type: 'object', enabled: false } } },
      { fits: { inner: [{ n: 1 }], any: { x: [1, 'y'] } }, value: { inner: 'x' }, mixed: { inner: [{ n: 1 }, 2] } },
      ['value', 'mixed'],
    ],
    [
      'texts that are too long for a keyword',
      { properties: { k: { type: 'keyword' }, short: { type: 'keyword', ignore_above: 100 } } },
      { fits: { k: 'x'.repeat(32_766) }, ignored: { short: 'x'.repeat(40_000) }, long: { k: 'é'.repeat(20_000) } },
      ['long'],
    ],
    [
      'documents without the routing value that the mapping asks for',
      { _routing: { required: true } },
      { none: { n: 1 } },
      ['none'],
    ],
  ];

it.each(CASES)('%s: what the server refuses is foreseen and rejected', async (_what, mappings, documents, refused) => {
  expect(await refusedBy(mappings, documents)).toEqual(refused);
  await using store = createElasticsearch({ url: server.url });
  const collection = await store.openCollection(index);
  const given = records(documents);
  const foreseen = (await collection.wouldReject?.(given)) ?? [];
  expect(foreseen.map(({ id }) => id)).toEqual(refused);
  expect((await collection.count()).value).toBe(0);
  const { rejected } = await collection.upsert(given);
  expect(rejected).toEqual(foreseen);
  await collection.flush?.();
  expect((await collection.count()).value).toBe(given.length - refused.length);
});

it('vectors that the similarity of their field refuses are foreseen', async () => {
  const field = opensearch
    ? { type: 'knn_vector', dimension: 2, method: { name: 'hnsw', space_type: 'cosinesimil', engine: 'lucene' } }
    : { type: 'dense_vector', dims: 2, index: true, similarity: 'dot_product' };
  const documents = { fits: { vector: [0.6, 0.8] }, zeros: { vector: [0, 0] }, long: { vector: [3, 4] } };
  const wanted = opensearch ? ['zeros'] : ['zeros', 'long'];
  expect(await refusedBy({ properties: { vector: field } }, documents)).toEqual(wanted);
  await using store = createElasticsearch({ url: server.url });
  const collection = await store.openCollection(index);
  const given = Object.entries(documents).map(([id, { vector }]) => ({
    id,
    vectors: { '': Float32Array.from(vector) },
    metadata: {},
  }));
  expect((await collection.wouldReject?.(given))?.map(({ id }) => id)).toEqual(wanted);
});
