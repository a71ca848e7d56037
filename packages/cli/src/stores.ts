import { VsmError, type AdapterModuleV1, type LocationOptions, type OpenedLocation } from '@vsm/core';
import { suggest, own } from '@vsm/core/adapter';
import { maskLocation } from '@vsm/report/redact';
import { locationOfPath } from './bare-path.ts';
import { loadBeside } from './load-module.ts';
import { resolveReferences, type LoadedConfig } from './load-config.ts';
import { FINGERPRINT_SCHEME, KNOWN_SCHEMES, PACKAGES } from './schemes.ts';
import type { Secrets } from './secrets.ts';

export type Side = 'source' | 'target';

/** A location, or `name:collection` of a store in the config file. Its adapter is loaded only now. */
export async function openLocation(
  word: string,
  side: Side,
  config: LoadedConfig | undefined,
  secrets: Secrets,
  options: Pick<LocationOptions, 'takeOver'> = {},
): Promise<OpenedLocation> {
  secrets.learnLocation(word);
  const [, prefix = '', rest = ''] = /^([^:/?#]+):(.*)$/s.exec(word) ?? [];
  const store = config?.stores.get(prefix);
  if (store === undefined)
    return openScheme(word, { ...options, apiKey: keyOf(side) }, [...(config?.stores.keys() ?? [])]);
  const location = resolveReferences(store.location, `The location of store "${prefix}"`);
  secrets.learnLocation(location);
  const apiKey =
    store.apiKey === undefined ? undefined : resolveReferences(store.apiKey, `The key of store "${prefix}"`);
  secrets.learn(apiKey);
  const opened = await openScheme(location, { ...options, apiKey: apiKey ?? keyOf(side) });
  return rest === '' ? opened : { ...opened, collection: rest };
}

/** Chooses the key where both ends are of one kind. */
function keyOf(side: Side): string | undefined {
  return process.env[side === 'source' ? 'VSM_SOURCE_API_KEY' : 'VSM_TARGET_API_KEY'];
}

async function openScheme(
  location: string,
  options: LocationOptions,
  names: readonly string[] = [],
): Promise<OpenedLocation> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const found = locationOfPath(location);
    if (found !== undefined) return openScheme(found, options, names);
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${maskLocation(location)}" is not a location such as chroma://localhost:8000/docs, pglite:./dir?table=docs or file:./docs.parquet, nor a path where something lies.`,
    );
  }
  if (`${scheme}:` === FINGERPRINT_SCHEME) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'A fingerprint holds no records. Give it to vsm verify or vsm diff, as one side.',
    );
  }
  if (/^https?$/.test(scheme)) throw urlWithoutKind(location);
  const adapter = await loadAdapter(scheme, names);
  return adapter.openLocation(location, options);
}

/** A URL says where a server is, and not which kind it is of. */
function urlWithoutKind(location: string): VsmError {
  const shown = maskLocation(location);
  const plain = shown.replace(/^http:\/\//i, '://').replace(/^https:\/\//i, '+https://');
  const kinds = [
    /trychroma\.com/i.test(shown) ? [] : [`qdrant${plain}`],
    /qdrant\.io/i.test(shown) ? [] : [`chroma${plain}`],
  ];
  const ways = /pinecone\.io/i.test(shown) ? 'pinecone:INDEX' : kinds.flat().join(' or ');
  return new VsmError('INVALID_OPTIONS', `"${shown}" does not say which kind of store it is. Write ${ways}.`);
}

async function loadAdapter(scheme: string, names: readonly string[] = []): Promise<AdapterModuleV1> {
  const kind = scheme.replace(/\+https?$/, '');
  const name = own(PACKAGES, kind) ?? kind;
  const candidates = [`@vsm/adapter-${name}`, `vsm-adapter-${name}`];
  for (const candidate of candidates) {
    const adapter = await loadBeside<AdapterModuleV1>(candidate);
    if (adapter !== undefined) return adapter;
  }
  const near = KNOWN_SCHEMES.includes(scheme) ? undefined : suggest(scheme, [...names, ...KNOWN_SCHEMES]);
  throw new VsmError(
    'INVALID_OPTIONS',
    near === undefined
      ? `No adapter for "${scheme}:" is installed. Install it with: npm install ${candidates[0]}`
      : `There is no adapter for "${scheme}:". Did you mean "${near}:"?`,
  );
}

/** The collections a location names: one, or with `*` all that the store has. */
export async function collectionsOf(
  opened: OpenedLocation,
  word: string,
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[]; readonly all: boolean }> {
  if (opened.collection === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${maskLocation(word)}" names no collection. Name one, or all of them with "*".`,
    );
  }
  if (opened.collection !== '*') return { names: [opened.collection], all: false };
  const names = await opened.store.listCollections({ signal });
  if (names.length > 0) return { names, all: true };
  throw new VsmError('NOT_FOUND', `"${maskLocation(word)}" has no collections.`);
}

/** The one collection that a location names, of which a fingerprint is. */
export async function theCollectionOf(opened: OpenedLocation, word: string, signal: AbortSignal): Promise<string> {
  const { names, all } = await collectionsOf(opened, word, signal);
  const [collection] = names;
  if (!all && collection !== undefined) return collection;
  throw new VsmError('INVALID_OPTIONS', 'A fingerprint is of one collection. Name it in place of "*".');
}
