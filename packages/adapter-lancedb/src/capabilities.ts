import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // Others (hamming) are for bits, which have no place in a float vector.
  metrics: ['cosine', 'euclidean', 'dot'],
  ids: ['string', 'uuid', 'uint64'],
  // No sparse type: a struct could hold one, but nothing could search it.
  vectors: ['dense', 'named', 'multi'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  namespaces: true,
  document: true,
  uri: true,
  // Beside typed columns there is one of exact JSON text.
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    integers: 'any',
    floats: 'distinct',
    negativeZero: true,
    numberParser: 'exact',
    nul: true,
    loneSurrogates: false,
  },
  insertOnly: true,
  // Every write makes a version, and a scan stays in the one it began with.
  scan: 'snapshot',
  exactQuery: true,
  readAfterWrite: 'immediate',
  // Ids become one SQL expression.
  limits: { fetchIds: 1000 },
});
