import { defineCapabilities, EVERYTHING, type Capabilities, type Datatype } from '@vsm/core/adapter';

/** Limits: https://milvus.io/docs/limitations.md; sizes of JSON and texts as the server 2.3.5 was found to refuse them. */
export const capabilities: Capabilities = defineCapabilities({
  access: 'read-write',
  metrics: ['cosine', 'euclidean', 'dot', 'hamming', 'jaccard'],
  ids: ['string', 'uuid', 'uint64'],
  vectors: ['dense', 'named', 'sparse'],
  datatypes: ['float32', 'float16', 'bfloat16', 'int8', 'bit'],
  unnamedVector: 'beside-named',
  zeroVectors: true,
  namespaces: true,
  document: true,
  // One JSON field, which the server keeps as the bytes that it was given.
  metadata: { ...EVERYTHING.metadata, loneSurrogates: false },
  filter: ['and', 'or', 'eq', 'in', 'gt', 'gte', 'lt', 'lte'],
  // In the order of keys, each page with all that was written before it was asked for.
  scan: 'stable',
  readAfterWrite: 'immediate',
  limits: {
    upsertBatch: 1000,
    fetchIds: 1000,
    // 65,535, less what a namespace takes of the key.
    idBytes: 65_000,
    metadataBytes: 65_536,
    dimension: 32_768,
    sparseIndex: 4_294_967_294,
  },
});

/** Whether a version is of Milvus itself, and not of milvus-lite. */
export const isServer = (version: string): boolean => /^v?\d/.test(version);

/** What a server can do by its own account: `v2.3.5`, or `milvus_lite-3.2.2` of the one that is written in Python. */
export function capabilitiesOf(version: string): Capabilities {
  if (version.startsWith('milvus_lite')) {
    // Its sparse vectors refuse what is negative or empty.
    const metrics = capabilities.metrics.filter((metric) => metric !== 'hamming' && metric !== 'jaccard');
    return { ...capabilities, metrics, vectors: ['dense', 'named'], datatypes: ['float32'] };
  }
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  const since = (wanted: number): boolean => major > 2 || (major === 2 && minor >= wanted);
  const datatypes = capabilities.datatypes.filter((datatype) => since(DATATYPES_SINCE[datatype] ?? 0));
  return { ...capabilities, datatypes, ...(!since(4) && { vectors: ['dense'] }) };
}

/** By the minor version of 2 that brought them: https://milvus.io/docs/release_notes.md */
const DATATYPES_SINCE: Readonly<Partial<Record<Datatype, number>>> = { bfloat16: 4, int8: 6 };
