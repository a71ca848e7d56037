import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // There is no function for the dot product: https://alexgarcia.xyz/sqlite-vec/api-reference.html#distance
  metrics: ['cosine', 'euclidean', 'manhattan'],
  document: true,
  // Kept as JSON text by `stringifyJson`, so that everything comes back.
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    integers: 'any',
    floats: 'distinct',
    negativeZero: true,
    numberParser: 'exact',
    nul: true,
  },
  // Pages go by key.
  scan: 'stable',
  // Every row is looked at.
  exactQuery: true,
  readAfterWrite: 'immediate',
  limits: { upsertBatch: 500, fetchIds: 500 },
});
