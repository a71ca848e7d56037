import { guardStore, type VectorStoreV1 } from '@vsm/core/adapter';
import { testAdapter } from '@vsm/conformance/vitest';
import { createPgvector } from '../src/index.ts';
import { makeRuled, sharedClient } from './conform.ts';
import { readRaw } from './raw.ts';

const client = sharedClient();
const UUIDS = [1, 2, 3].map((number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);

testAdapter({
  adapter: 'pgvector',
  connect: () => withUuids(createPgvector({ client: client() })),
  rules: (_store, name) => makeRuled(client(), name, 'uuid', UUIDS),
  raw: { read: (collection, id, namespace) => readRaw(client(), collection, id, namespace) },
});

/** The same store, in which every new table has a uuid column for its key. */
function withUuids(store: VectorStoreV1): VectorStoreV1 {
  return guardStore({
    ...store,
    capabilities: { ...store.capabilities, ids: ['uuid'] },
    effectiveCapabilities: async () => ({ ...store.capabilities, ids: ['uuid'] }),
    createCollection: (schema, options) => store.createCollection({ ...schema, ids: 'uuid' }, options),
  });
}
