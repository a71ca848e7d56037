import type { Capabilities, MetadataCapabilities } from '../spec/v1.ts';

type Facts = Omit<Partial<Capabilities>, 'metadata'> & { readonly metadata?: Partial<MetadataCapabilities> };

const CAUTIOUS: Capabilities = {
  access: 'read-only',
  metrics: [],
  normalizes: [],
  rounds: [],
  ids: ['string'],
  vectors: ['dense'],
  datatypes: ['float32'],
  unnamedVector: 'alone',
  emptyRecords: false,
  zeroVectors: false,
  namespaces: false,
  document: false,
  uri: false,
  metadata: {
    null: false,
    object: false,
    arrays: 'none',
    integers: 'safe',
    floats: 'merged',
    negativeZero: false,
    numberParser: 'serde',
    nul: false,
    loneSurrogates: false,
    reservedPrefixes: [],
    reservedKeys: [],
  },
  filter: [],
  insertOnly: false,
  keepsSchema: false,
  scan: 'best-effort',
  exactQuery: false,
  readAfterWrite: 'eventual',
  limits: {},
};

/**
 * Fills what is not said from `base`: by default with the cautious value, so that a new fact in a later release does not break an
 * adapter.
 */
export function defineCapabilities(facts: Facts, base: Capabilities = CAUTIOUS): Capabilities {
  return { ...base, ...facts, metadata: { ...base.metadata, ...facts.metadata } };
}

/**
 * A store that holds whatever the record model can express: what even it refuses is broken data, not a lack of the store. The base for
 * stores that lack little.
 */
export const EVERYTHING: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named', 'sparse', 'multi'],
  datatypes: ['float32', 'float16', 'bfloat16', 'int8', 'uint8', 'bit'],
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
    negativeZero: true,
    numberParser: 'exact',
    nul: true,
    loneSurrogates: true,
  },
  insertOnly: true,
  keepsSchema: true,
  scan: 'snapshot',
  exactQuery: true,
  readAfterWrite: 'immediate',
});
