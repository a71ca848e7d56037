import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean'],
  ids: ['string'],
  vectors: ['dense'],
  document: true,
  metadata: {
    // What S3 Vectors does not hold as it is goes into one text beside it, as JSON.
    ...EVERYTHING.metadata,
    // Nothing is documented of these.
    nul: false,
    loneSurrogates: false,
    numberParser: 'serde',
  },
  // Nothing is documented of the order of a listing, nor of listings during writes.
  scan: 'best-effort',
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-list.html: "strongly consistent".
  readAfterWrite: 'immediate',
  limits: {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html
    upsertBatch: 500,
    fetchIds: 100,
    // Characters in there; bytes are never fewer.
    idBytes: 1024,
    metadataBytes: 40 * 1024,
    dimension: 4096,
  },
});
