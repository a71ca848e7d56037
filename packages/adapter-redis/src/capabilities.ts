import { EVERYTHING, defineCapabilities, type Capabilities } from '@vsm/core/adapter';

/** Of collections that VSM makes: hashes, whose fields hold any bytes. */
export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // https://redis.io/docs/latest/develop/ai/search-and-query/vectors/#create-a-vector-index
  metrics: ['cosine', 'euclidean', 'dot'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named'],
  datatypes: ['float64', 'float32', 'float16', 'bfloat16', 'int8', 'uint8'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  document: true,
  uri: true,
  // One field of exact JSON text, which the server never reads.
  metadata: {
    ...EVERYTHING.metadata,
    // Text is UTF-8.
    loneSurrogates: false,
  },
  insertOnly: true,
  keepsSchema: true,
  // https://redis.io/docs/latest/commands/scan/#scan-guarantees
  scan: 'stable',
  exactQuery: true,
  readAfterWrite: 'immediate',
  // Replies of one request are held in memory together.
  limits: { fetchIds: 1000, upsertBatch: 1000, dimension: 32_768 },
});

/** What indexes of older servers do not take: INT8 and UINT8 came with Redis 8. */
export const beforeRedis8: Capabilities = {
  ...capabilities,
  datatypes: capabilities.datatypes.filter((datatype) => datatype !== 'int8' && datatype !== 'uint8'),
};
