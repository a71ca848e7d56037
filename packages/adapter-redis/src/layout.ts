import {
  collectionNotFound,
  FieldSampler,
  fieldOptionsOf,
  isJsonObject,
  parseJson,
  understandFields,
  type ByteDatatype,
  type FieldReading,
  type Metric,
  type VectorSchema,
} from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { redisError } from './errors.ts';
import { factsOf, sampledValue } from './foreign-fields.ts';
import { readIndex, type IndexAttribute, type IndexInfo } from './index-info.ts';
import { idOfKey, KeyPages, nameOfPrefix, toKey, type Key, type KeySpace } from './keys.ts';
import { OWN, readManifest, type Manifest } from './manifest.ts';
import type { Settings } from './options.ts';
import { readRaw } from './raw.ts';

/** How VSM understands a collection: which keys are its records, and what their fields are. */
export interface Layout extends KeySpace {
  readonly name: string;
  readonly type: 'hash' | 'json';
  readonly vectors: readonly LayoutVector[];
  readonly document: string | undefined;
  readonly uri: string | undefined;
  /** The field whose entries are the metadata; all other fields lie beside them. */
  readonly container: string | undefined;
  readonly ignored: ReadonlySet<string>;
  /** Fields whose text the index reads as numbers. */
  readonly numeric: ReadonlySet<string>;
  readonly index: IndexInfo | undefined;
  /** Of collections that VSM made. */
  readonly manifest: Manifest | undefined;
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided?: readonly string[] | undefined;
  readonly notes: readonly string[];
}

export interface LayoutVector {
  readonly name: string;
  readonly field: string;
  /** `undefined` where nothing says it: float32 in bytes, or numbers in text. */
  readonly datatype: ByteDatatype | undefined;
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  /** By what name searches find it, where an index covers it. */
  readonly alias: string | undefined;
}

/** Keys by which the fields of others are told. */
const SAMPLED = 200;

export async function openLayout(connection: Connection, name: string, settings: Settings): Promise<Layout> {
  const { prefix } = settings;
  if (prefix !== undefined) {
    const index = name === nameOfPrefix(prefix) ? undefined : await readIndex(connection, name);
    if (index?.prefixes.some((one) => prefix.startsWith(one)) === true) {
      return foreignLayout(connection, settings, { name, prefixes: [prefix], index });
    }
    if (name !== nameOfPrefix(prefix))
      throw collectionNotFound('redis', name, `${connection.location}?prefix=${prefix}`);
    return foreignLayout(connection, settings, { name, prefixes: [prefix], index: undefined });
  }
  const [manifest, index] = await Promise.all([readManifest(connection, name), readIndex(connection, name)]);
  if (manifest !== undefined) return ownLayout(name, manifest, index);
  if (index === undefined) {
    // Refused by name, where it is one.
    await typeOf(connection, [toKey(Buffer.from(name))]);
    throw collectionNotFound('redis', name, connection.location);
  }
  return foreignLayout(connection, settings, { name, prefixes: index.prefixes, index });
}

function ownLayout(name: string, manifest: Manifest, index: IndexInfo | undefined): Layout {
  const { schema, prefix, fields, given } = manifest;
  const vectors = Object.entries(fields).map(([vector, field]): LayoutVector => {
    const { dimension, metric, datatype } = schema.vectors[vector] as Extract<VectorSchema, { kind: 'dense' }>; // own key: both are of the same names
    const alias = index?.attributes.find((attribute) => attribute.field === field)?.alias;
    return { name: vector, field, datatype: (datatype ?? 'float32') as ByteDatatype, dimension, metric, alias };
  });
  const ignored = new Set(given?.name === undefined ? [] : [given.name]);
  // Where there are texts alone, a number is one as well.
  const numbers = given?.metadata === undefined ? [] : given.filters.filter(({ type }) => type === 'number');
  const numeric = new Set(numbers.map(({ field }) => field));
  const {
    document,
    uri,
    metadata: container,
  } = given === undefined ? OWN : { uri: undefined, metadata: undefined, ...given };
  const common = { vectors, document, uri, container, index, manifest, ignored, numeric, notes: [] };
  return { name, type: 'hash', prefixes: [prefix], ...common };
}

interface Found {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly index: IndexInfo | undefined;
}

async function foreignLayout(connection: Connection, settings: Settings, found: Found): Promise<Layout> {
  const { name, prefixes, index } = found;
  const keys = await firstKeys(connection, { prefixes });
  if (index === undefined && keys.length === 0) {
    throw collectionNotFound('redis', name, `${connection.location}: no key begins with "${prefixes[0]}"`);
  }
  const type = index?.type ?? (await typeOf(connection, keys));
  const sampler = new FieldSampler();
  for (const raw of await readRaw(connection, type, keys)) {
    if (raw.kind === 'hash')
      sampler.row(raw.fields.map(([field, bytes]) => [field, sampledValue(field, bytes, settings)]));
    if (raw.kind === 'json' && isJsonObject(raw.text)) sampler.row(Object.entries(parseJson(raw.text) as object));
  }
  const attributes = index?.attributes ?? [];
  const facts = factsOf(sampler, attributes, settings, keys.length);
  const { layout, reading, undecided } = understandFields(facts, fieldOptionsOf(settings));
  const vectors = layout.vectors.map(({ name: vector, column, dimension }): LayoutVector => {
    const attribute = attributes.find(({ field }) => field === column);
    const { datatype, metric } = attribute?.vector ?? {};
    const own = attribute?.vector === undefined ? undefined : attribute.alias;
    return {
      name: vector,
      field: column,
      datatype,
      metric,
      dimension: attribute?.vector?.dimension ?? dimension,
      alias: own,
    };
  });
  return {
    name,
    type,
    prefixes,
    vectors,
    document: layout.document,
    uri: layout.uri,
    container: layout.metadata,
    ignored: new Set(layout.ignored),
    numeric: new Set(attributes.filter((attribute) => attribute.type === 'NUMERIC').map(({ field }) => field)),
    index,
    manifest: undefined,
    reading,
    undecided,
    notes: notesOf(found, attributes, keys),
  };
}

function notesOf({ prefixes, index }: Found, attributes: readonly IndexAttribute[], keys: readonly Key[]): string[] {
  const [id, ...others] = keys.map((key) => idOfKey(key, { prefixes }) ?? '');
  const first = prefixes.length === 1 && prefixes[0] !== '' ? /^[:/|]/.exec(id ?? '')?.[0] : undefined;
  const separator = first !== undefined && others.every((other) => other.startsWith(first)) ? first : undefined;
  const deep = attributes.filter(
    ({ field, vector }) => vector !== undefined && index?.type === 'json' && field.startsWith('$'),
  );
  return [
    ...deep.map(
      ({ field }) =>
        `the vectors at ${field} lie deeper than the top of their documents, and stay in the metadata as lists`,
    ),
    ...(prefixes.length > 1 || prefixes[0] === ''
      ? ['the index has no single prefix, so that the id of a record is its whole key']
      : []),
    ...(separator === undefined
      ? []
      : [
          `the prefix of the index is "${prefixes[0]}", so that ids begin with "${separator}": ?prefix=${prefixes[0]}${separator} reads them without it`,
        ]),
    ...(index !== undefined && index.failures > 0
      ? [`the index could not take ${index.failures} keys; they are read like all others under its prefix`]
      : []),
  ];
}

async function firstKeys(connection: Connection, space: KeySpace): Promise<readonly Key[]> {
  const pages = new KeyPages(connection, space);
  const keys: Key[] = [];
  let cursor: string | undefined;
  do {
    const page = await pages.page(cursor, SAMPLED, async (found) => found);
    keys.push(...page.result);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && keys.length === 0);
  return keys;
}

async function typeOf(connection: Connection, keys: readonly Key[]): Promise<Layout['type']> {
  const [key = ''] = keys;
  const type = String(await connection.ask('look at a key', ['TYPE', Buffer.from(key, 'latin1')]));
  if (type === 'vectorset') {
    throw redisError(
      'UNSUPPORTED',
      `"${key}" is a vector set, which keeps its vectors scaled to length 1 and rounded, and lists its elements in no order: it cannot be read whole.`,
    );
  }
  return type === 'ReJSON-RL' ? 'json' : 'hash';
}
