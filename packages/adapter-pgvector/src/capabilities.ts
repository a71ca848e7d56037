import { defineCapabilities, type Capabilities } from '@vsm/core/adapter';
import { MAX_SPARSE_DIMENSION, type VectorType } from './column.ts';

export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'],
  vectors: ['dense', 'named', 'sparse'],
  // A component that float16 or a bit cannot hold is refused with its record, never rounded.
  datatypes: ['float32', 'float16', 'bit'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  zeroVectors: true,
  namespaces: true,
  document: true,
  metadata: {
    null: true,
    object: true,
    arrays: 'any',
    // jsonb numbers are decimals of any size, and keep the point of 1.0, but not the sign of zero.
    integers: 'any',
    // Decimal digits, read by Postgres and by us without rounding: benchmarks/doubles.ts.
    numberParser: 'exact',
    floats: 'distinct',
    // No text of Postgres can hold U+0000: https://www.postgresql.org/docs/current/datatype-character.html
    nul: false,
  },
  filter: ['and', 'or', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'null', 'contains'],
  insertOnly: true,
  // Pages go by key.
  scan: 'stable',
  exactQuery: true,
  readAfterWrite: 'immediate',
  limits: {
    // https://github.com/pgvector/pgvector#reference: vector and halfvec have at most 16,000 dimensions.
    dimension: 16_000,
    // A sparsevec has at most a billion dimensions, counted from 1.
    sparseIndex: MAX_SPARSE_DIMENSION - 1,
  },
});

/** What one snapshot can do: nothing that is written meanwhile is seen, so nothing can be. */
export const snapshotCapabilities: Capabilities = { ...capabilities, access: 'read-only', scan: 'snapshot' };

/** Vectors beyond this are stored, and searched without an index. A sparse one is limited by what is in it, not by this. */
export const MAX_INDEXED_DIMENSIONS: Readonly<Record<VectorType, number>> = {
  vector: 2000,
  halfvec: 4000,
  bit: 64_000,
  sparsevec: 0,
};

/** halfvec, sparsevec, and indexes on bits came with 0.7.0. */
export function capabilitiesOfVersion(facts: Capabilities, version: string | undefined): Capabilities {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined || major > 0 || minor >= 7) return facts;
  return {
    ...facts,
    metrics: facts.metrics.filter((metric) => ['cosine', 'euclidean', 'dot'].includes(metric)),
    vectors: ['dense', 'named'],
    datatypes: ['float32'],
  };
}
