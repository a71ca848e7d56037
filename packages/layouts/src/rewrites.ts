import {
  isMetadataArray,
  isMetadataObject,
  numberKind,
  parseJson,
  stringifyJson,
  type Metadata,
  type MetadataValue,
  own,
} from '@vsm/core/adapter';
import type { Rewrite } from './form.ts';
import { merged, valueInOrder, without } from './values.ts';

/** LangChain JS in Chroma: the lines of a text splitter become two plain fields, everything else in `loc` is left out. */
export const splitLines: Rewrite = {
  encode(metadata) {
    const loc = own(metadata, 'loc');
    if (!isObject(loc)) return metadata;
    const lines = own(loc, 'lines');
    if (!isObject(lines)) return metadata;
    const [from, to] = [own(lines, 'from'), own(lines, 'to')];
    return merged(
      without(metadata, ['loc']),
      from === undefined ? {} : { locFrom: from },
      to === undefined ? {} : { locTo: to },
    );
  },
  decode(metadata) {
    const [from, to] = [own(metadata, 'locFrom'), own(metadata, 'locTo')];
    if (!isNumber(from) && !isNumber(to)) return metadata;
    const lines = merged(isNumber(from) ? { from } : {}, isNumber(to) ? { to } : {});
    const rest = without(metadata, [...(isNumber(from) ? ['locFrom'] : []), ...(isNumber(to) ? ['locTo'] : [])]);
    const loc = own(rest, 'loc');
    return merged(rest, { loc: merged(isObject(loc) ? loc : {}, { lines }) });
  },
};

/** LangChain JS in Pinecone: paths with dots, lists by index except lists of texts, and no null, empty object or empty list. */
export const dottedPaths: Rewrite = {
  encode: (metadata) => Object.fromEntries(Object.entries(metadata).flatMap(([key, value]) => flat(key, value))),
  decode: (metadata) => readPaths(Object.entries(metadata)),
};

function flat(key: string, value: MetadataValue, depth = 0): [string, MetadataValue][] {
  if (value === null) return [];
  if (isMetadataArray(value)) {
    if (depth === 0 && value.every((item) => typeof item === 'string')) return value.length === 0 ? [] : [[key, value]];
    return value.flatMap((item, at) => flat(`${key}.${at}`, item, depth + 1));
  }
  if (!isMetadataObject(value)) return [[key, value]];
  return Object.entries(value).flatMap(([name, item]) => flat(`${key}.${name}`, item, depth + 1));
}

type Tree = Map<string, Tree | { readonly leaf: MetadataValue }>;

function readPaths(entries: readonly [string, MetadataValue][]): Metadata {
  const root: Tree = new Map();
  const literal: [string, MetadataValue][] = [];
  // Shorter paths first: which of two that exclude each other is taken must not depend on their order.
  const paths = entries.map(([key, value]) => ({ key, value, path: key.split('.') }));
  for (const { key, value, path } of paths.toSorted((left, right) => left.path.length - right.path.length)) {
    if (!place(root, path, value)) literal.push([key, value]);
  }
  return merged(
    Object.fromEntries([...root].map(([key, branch]) => [key, valueOf(branch)])),
    Object.fromEntries(literal),
  );
}

/** `false` where another path already ends in the middle of this one, or goes on where this one ends. */
function place(tree: Tree, [name = '', ...rest]: readonly string[], value: MetadataValue): boolean {
  const present = tree.get(name);
  if (rest.length === 0) {
    if (present !== undefined) return false;
    tree.set(name, { leaf: value });
    return true;
  }
  if (present === undefined) {
    const branch: Tree = new Map();
    tree.set(name, branch);
    return place(branch, rest, value);
  }
  return present instanceof Map && place(present, rest, value);
}

function valueOf(branch: Tree | { readonly leaf: MetadataValue }): MetadataValue {
  if (!(branch instanceof Map)) return branch.leaf;
  const list = Array.from({ length: branch.size }, (_, at) => branch.get(String(at)));
  if (list.every((item) => item !== undefined)) return list.map(valueOf);
  return Object.fromEntries([...branch].map(([key, item]) => [key, valueOf(item)]));
}

/** Dify in Pinecone: whatever is neither scalar nor a list of texts becomes JSON text. */
export const jsonTexts: Rewrite = {
  encode: (metadata) =>
    mapValues(metadata, (value) => {
      const plain = isMetadataArray(value) ? value.every((item) => typeof item === 'string') : !isObject(value);
      return plain ? value : stringifyJson(valueInOrder(value));
    }),
  decode: (metadata) => mapValues(metadata, (value) => (typeof value === 'string' ? parsed(value) : value)),
};

/** Fields of hashes are texts: LlamaIndex in Redis, whose nodes know what they were. */
export const plainTexts: Rewrite = {
  encode: (metadata) => mapValues(metadata, textOf),
  decode: (metadata) => metadata,
};

export function textOf(value: MetadataValue): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : stringifyJson(valueInOrder(value));
}

/** Fields of a document of Haystack, of which metadata may have some too. */
const DOCUMENT_FIELDS = ['id', 'content', 'blob', 'meta', 'score', 'embedding', 'sparse_embedding'];

/** Metadata of Haystack lies beside what it says of a document; what is called alike lies in a field of its own. */
export const besideDocument: Rewrite = {
  encode(metadata) {
    const inside = Object.entries(metadata).filter(([key]) => DOCUMENT_FIELDS.includes(key));
    return inside.length === 0
      ? metadata
      : merged(without(metadata, DOCUMENT_FIELDS), { meta: Object.fromEntries(inside) });
  },
  decode(metadata) {
    const inside = own(metadata, 'meta');
    return isObject(inside) ? merged(without(metadata, ['meta']), inside) : metadata;
  },
};

/** Haystack in MongoDB has a blob beside the metadata, where a field of the application's of that name has no place. */
export const withoutBlob: Rewrite = {
  encode: (metadata) => without(metadata, ['blob']),
  decode: (metadata) => metadata,
};

/** Mastra in LanceDB: every field is a column, whose name begins so. */
export const prefixed: Rewrite = {
  encode: (metadata) => Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`metadata_${key}`, value])),
  decode: (metadata) =>
    Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.replace(/^metadata_/, ''), value])),
};

function parsed(text: string): MetadataValue {
  if (!/^[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function mapValues(metadata: Metadata, change: (value: MetadataValue) => MetadataValue): Metadata {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, change(value)]));
}

function isObject(value: MetadataValue | undefined): value is Metadata {
  return value !== undefined && isMetadataObject(value);
}

function isNumber(value: MetadataValue | undefined): value is MetadataValue {
  return value !== undefined && numberKind(value) !== undefined;
}
