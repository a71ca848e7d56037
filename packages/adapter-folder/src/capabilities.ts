import { defineCapabilities, EVERYTHING, type Capabilities } from '@vsm/core/adapter';

/** Of all kinds together; what one of them holds is less. */
export const capabilities: Capabilities = defineCapabilities(
  {
    access: 'read-only',
    metrics: ['cosine', 'euclidean', 'dot', 'manhattan'],
    namespaces: false,
    insertOnly: false,
    keepsSchema: false,
    // Read as it was when it was opened, or not at all.
    scan: 'snapshot',
  },
  EVERYTHING,
);

/** One dense vector, a text and metadata. */
export const documentCapabilities: Capabilities = { ...capabilities, vectors: ['dense'], uri: false };

/** Text of SQLite and of pickles is UTF-8, which half of a surrogate pair is not. */
export const utf8: Pick<Capabilities, 'metadata'> = { metadata: { ...capabilities.metadata, loneSurrogates: false } };
