import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named', 'sparse', 'multi'],
  // All are kept as float32, which holds every value of the others.
  datatypes: ['float32', 'float16', 'uint8', 'bit'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  namespaces: true,
  document: true,
  uri: true,
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    integers: 'any',
    floats: 'distinct',
    numberParser: 'exact',
    negativeZero: true,
    nul: true,
    loneSurrogates: true,
  },
  filter: ['and', 'or', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'null', 'contains'],
  insertOnly: true,
  keepsSchema: true,
  exactQuery: true,
  readAfterWrite: 'immediate',
});
