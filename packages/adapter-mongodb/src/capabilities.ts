import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

/** Of collections that VSM makes: what BSON cannot hold lies beside the metadata as JSON text. */
export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // https://www.mongodb.com/docs/atlas/atlas-vector-search/vector-search-type/
  metrics: ['cosine', 'euclidean', 'dot'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named'],
  datatypes: ['float64', 'float32', 'int8', 'bit'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  document: true,
  uri: true,
  // Text is UTF-8.
  metadata: { ...EVERYTHING.metadata, loneSurrogates: false },
  filter: ['and', 'or', 'eq', 'in', 'gt', 'gte', 'lt', 'lte'],
  insertOnly: true,
  keepsSchema: true,
  // In the order of _id, which never changes; what is written meanwhile may be missed or come.
  scan: 'stable',
  exactQuery: true,
  // On the primary; a search index follows later.
  readAfterWrite: 'immediate',
  limits: { upsertBatch: 1000, fetchIds: 1000 },
});
