import { EVERYTHING, defineCapabilities, type Capabilities } from '@vsm/core/adapter';
import { isLibsql, type SqliteOptions } from './options.ts';

const common = {
  access: 'read-write',
  ids: ['string', 'uuid', 'uint64'],
  zeroVectors: true,
  document: true,
  uri: true,
  // One column of exact JSON text, which is never read through SQLite's own JSON functions: they make doubles of all numbers.
  metadata: {
    ...EVERYTHING.metadata,
    // Text is UTF-8.
    loneSurrogates: false,
  },
  filter: ['and', 'or', 'eq', 'in', 'gt', 'gte', 'lt', 'lte'],
  insertOnly: true,
  exactQuery: true,
  readAfterWrite: 'immediate',
  limits: { fetchIds: 1000 },
} as const satisfies Partial<Capabilities>;

/** Plain tables, searched by the functions of sqlite-vec. */
const plain: Capabilities = defineCapabilities({
  ...common,
  metrics: ['cosine', 'euclidean', 'manhattan', 'hamming'],
  vectors: ['dense', 'named'],
  datatypes: ['float64', 'float32', 'float16', 'bfloat16', 'bit'],
  unnamedVector: 'beside-named',
  emptyRecords: true,
  namespaces: true,
});

/** https://docs.turso.tech/features/ai-and-embeddings: distances by cosine and l2, which is Hamming's on bits. */
const libsql: Capabilities = defineCapabilities({
  ...plain,
  metrics: ['cosine', 'euclidean', 'hamming'],
  limits: { ...common.limits, dimension: 65_536 },
});

/** https://alexgarcia.xyz/sqlite-vec/features/vec0.html: every vector column must be filled in every row. */
const vec0: Capabilities = defineCapabilities({
  ...common,
  metrics: ['cosine', 'euclidean', 'manhattan', 'hamming'],
  vectors: ['dense'],
  // Every auxiliary column costs a statement of the engine for each row read.
  uri: false,
  datatypes: ['float32', 'int8', 'bit'],
  limits: { ...common.limits, dimension: 8192 },
});

export function capabilitiesOf(options: SqliteOptions): Capabilities {
  if (isLibsql(options)) return libsql;
  const chosen = options.tables === 'vec0' ? vec0 : plain;
  return options.snapshot === true ? { ...chosen, access: 'read-only', scan: 'snapshot' } : chosen;
}
