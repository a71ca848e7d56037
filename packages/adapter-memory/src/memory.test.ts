import type { CollectionSchema, CollectionV1, VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { createMemory, openLocation } from './index.ts';

// What every store must do is in test/conformance.test.ts; here is what only this one promises.

async function collectionOf(vectors: CollectionSchema['vectors'], records: VectorRecord[]): Promise<CollectionV1> {
  const store = createMemory();
  await store.createCollection({ name: 'docs', vectors });
  const collection = await store.openCollection('docs');
  expect(await collection.upsert(records)).toEqual({ accepted: records.length, rejected: [] });
  return collection;
}

it('shares nothing between two stores, not even of one name', async () => {
  const [one, other] = [createMemory({ name: 'same' }), createMemory({ name: 'same' })];
  await one.createCollection({ name: 'docs', vectors: {} });
  expect(await other.listCollections()).toEqual([]);
  expect(one.location).not.toBe(other.location);
});

it('opens a location by its name', () => {
  expect(openLocation('memory:docs')).toMatchObject({ collection: 'docs', store: { adapter: 'memory' } });
  expect(openLocation('memory:').collection).toBeUndefined();
});

it('refuses a damaged cursor instead of ending the scan', async () => {
  const records = ['a', 'b', 'c'].map((id) => ({ id, vectors: {}, metadata: {} }));
  const collection = await collectionOf({}, records);
  const { cursor } = await collection.scan({ limit: 1, include: [] });
  await expect(collection.scan({ limit: 1, include: [], cursor: `${cursor}x` })).rejects.toMatchObject({
    code: 'INVALID_CURSOR',
  });
});

it('keeps cursors valid while records are deleted and written again', async () => {
  const records = ['a', 'b', 'c', 'd'].map((id) => ({ id, vectors: {}, metadata: {} }));
  const collection = await collectionOf({}, records);
  const { cursor } = await collection.scan({ limit: 2, include: [] });
  expect(cursor).not.toBeNull();
  await collection.delete(['a', 'c']);
  await collection.upsert([{ id: 'b', vectors: {}, metadata: { changed: true } }]);
  const rest = await collection.scan({ limit: 10, include: [], cursor: cursor ?? '' });
  expect(rest).toEqual({ records: [{ id: 'd', namespace: undefined, vectors: {}, metadata: {} }], cursor: null });
});

it('searches multi-vectors by the best match of every query row', async () => {
  const collection = await collectionOf({ tokens: { kind: 'multi', dimension: 2, metric: 'dot' } }, [
    {
      id: 'both',
      vectors: {
        tokens: {
          rows: [
            [1, 0],
            [0, 1],
          ],
        },
      },
      metadata: {},
    },
    { id: 'one', vectors: { tokens: { rows: [[1.5, 0]] } }, metadata: {} },
  ]);
  const rows = [
    [1, 0],
    [0, 1],
  ];
  const found = await collection.query({ vector: { rows }, using: 'tokens', topK: 2 });
  expect(found.map(({ id, score }) => [id, score])).toEqual([
    ['both', -2],
    ['one', -1.5],
  ]);
});
