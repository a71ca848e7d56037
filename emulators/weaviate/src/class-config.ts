import { own } from '@vsm/core/adapter';
import { objectAt, print, textAt, isObject, listAt, type Json, type JsonObject } from './json.ts';
import { Problem } from './problem.ts';

const HNSW: JsonObject = {
  skip: false,
  cleanupIntervalSeconds: 300,
  maxConnections: 32,
  efConstruction: 128,
  ef: -1,
  dynamicEfMin: 100,
  dynamicEfMax: 500,
  dynamicEfFactor: 8,
  vectorCacheMaxObjects: 1_000_000_000_000,
  flatSearchCutoff: 40_000,
  distance: 'cosine',
  pq: {
    enabled: false,
    bitCompression: false,
    segments: 0,
    centroids: 256,
    trainingLimit: 100_000,
    encoder: { type: 'kmeans', distribution: 'log-normal' },
  },
  bq: { enabled: false },
  sq: { enabled: false, trainingLimit: 100_000, rescoreLimit: 20 },
  rq: { enabled: false, bits: 8, rescoreLimit: 20 },
  filterStrategy: 'acorn',
  multivector: {
    enabled: false,
    muvera: { enabled: false, ksim: 4, dprojections: 16, repetitions: 10 },
    aggregation: 'maxSim',
  },
  skipDefaultQuantization: false,
  trackDefaultQuantization: false,
};
const CACHED: JsonObject = { enabled: false, rescoreLimit: -1, cache: false };
const FLAT: JsonObject = {
  distance: 'cosine',
  vectorCacheMaxObjects: 1_000_000_000_000,
  pq: CACHED,
  bq: CACHED,
  sq: CACHED,
  rq: { ...CACHED, bits: 8 },
  skipDefaultQuantization: false,
  trackDefaultQuantization: false,
};
const INVERTED: JsonObject = {
  bm25: { b: 0.75, k1: 1.2 },
  cleanupIntervalSeconds: 60,
  stopwords: { additions: null, preset: 'en', removals: null },
  usingBlockMaxWAND: true,
};
const SHARDING: JsonObject = {
  virtualPerPhysical: 128,
  desiredCount: 1,
  actualCount: 1,
  desiredVirtualCount: 128,
  actualVirtualCount: 128,
  key: '_id',
  strategy: 'hash',
  function: 'murmur3',
};
const NO_SHARDING: JsonObject = {
  virtualPerPhysical: 0,
  desiredCount: 0,
  actualCount: 0,
  desiredVirtualCount: 0,
  actualVirtualCount: 0,
  key: '',
  strategy: '',
  function: '',
};
const DISTANCES = ['cosine', 'dot', 'l2-squared', 'manhattan', 'hamming'];
const GRAPHQL_NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;
const SUFFIXES = ['_searchable', '_rangeable', '_temp', '__meta_count', '_propertyLength', '_nullState'];

const refuse = (message: string): Problem => new Problem(422, message, 'schema');

function merged(base: JsonObject, given: JsonObject): JsonObject {
  const entries = Object.entries(given).map(([key, value]): [string, Json] => {
    const under = own(base, key);
    return [key, isObject(value) && isObject(under) ? merged(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

/** Go works on bytes here, so that the first one of two becomes a letter of its own. */
function firstLetter(name: string, change: (letter: string) => string): string {
  const [first = 0, ...rest] = Buffer.from(name);
  if (first < 128) return change(name.slice(0, 1)) + name.slice(1);
  return change(String.fromCodePoint(first)) + Buffer.from(rest).toString();
}
const upper = (letter: string): string => letter.toUpperCase();
const lower = (letter: string): string => letter.toLowerCase();

export const classNameOf = (name: string): string => firstLetter(name, upper);

export function checkClassName(name: string): void {
  const invalid = `'${name}' is not a valid class name`;
  if (!/^[A-Z][_0-9A-Za-z]*$/.test(name)) throw refuse(invalid);
  if (name.length > 255) throw refuse(`${invalid}. Name should not be longer than 255 characters`);
}

export function propertyName(given: string, prefix = ''): string {
  const name = firstLetter(given, lower);
  if (['id', '_id', '_additional'].includes(name)) throw refuse(`${prefix}'${name}' is a reserved property name`);
  const invalid = `${prefix}'${name}' is not a valid property name`;
  if (!GRAPHQL_NAME.test(name)) {
    throw refuse(
      `${invalid}. Property names in Weaviate are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{0,230}/”`,
    );
  }
  const suffix = SUFFIXES.find((one) => name.endsWith(one));
  if (suffix !== undefined) throw refuse(`${invalid}: suffix '${suffix}' is reserved for internal indices`);
  if (name.length > 231) throw refuse(`${invalid}. Name should not be longer than 231 characters`);
  return name;
}

/** A property with what the server fills in. */
export function property(given: JsonObject, classExists: (name: string) => boolean): JsonObject {
  const [type = ''] = listAt(given, 'dataType').map(String);
  if (/^[A-Z]/.test(type) && !classExists(type)) throw refuse('bad request: reference property to nonexistent class');
  const text = type === 'text' || type === 'text[]';
  const nested = listAt(given, 'nestedProperties');
  return {
    ...given,
    name: propertyName(textAt(given, 'name')),
    indexFilterable: given['indexFilterable'] ?? true,
    indexRangeFilters: given['indexRangeFilters'] ?? false,
    indexSearchable: given['indexSearchable'] ?? text,
    ...(text && { tokenization: given['tokenization'] ?? 'word' }),
    ...(nested.length > 0 && { nestedProperties: nested.map((one) => property(one as JsonObject, classExists)) }),
  };
}

export function indexConfig(given: JsonObject, type: string, where: string): JsonObject {
  if (type === 'dynamic') {
    throw refuse(`${where}the dynamic index can only be created when async indexing is enabled`);
  }
  const config = merged(type === 'flat' ? FLAT : HNSW, given);
  if (DISTANCES.includes(textAt(config, 'distance'))) return config;
  const known = '"cosine", "dot", "l2-squared", "manhattan","hamming"';
  throw refuse(
    `updating db: TYPE_ADD_CLASS: apply add class: create index: init shard AAAAAAAAAAAA of index: init shard vectors: init vector index: unrecognized distance metric "${textAt(config, 'distance')}",choose one of [${known}]`,
  );
}

export function namedVectors(given: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(given).map(([name, config]) => {
      if (!GRAPHQL_NAME.test(name)) {
        throw refuse(
          `class.VectorConfig target vector name "${name}" is not valid, in Weaviate target vector names are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{0,229}/”.`,
        );
      }
      const type = textAt(config as JsonObject, 'vectorIndexType') || 'hnsw';
      const index = indexConfig(objectAt(config as JsonObject, 'vectorIndexConfig'), type, `target vector "${name}": `);
      return [
        name,
        { vectorIndexConfig: index, vectorIndexType: type, vectorizer: objectAt(config as JsonObject, 'vectorizer') },
      ];
    }),
  );
}

/** A class as it stands in the schema. */
export function classConfig(given: JsonObject, classExists: (name: string) => boolean): JsonObject {
  const named = objectAt(given, 'vectorConfig');
  const hasNames = Object.keys(named).length > 0;
  if (hasNames && ('vectorIndexType' in given || 'vectorIndexConfig' in given)) {
    throw refuse('creating a class with both a class level vector index and named vectors is forbidden');
  }
  const vectorizer = textAt(given, 'vectorizer') || 'none';
  if (!/^(none|text2vec-openai)$/.test(vectorizer)) {
    throw refuse(`vectorizer: no module with name "${vectorizer}" present`);
  }
  if (objectAt(given, 'objectTtlConfig')['enabled'] === true) {
    throw refuse(
      'ObjectTTLConfig: enabling objectTTL requires a running background scheduler. Set OBJECTS_TTL_DELETE_SCHEDULE to activate it',
    );
  }
  const factor = objectAt(given, 'replicationConfig')['factor'] ?? 1;
  if (factor !== 1) {
    throw refuse(
      `init sharding state: could not find enough weaviate nodes for replication: 1 available, ${print(factor)} requested`,
    );
  }
  const tenancy = {
    autoTenantActivation: false,
    autoTenantCreation: false,
    enabled: false,
    ...objectAt(given, 'multiTenancyConfig'),
  };
  const count = Number(objectAt(given, 'shardingConfig')['desiredCount'] ?? 1);
  const virtual = { desiredVirtualCount: count * 128, actualVirtualCount: count * 128 };
  const properties = listAt(given, 'properties').map((one) => property(one as JsonObject, classExists));
  const type = textAt(given, 'vectorIndexType') || 'hnsw';
  return {
    class: classNameOf(textAt(given, 'class')),
    ...(textAt(given, 'description') !== '' && { description: textAt(given, 'description') }),
    ...('moduleConfig' in given && { moduleConfig: objectAt(given, 'moduleConfig') }),
    invertedIndexConfig: merged(INVERTED, objectAt(given, 'invertedIndexConfig')),
    multiTenancyConfig: tenancy,
    properties: properties.length === 0 ? null : properties,
    shardingConfig: tenancy.enabled
      ? NO_SHARDING
      : { ...SHARDING, desiredCount: count, actualCount: count, ...virtual },
    ...(hasNames
      ? { vectorConfig: namedVectors(named) }
      : {
          vectorIndexConfig: indexConfig(objectAt(given, 'vectorIndexConfig'), type, ''),
          vectorIndexType: type,
          vectorizer,
        }),
    replicationConfig: { deletionStrategy: 'TimeBasedResolution', factor: 1, asyncEnabled: false },
  };
}
