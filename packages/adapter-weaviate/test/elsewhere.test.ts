import { namedFields, readRecords, type VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { planCreation } from '../src/schema.ts';
import { id, testServer } from './server.ts';

// What other tools were found to lose, with the place where it was told of.
const server = testServer();

async function copied(name: string, batches: readonly (readonly VectorRecord[])[]): Promise<VectorRecord[]> {
  const store = createWeaviate({ url: server.url });
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection(name);
  for (const batch of batches) expect(await collection.upsert(batch)).toEqual({ accepted: batch.length, rejected: [] });
  const found: VectorRecord[] = [];
  for await (const record of readRecords(collection, { include: ['vectors', 'metadata'] })) found.push(record);
  await store.dropCollection?.(name);
  await store.close();
  return found.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

const record = (at: number, metadata: VectorRecord['metadata']): VectorRecord => ({
  id: id(at),
  vectors: { '': Float32Array.of(1, at) },
  metadata,
});

// https://github.com/Unstructured-IO/unstructured-ingest/pull/710
it('a first value that looks like a UUID or a date locks no later one out', async () => {
  const first = record(1, { ref: '550E8400-e29b-41d4-a716-446655440000', when: '2025-11-23T10:00:00Z', size: 1 });
  const later = record(2, { ref: 'no UUID', when: 'last week', size: 'large' });
  expect(await copied(`locked-${process.pid}`, [[first], [later]])).toEqual([first, later]);
});

// https://github.com/weaviate/weaviate/issues/5264, https://github.com/langchain-ai/langchainjs/pull/3991
it('lists of mixed texts, dates and UUIDs are kept, and so are empty ones', async () => {
  const records = [
    record(1, { list: ['2025-11-23T10:00:00Z', 'text', '550e8400-e29b-41d4-a716-446655440000'], none: [] }),
    record(2, { list: [], none: ['now some'] }),
    record(3, { list: [1, 'two', null, true, { deep: [] }], none: [[]] }),
  ];
  expect(await copied(`mixed-${process.pid}`, [records])).toEqual(records);
});

// https://github.com/langgenius/dify/issues/27291, https://github.com/weaviate/weaviate/issues/6156
it('a class is copied without the modules of its source, with its named vectors and the types of its properties', () => {
  const described = {
    class: 'Old',
    vectorConfig: {
      title: {
        vectorizer: { 'text2vec-openai': { model: 'ada' } },
        vectorIndexType: 'flat',
        vectorIndexConfig: { distance: 'dot', bq: { enabled: true } },
      },
    },
    moduleConfig: { 'generative-openai': {} },
    properties: [{ name: 'uid', dataType: ['uuid'], moduleConfig: { 'text2vec-openai': { skip: true } } }],
  };
  const schema = {
    name: 'New',
    vectors: { title: { kind: 'dense', dimension: 2, metric: 'dot' } },
    native: { weaviate: { class: described } },
  } as const;
  const { body, second, warnings } = planCreation(schema, new Set(), namedFields({}));
  expect(second).toBeUndefined();
  expect(body).toMatchObject({
    class: 'New',
    properties: [{ name: 'uid', dataType: ['uuid'] }],
    vectorConfig: {
      title: {
        vectorizer: { none: {} },
        vectorIndexType: 'flat',
        vectorIndexConfig: { distance: 'dot', bq: { enabled: true } },
      },
    },
  });
  expect(JSON.stringify({ ...body, description: '' })).not.toContain('openai');
  expect(warnings.map(({ feature }) => feature)).toEqual(['modules']);
});
