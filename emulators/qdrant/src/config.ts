import { isMetadataArray, own } from '@vsm/core/adapter';
import { isObject, type Json, type JsonObject } from './json.ts';
import { formatError, invalidBody, Problem } from './problem.ts';

export interface VectorParams {
  readonly size: number;
  readonly distance: 'Cosine' | 'Euclid' | 'Dot' | 'Manhattan';
  readonly datatype?: string;
  readonly multivector_config?: JsonObject;
}

export interface CollectionConfig {
  /** As `config` of the collection is answered. */
  readonly json: JsonObject;
  /** By name, `''` for the unnamed one. */
  readonly dense: ReadonlyMap<string, VectorParams>;
  readonly sparse: ReadonlyMap<string, JsonObject>;
  readonly customShards: boolean;
}

const HNSW = { m: 16, ef_construct: 100, full_scan_threshold: 10000, max_indexing_threads: 0, on_disk: false };
const OPTIMIZER = {
  deleted_threshold: 0.2,
  vacuum_min_vector_number: 1000,
  default_segment_number: 0,
  max_segment_size: null,
  memmap_threshold: null,
  indexing_threshold: 10000,
  flush_interval_sec: 5,
  max_optimization_threads: null,
  prevent_unoptimized: null,
};
const WAL = { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 };
const VECTOR_KEYS = ['hnsw_config', 'quantization_config', 'on_disk', 'memory', 'datatype', 'multivector_config'];
const DISTANCES = ['Cosine', 'Euclid', 'Dot', 'Manhattan'];
const FORBIDDEN = ['<', '>', ':', '"', '/', '\\', '|', '?', '*', '\0', '\u001F'];

export function checkName(name: string): void {
  const bad = FORBIDDEN.find((character) => name.includes(character));
  const problem =
    bad === undefined
      ? Buffer.byteLength(name) > 255 && `value ${name} invalid, must be from 1 to 255 characters`
      : `collection name cannot contain ${JSON.stringify(bad)} char`;
  if (problem) throw new Problem(422, `Validation error in path parameters: [collection_name: ${problem}]`, true);
}

/** Reads the body of a create request. `turbo4` says whether the version knows that datatype. */
export function createConfig(body: JsonObject, column: number, turbo4: boolean): CollectionConfig {
  const dense = readDense(body['vectors'] ?? {}, column, turbo4);
  const sparse = readSparse(body['sparse_vectors']);
  const params: JsonObject = { vectors: vectorsJson(dense) };
  params['shard_number'] = body['shard_number'] ?? 1;
  const method = body['sharding_method'] ?? null;
  if (method !== null) params['sharding_method'] = method;
  params['replication_factor'] = body['replication_factor'] ?? 1;
  params['write_consistency_factor'] = body['write_consistency_factor'] ?? 1;
  params['on_disk_payload'] = body['on_disk_payload'] ?? true;
  if (isObject(body['payload'])) params['payload'] = body['payload'];
  if (sparse.size > 0) params['sparse_vectors'] = Object.fromEntries(sparse);
  const json: JsonObject = {
    params,
    hnsw_config: overlay(HNSW, body['hnsw_config']),
    optimizer_config: overlay(OPTIMIZER, body['optimizers_config']),
    wal_config: overlay(WAL, body['wal_config']),
    quantization_config: body['quantization_config'] ?? null,
  };
  if (isObject(body['strict_mode_config'])) json['strict_mode_config'] = overlay({}, body['strict_mode_config']);
  if (isObject(body['metadata'])) json['metadata'] = body['metadata'];
  return { json, dense, sparse, customShards: method === 'custom' };
}

/** Applies the body of a PATCH request. Null and absent leave a setting as it is. */
export function patchConfig(config: CollectionConfig, body: JsonObject): CollectionConfig {
  const json: JsonObject = { ...config.json };
  for (const [part, key] of [
    ['hnsw_config', 'hnsw_config'],
    ['optimizers_config', 'optimizer_config'],
    ['params', 'params'],
    ['strict_mode_config', 'strict_mode_config'],
    ['metadata', 'metadata'],
  ] as const) {
    if (isObject(body[part])) json[key] = overlay(isObject(json[key]) ? json[key] : {}, body[part]);
  }
  if (isObject(body['quantization_config'])) json['quantization_config'] = body['quantization_config'];
  const dense = new Map([...config.dense].map(([name, params]) => [name, patchVector(params, body['vectors'], name)]));
  const sparse = new Map(
    [...config.sparse].map(([name, params]) => [name, patchVector(params, body['sparse_vectors'], name)]),
  );
  const params: JsonObject = { ...(json['params'] as JsonObject), vectors: vectorsJson(dense) };
  if (sparse.size > 0) params['sparse_vectors'] = Object.fromEntries(sparse);
  return { ...config, json: { ...json, params }, dense, sparse };
}

/** The parameters of one vector, of which the settings that are objects are changed member by member. */
function patchVector<Params extends object>(params: Params, changes: Json | undefined, name: string): Params {
  const change = isObject(changes) ? own(changes, name) : undefined;
  if (!isObject(change)) return params;
  const before = params as JsonObject;
  const changed = Object.entries(change).map(([key, value]): [string, Json] => {
    const present = own(before, key);
    return [key, key === 'hnsw_config' && isObject(present) ? overlay(present, value) : value];
  });
  return { ...params, ...Object.fromEntries(changed.filter(([, value]) => value !== null)) };
}

function overlay(base: JsonObject, changes: Json | undefined): JsonObject {
  if (!isObject(changes)) return { ...base };
  const set = Object.entries(changes).filter(([, value]) => value !== null);
  return { ...base, ...Object.fromEntries(set) };
}

function readDense(vectors: Json, column: number, turbo4: boolean): Map<string, VectorParams> {
  const none = formatError(`data did not match any variant of untagged enum VectorsConfig at line 1 column ${column}`);
  if (!isObject(vectors)) throw none;
  const single = readParams(vectors, turbo4);
  const named = single === undefined ? Object.entries(vectors) : [];
  const dense = new Map<string, VectorParams>(single === undefined ? [] : [['', single]]);
  // The real server answers with the names sorted.
  for (const [name, value] of named.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const params = isObject(value) ? readParams(value, turbo4) : undefined;
    if (params === undefined) throw none;
    dense.set(name, params);
  }
  for (const [name, { size }] of dense) {
    if (size > 65536) {
      throw invalidBody(`vectors.${name === '' ? '' : '?.'}size: value ${size} invalid, must be from 1 to 65536`);
    }
  }
  return dense;
}

function readParams(given: JsonObject, turbo4: boolean): VectorParams | undefined {
  const { size, distance, multivector_config: multi } = given;
  const datatype = given['datatype'] ?? 'float32';
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) return undefined;
  if (typeof distance !== 'string' || !DISTANCES.includes(distance)) return undefined;
  const datatypes = ['float32', 'float16', 'uint8', ...(turbo4 ? ['turbo4'] : [])];
  if (typeof datatype !== 'string' || !datatypes.includes(datatype)) return undefined;
  if (isObject(multi) && multi['comparator'] !== 'max_sim') return undefined;
  const kept = VECTOR_KEYS.flatMap((key) =>
    own(given, key) === undefined || own(given, key) === null ? [] : [[key, own(given, key)]],
  );
  return { size, distance: distance as VectorParams['distance'], ...(Object.fromEntries(kept) as object) };
}

function readSparse(sparse: Json | undefined): Map<string, JsonObject> {
  if (!isObject(sparse)) return new Map();
  return new Map(
    Object.entries(sparse)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, params]) => [name, isObject(params) ? overlay({}, params) : {}]),
  );
}

function vectorsJson(dense: ReadonlyMap<string, VectorParams>): JsonObject {
  const unnamed = dense.get('');
  return (unnamed ?? Object.fromEntries(dense)) as unknown as JsonObject;
}

/** A limit of the strict mode, if it is on and sets one. */
export function strictLimit(config: CollectionConfig, name: string): number | undefined {
  const strict = config.json['strict_mode_config'];
  if (!isObject(strict) || strict['enabled'] !== true) return undefined;
  const limit = own(strict, name);
  return typeof limit === 'number' ? limit : undefined;
}

/** The answer's form of an index definition. */
export function indexJson(schema: Json): JsonObject | undefined {
  if (typeof schema === 'string') return { data_type: schema };
  if (!isObject(schema) || typeof schema['type'] !== 'string') return undefined;
  const given = Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== null));
  const params =
    schema['type'] === 'integer' ? { type: 'integer', lookup: null, range: null, is_principal: null, ...given } : given;
  return { data_type: schema['type'], params };
}

export const isList = (value: Json | undefined): value is readonly Json[] =>
  value !== undefined && isMetadataArray(value);
