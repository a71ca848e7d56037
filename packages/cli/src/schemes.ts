/** Schemes whose adapter has another name. All others load `@vsm/adapter-<scheme>`, else `vsm-adapter-<scheme>`. */
export const PACKAGES: Readonly<Record<string, string>> = {
  postgresql: 'pgvector',
  postgres: 'pgvector',
  pglite: 'pgvector',
  vdf: 'file',
  backup: 'file',
  'pinecone-import': 'pinecone/import',
  'sqlite-vec': 'sqlite',
  libsql: 'sqlite',
  turso: 'sqlite',
  opensearch: 'elasticsearch',
  rediss: 'redis',
  'mongodb+srv': 'mongodb',
};

export const KNOWN_SCHEMES: readonly string[] = [
  'backup',
  'chroma',
  'chroma+https',
  'elasticsearch',
  'elasticsearch+https',
  'file',
  'folder',
  'lancedb',
  'libsql',
  'memory',
  'opensearch',
  'opensearch+https',
  'milvus',
  'milvus+https',
  'mongodb',
  'mongodb+srv',
  'pglite',
  'pinecone',
  'pinecone-import',
  'postgresql',
  'qdrant',
  'qdrant+https',
  'redis',
  'rediss',
  's3vectors',
  'sqlite',
  'sqlite-vec',
  'turbopuffer',
  'turso',
  'upstash',
  'vdf',
  'weaviate',
  'weaviate+https',
];

/** Whether a word could be a name in the config file. Locations with a scheme we know do not need one. */
export function mayNeedConfig(words: readonly string[]): boolean {
  return words.length === 0 || words.some((word) => mayBeName(/^([^:]*):/.exec(word)?.[1] ?? ''));
}

/** In front of the path of a file that `vsm fingerprint` wrote: one side of a comparison, and no store. */
export const FINGERPRINT_SCHEME = 'fingerprint:';

/** Words that people call their own stores by: whoever did so before there was such a scheme still means the store. */
const ALSO_NAMES: readonly string[] = ['backup', 'folder'];

function mayBeName(scheme: string): boolean {
  return !KNOWN_SCHEMES.includes(scheme) || ALSO_NAMES.includes(scheme);
}
