import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';

export function capabilities(documentKey: string | false): Capabilities {
  return defineCapabilities({
    access: 'read-write',
    // In the order of Pinecone's own preference.
    metrics: ['cosine', 'dot', 'euclidean'],
    // Of 1 to 512 ASCII characters; others are written percent-encoded behind a mark, and read back as they were.
    ids: ['string'],
    // One dense vector, one sparse one, or both. Not `named`: there is no second of either kind.
    vectors: ['dense', 'sparse'],
    namespaces: true,
    document: documentKey,
    metadata: {
      arrays: 'strings',
      // Every number is a float64, https://docs.pinecone.io/guides/index-data/indexing-overview#metadata
      integers: 'safe',
      floats: 'merged',
      reservedPrefixes: ['$'],
    },
    // Nothing is promised about a listing during writes. The token of a page is the last id of the one before as far as the emulator
    // knows, which is no proof.
    scan: 'best-effort',
    readAfterWrite: 'eventual',
    limits: {
      // https://docs.pinecone.io/reference/api/database-limits/operation-limits; the 2 MB of a request are measured.
      upsertBatch: 1000,
      fetchIds: 1000,
      idBytes: 512,
      metadataBytes: 40 * 1024,
      dimension: 20_000,
    },
  });
}
