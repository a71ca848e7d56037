import type { Capabilities } from '@vsm/core/adapter';

/** One unnamed vector, flat metadata of plain types, low limits, nothing optional. */
export const PLAINEST: Partial<Capabilities> = {
  metrics: ['euclidean'],
  ids: ['string'],
  vectors: ['dense'],
  emptyRecords: false,
  zeroVectors: false,
  namespaces: false,
  document: 'text',
  uri: false,
  metadata: {
    null: false,
    object: false,
    arrays: 'none',
    integers: 'safe',
    floats: 'merged',
    negativeZero: false,
    numberParser: 'exact',
    nul: false,
    loneSurrogates: false,
    reservedPrefixes: ['$', '#'],
    reservedKeys: ['', 'id'],
    keys: { pattern: '[_a-z][_0-9A-Za-z]*', length: 100 },
  },
  filter: [],
  insertOnly: false,
  exactQuery: false,
  limits: { upsertBatch: 7, fetchIds: 5, idBytes: 64, metadataBytes: 30_000, dimension: 2000 },
};

/** As much as a store can hold that has UUIDs and numbers for ids, and scales vectors when it writes them. */
export const NORMALISING: Partial<Capabilities> = {
  metrics: ['cosine'],
  normalizes: ['cosine'],
  ids: ['uuid', 'uint64'],
  document: false,
  metadata: {
    null: true,
    object: true,
    arrays: 'homogeneous',
    integers: 'uint64',
    floats: 'distinct',
    negativeZero: false,
    numberParser: 'exact',
    nul: true,
    loneSurrogates: false,
    reservedPrefixes: [],
    reservedKeys: [],
  },
};
