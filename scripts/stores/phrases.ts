// Capabilities in words. Each sentence follows from one field, so that a page says what the adapter promises and no more.
import type { Capabilities, VectorKind } from '../../packages/core/src/index.ts';
import { and, type Store } from './facts.ts';

const KINDS: Readonly<Record<VectorKind, string>> = {
  dense: 'unnamed',
  named: 'named',
  sparse: 'sparse',
  multi: 'multi-vectors',
};

const IDS = { string: 'any text', uuid: 'UUIDs', uint64: 'integers up to 2^64 − 1' } as const;
const INTEGERS = { safe: '2^53', int64: 'int64', uint64: '2^64' } as const;

export function carried({ capabilities, carried: more }: Store): string {
  const { metadata } = capabilities;
  const parts = [
    vectorsText(capabilities),
    ...(capabilities.datatypes.some((type) => type !== 'float32')
      ? [and(capabilities.datatypes.map((type) => `\`${type}\``))]
      : []),
    ...(capabilities.namespaces ? ['namespaces'] : []),
    ...(capabilities.document === false ? [] : ['documents']),
    ...(capabilities.uri ? ['uris'] : []),
    metadataText(metadata),
    ...(more === undefined ? [] : [more]),
  ];
  return parts.join(', ');
}

function vectorsText({ vectors }: Capabilities): string {
  const single = vectors.filter((kind) => kind !== 'multi').map((kind) => KINDS[kind]);
  return `${and(single)} vectors${vectors.includes('multi') ? ', multi-vectors' : ''}`;
}

export function metadataText({ object, arrays, integers, floats }: Capabilities['metadata']): string {
  const lists = {
    any: 'lists',
    homogeneous: 'lists of one type',
    strings: 'lists of strings',
    none: 'no lists',
  }[arrays];
  if (object && arrays === 'any') return integers === 'any' ? 'all metadata with every digit' : 'all of JSON';
  return `metadata of scalars and ${lists}${floats === 'distinct' ? ', integers and floats apart' : ''}`;
}

/** Nothing is written to it, so that nothing has to fit. */
function isOnlyRead({ capabilities }: Store): boolean {
  return capabilities.access === 'read-only';
}

/** What core keeps in `__vsm`, and gives back when the record moves on. */
export function encoded(store: Store): string {
  if (isOnlyRead(store)) return 'nothing: it is only read';
  const all = [...encodings(store.capabilities), ...(store.encoded === undefined ? [] : [store.encoded])];
  return all.join(', ');
}

export function encodings({ ids, metadata, namespaces, uri }: Capabilities): string[] {
  return [
    ...(ids.includes('string') ? [] : [`ids other than ${and(ids.map((kind) => IDS[kind]))}`]),
    ...(metadata.null ? [] : ['null']),
    ...(metadata.object ? [] : ['nested values']),
    ...(metadata.arrays === 'any' ? [] : [metadata.arrays === 'none' ? 'lists' : 'other lists']),
    ...(metadata.integers === 'any' ? [] : [`integers beyond ${INTEGERS[metadata.integers]}`]),
    ...(metadata.floats === 'distinct' ? [] : ['`1.0` as opposed to `1`']),
    ...(metadata.negativeZero ? [] : ['`-0.0`']),
    ...(metadata.numberParser === 'exact' ? [] : ['doubles that its parser misreads']),
    ...(metadata.nul ? [] : ['U+0000 in text']),
    ...(metadata.loneSurrogates ? [] : ['half surrogates in text']),
    ...(metadata.keys === undefined ? [] : ['keys that are no names of fields there']),
    ...(namespaces ? [] : ['namespaces']),
    ...(uri ? [] : ['uris']),
  ];
}

export function lost(store: Store): string {
  if (isOnlyRead(store)) return store.lost ?? '';
  const { capabilities, lost: more } = store;
  return [...lacks(capabilities), ...(more === undefined ? [] : [more])].join(', ');
}

function lacks({ vectors, normalizes, rounds, limits }: Capabilities): string[] {
  const kinds = (['named', 'sparse', 'multi'] as const).filter((kind) => !vectors.includes(kind));
  const names = kinds.map((kind) => (kind === 'multi' ? 'multi-' : kind));
  return [
    ...(kinds.length > 0 ? [`${and(names)}${names.at(-1) === 'multi-' ? 'vectors' : ' vectors'}`] : []),
    ...(normalizes.length > 0 ? [`the length of vectors under ${and(normalizes)}`] : []),
    ...(rounds.length > 0 ? [`the last bit of vectors under ${and(rounds)}`] : []),
    ...(limits.dimension === undefined ? [] : [`more than ${limits.dimension} dimensions`]),
  ];
}
