import { EVERYTHING, defineCapabilities, type Capabilities } from '@vsm/core/adapter';

/** Names that Weaviate's indexes have beside a property: https://github.com/weaviate/weaviate, usecases/schema and entities/schema. */
const SUFFIXES = '_searchable|_rangeable|_temp|__meta_count|_propertyLength|_nullState';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // In the order of Weaviate's own preference.
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming'],
  ids: ['uuid'],
  vectors: ['dense', 'named', 'multi'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  namespaces: true,
  document: true,
  metadata: {
    // What no property holds goes into one text property as JSON, with the records that have it.
    ...EVERYTHING.metadata,
    loneSurrogates: false,
    reservedKeys: ['id', '_id', '_additional'],
    // A first letter that is large is made a small one by the server.
    keys: { pattern: `(?!.*(?:${SUFFIXES})$)[_a-z][_0-9A-Za-z]*`, length: 231 },
  },
  // In the order of ids, which no write changes.
  scan: 'stable',
  readAfterWrite: 'immediate',
  limits: { upsertBatch: 500, fetchIds: 1000, dimension: 65_535 },
});
