import { expect, it } from 'vitest';
import type { CollectionSchema, VectorKind, VectorStoreV1 } from '../spec/v1.ts';
import { defineCapabilities } from './capabilities.ts';
import { guardStore } from './guard.ts';

const HYBRID: CollectionSchema['vectors'] = {
  '': { kind: 'dense', dimension: 2, metric: 'dot' },
  keywords: { kind: 'sparse' },
};

function create(kinds: readonly VectorKind[], vectors: CollectionSchema['vectors']): Promise<readonly unknown[]> {
  const store = guardStore({
    specificationVersion: 'v1',
    adapter: 'test',
    location: 'test:',
    capabilities: defineCapabilities({ access: 'read-write', metrics: ['dot'], vectors: kinds }),
    createCollection: async () => [],
    close: async () => undefined,
  } as Partial<VectorStoreV1> as VectorStoreV1);
  return store.createCollection({ name: 'docs', vectors });
}

it('lets a sparse vector have a name beside the dense one where the store has both kinds', async () => {
  await expect(create(['dense', 'sparse'], HYBRID)).resolves.toEqual([]);
});

it('refuses a sparse vector where there are none, and a second dense one where there are no names', async () => {
  const refused = { code: 'UNSUPPORTED', capability: 'vectors' };
  await expect(create(['dense'], HYBRID)).rejects.toMatchObject(refused);
  const second = { ...HYBRID, title: { kind: 'dense', dimension: 2, metric: 'dot' } } as const;
  await expect(create(['dense', 'sparse'], second)).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('"title"'),
  });
});
