import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot'],
  ids: ['string'],
  // Not `sparse`: an index keeps no name of its sparse vector, which would come back under another. Those of others are read, and written
  // under the name that `sparseName` gives them.
  vectors: ['dense'],
  namespaces: true,
  // The `data` of a vector.
  document: true,
  metadata: {
    // Metadata is JSON; nothing is documented of null, of integers beyond 2^53 nor of 1.0.
    object: true,
    arrays: 'any',
  },
  // https://upstash.com/docs/vector/api/endpoints/range: the cursor is an offset.
  scan: 'best-effort',
  readAfterWrite: 'eventual',
  limits: {
    upsertBatch: 1000,
    fetchIds: 1000,
    metadataBytes: 48 * 1024,
    // https://upstash.com/docs/vector/overall/pricing, of the largest plan.
    dimension: 5376,
  },
});
