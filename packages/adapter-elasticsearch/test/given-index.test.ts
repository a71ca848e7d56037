import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createElasticsearch } from '../src/index.ts';
import { ask } from './rest.ts';
import { testIndex } from './server.ts';

// The fields that a layout asks for, so that an application opens the index as its own.
const { server, opensearch, index } = await testIndex('given');

const schema = (elasticsearch: NonNullable<CollectionSchema['native']>[string]): CollectionSchema => ({
  name: index,
  vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
  native: { elasticsearch },
});
const record: VectorRecord = {
  id: 'a',
  vectors: { '': Float32Array.of(1, 2) },
  metadata: { title: 'x', page: 3 },
  document: 'text',
};

async function written(fields: NonNullable<CollectionSchema['native']>[string]): Promise<[unknown, unknown]> {
  await using store = createElasticsearch({ url: server.url });
  await store.createCollection(schema({ fields }));
  const collection = await store.openCollection(index);
  await collection.upsert([record]);
  const [read] = await collection.fetch(['a']);
  const { docs = [] } = await ask(server.url, 'POST', `${index}/_mget`, { ids: ['a'] });
  return [read, docs[0]?.['_source']];
}

it('a document has the fields that were asked for, of each kind of server its own', async () => {
  const vector = { elasticsearch: 'vector', opensearch: 'vector_field' };
  const [read, source] = await written({ document: 'text', metadata: 'metadata', vector });
  expect(read).toMatchObject(record);
  expect(source).toStrictEqual({
    text: 'text',
    metadata: { title: 'x', page: 3 },
    [opensearch ? 'vector_field' : 'vector']: [1, 2],
  });
});

it('metadata lies beside the document where no field for it was asked for', async () => {
  const [read, source] = await written({ document: 'content', vector: 'embedding', texts: 'keyword' });
  expect(read).toMatchObject(record);
  expect(source).toStrictEqual({ content: 'text', title: 'x', page: 3, embedding: [1, 2] });
});

it('those that were asked for are made where the records cannot lie in the ones that they had, and that is said', async () => {
  await using store = createElasticsearch({ url: server.url });
  const fields = { document: 'text', vector: 'embedding' };
  const mappings = { properties: { old: { type: 'knn_vector', dimension: 3 } } };
  const layout = { id: ['_id'], vectors: [{ name: '', column: 'old', kind: 'dense' }], fields: [] };
  const dialect = opensearch ? 'opensearch' : 'elasticsearch';
  for (const had of [
    { dialect, mappings, layout },
    { dialect: 'another', mappings, layout },
  ]) {
    const warnings = await store.createCollection(schema({ fields, ...had }));
    expect(warnings).toMatchObject([
      {
        detail: expect.stringMatching(
          /mapping (?:had|was of another), so that the fields that were asked for are made/,
        ),
      },
    ]);
    await (await store.openCollection(index)).upsert([record]);
    const { docs = [] } = await ask(server.url, 'POST', `${index}/_mget`, { ids: ['a'] });
    expect(docs[0]?.['_source']).toStrictEqual({ text: 'text', title: 'x', page: 3, embedding: [1, 2] });
    await ask(server.url, 'DELETE', index);
  }
});

it('nothing is made of what has no place, or no name', async () => {
  await using store = createElasticsearch({ url: server.url });
  const one = { kind: 'dense', dimension: 2, metric: 'cosine' } as const;
  const fields = { document: 'text', vector: 'v' };
  await expect(store.createCollection({ ...schema({ fields }), vectors: { a: one, b: one } })).rejects.toThrow(
    /one dense vector of a known length, in "v", but the collection has a, b/,
  );
  await expect(store.createCollection(schema({ fields: { document: 'a b', vector: 'v' } }))).rejects.toThrow(
    /must name fields/,
  );
  expect(await store.listCollections()).not.toContain(index);
});
