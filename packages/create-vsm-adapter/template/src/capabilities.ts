import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

/**
 * What Acme can hold. What is left out gets the cautious value, and core encodes or refuses what is not promised.
 * TODO 9 (all cases): from Acme's documentation, each with its link. Which cases apply follows from here alone, so begin with little and add a
 * line when you are sure of it.
 */
export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot'],
  zeroVectors: true,
  document: true,
  // Kept as JSON text, so that everything comes back.
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    integers: 'any',
    floats: 'distinct',
    negativeZero: true,
    numberParser: 'exact',
    nul: true,
    loneSurrogates: true,
  },
  // By key: what is there all the time is met, whatever happens to others.
  scan: 'stable',
  exactQuery: true,
  readAfterWrite: 'immediate',
  limits: { upsertBatch: 100, fetchIds: 100, dimension: 4096 },
});
