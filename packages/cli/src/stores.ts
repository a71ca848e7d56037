import { closest, VsmError, type AdapterModuleV1, type OpenedLocation } from '@vsm/core';

/** Schemes whose adapter has another name. All others load `@vsm/adapter-<scheme>`, else `vsm-adapter-<scheme>`. */
const PACKAGES: Readonly<Record<string, string>> = {
  postgresql: 'pgvector',
  postgres: 'pgvector',
  pglite: 'pgvector',
  vdf: 'file',
};

const KNOWN_SCHEMES = [
  'chroma',
  'chroma+https',
  'file',
  'lancedb',
  'memory',
  'pglite',
  'pinecone',
  'postgresql',
  'qdrant',
  'qdrant+https',
  'vdf',
];

/** Opens a location with its adapter, which is loaded only now. `side` chooses the key where both ends are of one kind. */
export async function openLocation(location: string, side: 'source' | 'target'): Promise<OpenedLocation> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${location}" is not a location such as chroma://localhost:8000/docs, pglite:./dir?table=docs or file:./docs.parquet.`,
    );
  }
  const kind = scheme.replace(/\+https?$/, '');
  const adapter = await loadAdapter(PACKAGES[kind] ?? kind, scheme);
  const apiKey = process.env[side === 'source' ? 'VSM_SOURCE_API_KEY' : 'VSM_TARGET_API_KEY'];
  return adapter.openLocation(location, { apiKey });
}

async function loadAdapter(name: string, scheme: string): Promise<AdapterModuleV1> {
  const candidates = [`@vsm/adapter-${name}`, `vsm-adapter-${name}`];
  for (const candidate of candidates) {
    try {
      return (await import(candidate)) as AdapterModuleV1;
    } catch (error) {
      // A package that is there and fails to load says so itself.
      if (!isMissing(error, candidate)) throw error;
    }
  }
  const near = KNOWN_SCHEMES.includes(scheme) ? undefined : closest(scheme, KNOWN_SCHEMES);
  throw new VsmError(
    'INVALID_OPTIONS',
    near === undefined
      ? `No adapter for "${scheme}:" is installed. Install it with: npm install ${candidates[0]}`
      : `There is no adapter for "${scheme}:". Did you mean "${near}:"?`,
  );
}

function isMissing(error: unknown, candidate: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' && (error as Error).message.includes(`'${candidate}'`);
}

/** The collection a location names. */
export function collectionOf(opened: OpenedLocation, location: string): string {
  if (opened.collection === '*') {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"*" is not supported yet: name one collection in "${maskLocation(location)}".`,
    );
  }
  if (opened.collection !== undefined) return opened.collection;
  throw new VsmError('INVALID_OPTIONS', `"${maskLocation(location)}" names no collection.`);
}

/** The location without a password that someone put into it. */
export function maskLocation(location: string): string {
  return location.replace(/(\/\/[^/:@]*:)[^@/]*@/, '$1***@');
}
