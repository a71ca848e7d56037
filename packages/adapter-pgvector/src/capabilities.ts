import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan'],
  vectors: ['dense', 'named'],
  datatypes: ['float32'],
  emptyRecords: true,
  zeroVectors: true,
  namespaces: true,
  document: true,
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    // jsonb numbers are decimals of any size, and keep the point of 1.0.
    integers: 'any',
    floats: 'distinct',
    numberParser: 'exact',
  },
  insertOnly: true,
  exactQuery: true,
  readAfterWrite: 'immediate',
  limits: {
    // https://github.com/pgvector/pgvector#reference: a vector has at most 16,000 dimensions (2,000 with an index).
    dimension: 16_000,
  },
});

/** Vectors beyond this are stored, and searched without an index. */
export const MAX_INDEXED_DIMENSIONS = 2000;
