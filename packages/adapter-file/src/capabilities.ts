import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named', 'sparse', 'multi'],
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
    // Text in Parquet is UTF-8.
    loneSurrogates: false,
  },
  insertOnly: true,
  keepsSchema: true,
  scan: 'snapshot',
  exactQuery: true,
  readAfterWrite: 'immediate',
});
