import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  // https://turbopuffer.com/docs/query: `dot_product` is for sparse vectors alone.
  metrics: ['cosine', 'euclidean'],
  ids: ['string', 'uuid', 'uint64'],
  // Not `named`: a document must have every vector attribute of its namespace, https://turbopuffer.com/docs/write. Not `sparse`: those
  // are kept as float16.
  vectors: ['dense'],
  document: true,
  metadata: {
    // What no attribute holds goes into one text attribute as JSON, with the documents that have it.
    ...EVERYTHING.metadata,
    // Nothing is documented of either, and of the parser no more than that the server is written in Rust.
    nul: false,
    loneSurrogates: false,
    numberParser: 'serde',
  },
  // https://turbopuffer.com/docs/write#conditional-writes
  insertOnly: true,
  // Pages go by id, in the order of ids: https://turbopuffer.com/docs/export
  scan: 'stable',
  // https://turbopuffer.com/docs/guarantees; every query asks for `strong`.
  readAfterWrite: 'immediate',
  limits: {
    // The service takes 512 MB at once: https://turbopuffer.com/docs/limits
    upsertBatch: 1000,
    fetchIds: 1000,
    idBytes: 64,
    dimension: 10_752,
  },
});
