import {
  checkObject,
  VsmError,
  type CollectionSchema,
  type Datatype,
  type JsonObject,
  type JsonValue,
  type MetadataIndex,
  type Metric,
  type VectorSchema,
  own,
} from '@vsm/core/adapter';
import { payloadKeys } from './filter.ts';

/** A collection as the server describes it, as far as it is looked at here. */
export interface CollectionInfo {
  readonly config: JsonObject & { readonly params: JsonObject; readonly optimizer_config: JsonObject };
  readonly payload_schema: Readonly<Record<string, JsonObject>>;
}

export type ShardKey = string | number;

export const collectionPath = (name: string): string => `/collections/${encodeURIComponent(name)}`;

/** @throws WrongAnswer */
export function readInfo(result: Readonly<Record<string, unknown>>): CollectionInfo {
  const config = checkObject(result['config'], 'the config of the collection') as JsonObject;
  const payloadSchema = checkObject(result['payload_schema'] ?? {}, 'the payload schema');
  for (const [key, index] of Object.entries(payloadSchema)) checkObject(index, `the index on ${key}`);
  return {
    config: {
      ...config,
      params: checkObject(config['params'], 'the parameters of the collection') as JsonObject,
      optimizer_config: checkObject(config['optimizer_config'] ?? {}, 'the settings of its optimizer') as JsonObject,
    },
    payload_schema: payloadSchema as CollectionInfo['payload_schema'],
  };
}

const METRICS: Readonly<Record<string, Metric>> = {
  Cosine: 'cosine',
  Euclid: 'euclidean',
  Dot: 'dot',
  Manhattan: 'manhattan',
};
const DISTANCES = Object.fromEntries(Object.entries(METRICS).map(([distance, metric]) => [metric, distance]));
const DATATYPES: readonly string[] = ['float32', 'float16', 'uint8'] satisfies Datatype[];

/** Everything that is needed to create the collection again: what the contract names, and the whole config beside it. */
export function describeInfo(name: string, info: CollectionInfo, shardKeys: readonly ShardKey[]): CollectionSchema {
  const { config, payload_schema: payloadSchema } = info;
  const sparse = object(config.params['sparse_vectors']);
  const vectors: [string, VectorSchema][] = Object.entries(denseParams(config.params['vectors'])).map(
    ([vector, params]) => [vector, describeVector(params)],
  );
  for (const [vector, params] of Object.entries(sparse)) {
    vectors.push([
      vector,
      { kind: 'sparse', ...(object(params)['modifier'] === 'idf' && { modifier: 'idf' as const }) },
    ]);
  }
  const indexes = Object.entries(payloadSchema)
    .map(([key, index]) => describeIndex(key, index))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const native = { ...config, ...(shardKeys.length > 0 && { shard_keys: shardKeys }) };
  return {
    name,
    vectors: Object.fromEntries(vectors),
    ...(indexes.length > 0 && { indexes }),
    native: { qdrant: native },
  };
}

type VectorParams = { readonly size: number; readonly distance: string } & JsonObject;

/** By name, `''` for the unnamed one, whose parameters stand where otherwise the names would. */
function denseParams(vectors: unknown): Record<string, VectorParams> {
  const params = (vectors ?? {}) as Record<string, unknown>;
  if (typeof params['size'] === 'number') return { '': params as VectorParams };
  return params as Record<string, VectorParams>;
}

function describeVector({ size, distance, datatype, multivector_config: multi }: VectorParams): VectorSchema {
  return {
    kind: multi === undefined || multi === null ? 'dense' : 'multi',
    dimension: size,
    metric: own(METRICS, distance),
    ...(typeof datatype === 'string' && DATATYPES.includes(datatype) && { datatype: datatype as Datatype }),
  };
}

function describeIndex(key: string, index: JsonObject): MetadataIndex {
  const type = index['data_type'] as string;
  return {
    path: key.replaceAll('"', ''),
    type: (type === 'bool' ? 'boolean' : type) as MetadataIndex['type'],
    native: { field_name: key, field_schema: index['params'] ?? type },
  };
}

/** The body that creates the collection. What the same kind of store said about itself comes first, the contract decides. */
export function createBody(schema: CollectionSchema): JsonObject {
  const native = schema.native?.['qdrant'] ?? {};
  const params = object(native['params']);
  const nativeDense = denseParams(params['vectors']);
  const nativeSparse = object(params['sparse_vectors']);
  const dense: [string, JsonObject][] = [];
  const sparse: [string, JsonObject][] = [];
  for (const [name, vector] of Object.entries(schema.vectors)) {
    if (vector.kind === 'sparse') {
      const modifier = vector.modifier === undefined ? {} : { modifier: vector.modifier };
      sparse.push([name, { ...object(own(nativeSparse, name)), ...modifier }]);
    } else dense.push([name, vectorBody(name, vector, own(nativeDense, name) ?? {})]);
  }
  const [first] = dense;
  const unnamed = dense.length === 1 && first?.[0] === '' ? first[1] : undefined;
  const {
    vectors: _vectors,
    sparse_vectors: _sparse,
    read_fan_out_factor: _factor,
    read_fan_out_delay_ms: _delay,
    ...settings
  } = params;
  const { hnsw_config, wal_config, optimizer_config, quantization_config, strict_mode_config, metadata } = native;
  return withoutNulls({
    ...settings,
    vectors: unnamed ?? Object.fromEntries(dense),
    ...(sparse.length > 0 && { sparse_vectors: Object.fromEntries(sparse) }),
    hnsw_config: hnsw_config ?? null,
    wal_config: wal_config ?? null,
    optimizers_config: optimizer_config ?? null,
    quantization_config: quantization_config ?? null,
    strict_mode_config: strict_mode_config ?? null,
    metadata: metadata ?? null,
  });
}

function vectorBody(name: string, vector: Exclude<VectorSchema, { kind: 'sparse' }>, native: JsonObject): JsonObject {
  const { dimension, metric, datatype } = vector;
  const label = name === '' ? 'the vector' : `vector "${name}"`;
  if (dimension === undefined) throw incomplete(`the dimension of ${label}`);
  if (metric === undefined) throw incomplete(`how ${label} is compared: cosine, euclidean, dot or manhattan`);
  // A datatype that only Qdrant knows, such as turbo4, stays where the contract has none.
  const { datatype: nativeType = null, multivector_config: nativeMulti = null, ...rest } = native;
  return {
    ...rest,
    size: dimension,
    distance: DISTANCES[metric] ?? metric,
    datatype: datatype ?? (DATATYPES.includes(nativeType as string) ? null : nativeType),
    multivector_config: vector.kind === 'multi' ? (nativeMulti ?? { comparator: 'max_sim' }) : null,
  };
}

function incomplete(what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `qdrant: a collection cannot be created without knowing ${what}`, {
    adapter: 'qdrant',
  });
}

/** Settings that a collection takes only once it exists. */
export function updateBody(schema: CollectionSchema): JsonObject | undefined {
  const { read_fan_out_factor: factor, read_fan_out_delay_ms: delay } = object(schema.native?.['qdrant']?.['params']);
  if ((factor ?? null) === null && (delay ?? null) === null) return undefined;
  return { params: withoutNulls({ read_fan_out_factor: factor ?? null, read_fan_out_delay_ms: delay ?? null }) };
}

export function indexBody(index: MetadataIndex): { field_name: string; field_schema: JsonValue } | undefined {
  const native = object(index.native);
  const { field_name: field, field_schema: schema } = native;
  if (typeof field === 'string' && schema !== undefined) return { field_name: field, field_schema: schema };
  const [key] = payloadKeys(index.path) ?? [];
  return key === undefined
    ? undefined
    : { field_name: key, field_schema: index.type === 'boolean' ? 'bool' : index.type };
}

export function shardKeysOf(schema: CollectionSchema): readonly ShardKey[] {
  const keys = schema.native?.['qdrant']?.['shard_keys'];
  return Array.isArray(keys) ? (keys as ShardKey[]) : [];
}

/** A limit of the strict mode, where it is on and sets one. */
export function strictLimit({ config }: CollectionInfo, name: 'max_query_limit' | 'upsert_max_batchsize'): number {
  const strict = object(config['strict_mode_config']);
  const limit = strict['enabled'] === true ? strict[name] : undefined;
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}

export function allowsUnindexedFilters({ config }: CollectionInfo): boolean {
  const strict = object(config['strict_mode_config']);
  return strict['enabled'] !== true || strict['unindexed_filtering_retrieve'] !== false;
}

export const isCustomSharded = ({ config }: CollectionInfo): boolean => config.params['sharding_method'] === 'custom';

export const object = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** A null setting means the server's default, and older servers do not know every name. */
function withoutNulls(settings: JsonObject): JsonObject {
  const kept = Object.entries(settings).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      // The free JSON of a collection is data: a null in it says something.
      typeof value === 'object' && !Array.isArray(value) && key !== 'metadata'
        ? withoutNulls(value as JsonObject)
        : value,
    ]),
  );
}
