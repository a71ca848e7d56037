import {
  own,
  type CallOptions,
  type CollectionSchema,
  type JsonObject,
  type JsonValue,
  type LackingSetting,
} from '@vsm/core/adapter';
import { getInfo, type CollectionContext } from './context.ts';
import { createBody, indexBody, object, shardKeysOf, type CollectionInfo } from './schema.ts';

/** A setting that the schema has and the collection does not, and the part of a request that adds it. */
interface Lack extends LackingSetting {
  readonly index?: JsonObject;
  /** Of the body that updates the collection. */
  readonly update?: JsonObject;
  readonly shardKey?: JsonValue;
}

/** What a new collection has, so that whatever differs was chosen. From a collection made by Qdrant 1.18.3 with no settings. */
const DEFAULTS: JsonObject = {
  m: 16,
  ef_construct: 100,
  full_scan_threshold: 10_000,
  max_indexing_threads: 0,
  on_disk: false,
};
const CHOSEN = 'it was made with another, which stays';

/** What a collection made from the schema would have and this one lacks. */
export async function lacks(
  { client, name, shardKeys }: CollectionContext,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<LackingSetting[]> {
  const found = compare(schema, await getInfo(client, name, options), shardKeys);
  return found.map(({ setting, problem }) => ({ setting, ...(problem !== undefined && { problem }) }));
}

/** Adds what can be added: the settings first, so that vectors are not quantized or linked twice. */
export async function complete(
  { client, name, path, shardKeys }: CollectionContext,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<void> {
  const addable = compare(schema, await getInfo(client, name, options), shardKeys).filter(
    ({ problem }) => problem === undefined,
  );
  const updates = addable.flatMap(({ update }) => (update === undefined ? [] : [update]));
  if (updates.length > 0) {
    const body = JSON.stringify(updates.reduce(merge));
    await client.change({ method: 'PATCH', path, action: `complete the settings of "${name}"`, body }, options);
  }
  for (const { shardKey, index } of addable) {
    if (shardKey !== undefined) {
      const body = JSON.stringify({ shard_key: shardKey });
      await client.change(
        { method: 'PUT', path: `${path}/shards`, action: `add a shard key to "${name}"`, body },
        options,
      );
    }
    if (index !== undefined) {
      const action = `create an index on ${JSON.stringify(index['field_name'])} of collection "${name}"`;
      const body = JSON.stringify(index);
      await client.change({ method: 'PUT', path: `${path}/index?wait=true`, action, body }, options);
    }
  }
}

function compare(schema: CollectionSchema, info: CollectionInfo, shardKeys: CollectionContext['shardKeys']): Lack[] {
  const wanted = createBody(schema);
  const { config } = info;
  return [
    ...indexes(schema, info),
    ...graph(object(wanted['hnsw_config']), object(config['hnsw_config']), '', (hnsw) => ({ hnsw_config: hnsw })),
    ...whole('quantization', '', wanted['quantization_config'], config['quantization_config'], (value) => ({
      quantization_config: value,
    })),
    ...vectors(wanted, config.params),
    ...shards(wanted, config.params),
    ...shardKeysOf(schema)
      .filter((key) => !shardKeys.includes(key))
      .map((shardKey): Lack => {
        const setting = `shard key ${JSON.stringify(shardKey)}`;
        if (config.params['sharding_method'] === 'custom') return { setting, shardKey };
        return { setting, problem: 'a collection has custom shards from the beginning, or never' };
      }),
  ];
}

function indexes({ indexes: all = [] }: CollectionSchema, { payload_schema: present }: CollectionInfo): Lack[] {
  return all.flatMap((one): Lack[] => {
    const index = indexBody(one);
    if (index === undefined) return [];
    const { field_name: field, field_schema: schema } = index;
    const { type = schema, ...params } = object(schema);
    const flags = Object.entries(params).filter(([, value]) => value !== null && value !== false);
    const known = own(present, field);
    const about = flags.map(([flag, value]) => (value === true ? flag : `${flag} ${print(value)}`));
    const setting = `payload index on "${one.path}" (${[print(type), ...about].join(', ')})`;
    if (known === undefined) return [{ setting, index }];
    if (known['data_type'] !== type) return [{ setting, problem: `its index there is ${print(known['data_type'])}` }];
    const has = object(known['params']);
    const lacking = flags.filter(([flag, value]) => !same(own(has, flag), value));
    if (lacking.length === 0) return [];
    const chosen = lacking.some(([flag]) => (own(has, flag) ?? false) !== false);
    if (chosen) return [{ setting, problem: CHOSEN }];
    // Making it once more replaces it, and what it has stays.
    return [{ setting, index: { field_name: field, field_schema: { ...withoutNull(has), ...object(schema) } } }];
  });
}

/** Settings of the graph, each by itself. */
function graph(wanted: JsonObject, present: JsonObject, of: string, update: (hnsw: JsonObject) => JsonObject): Lack[] {
  return Object.entries(wanted).flatMap(([key, value]): Lack[] => {
    const has = own(present, key) ?? null;
    const usual = own(DEFAULTS, key) ?? false;
    if (value === null || same(has, value) || (has === null && same(usual, value))) return [];
    const setting = `HNSW ${key} ${print(value)}${of}`;
    if (has === null || same(has, usual)) return [{ setting, update: update({ [key]: value }) }];
    return [{ setting, problem: `it was made with ${print(has)}, which stays` }];
  });
}

function whole(
  what: string,
  of: string,
  wanted: JsonValue | undefined,
  has: JsonValue | undefined,
  update: (value: JsonValue) => JsonObject,
): Lack[] {
  if (wanted === undefined || wanted === null || wanted === false || same(wanted, has)) return [];
  const setting = `${what} ${print(wanted)}${of}`;
  return [(has ?? false) === false ? { setting, update: update(wanted) } : { setting, problem: CHOSEN }];
}

/** What vectors have of their own. */
function vectors(wanted: JsonObject, present: JsonObject): Lack[] {
  return (['vectors', 'sparse_vectors'] as const).flatMap((part) => {
    const has = byName(object(present[part]));
    return Object.entries(byName(object(wanted[part]))).flatMap(([name, params]): Lack[] => {
      const there = own(has, name);
      if (there === undefined) return [];
      const of = name === '' ? ' of the vector' : ` of vector "${name}"`;
      const update = (change: JsonObject): JsonObject => ({ [part]: { [name]: change } });
      if (part === 'sparse_vectors') {
        return whole('index settings', of, params['index'], there['index'], (index) => update({ index }));
      }
      return [
        ...graph(object(params['hnsw_config']), object(there['hnsw_config']), of, (hnsw) =>
          update({ hnsw_config: hnsw }),
        ),
        ...whole('quantization', of, params['quantization_config'], there['quantization_config'], (value) =>
          update({ quantization_config: value }),
        ),
        ...whole('on_disk', of, params['on_disk'], there['on_disk'], (value) => update({ on_disk: value })),
      ];
    });
  });
}

const FIXED: Readonly<Record<string, string>> = {
  shard_number: 'the number of shards is fixed when a collection is made',
  sharding_method: 'how it is sharded is fixed when a collection is made',
  replication_factor: 'shards that are there get replicas by hand, through the cluster API',
};

function shards(wanted: JsonObject, present: JsonObject): Lack[] {
  return Object.entries(FIXED).flatMap(([key, problem]): Lack[] => {
    const [value, has] = [own(wanted, key) ?? null, own(present, key) ?? null];
    if (value === null || same(value, has)) return [];
    return [{ setting: `${key} ${print(value)}${has === null ? '' : ` (it has ${print(has)})`}`, problem }];
  });
}

/** The parameters of vectors, `''` being the unnamed one, whose parameters stand where otherwise the names would. */
function byName(params: JsonObject): Readonly<Record<string, JsonObject>> {
  return typeof params['size'] === 'number' ? { '': params } : (params as Readonly<Record<string, JsonObject>>);
}

function merge(one: JsonObject, other: JsonObject): JsonObject {
  const merged = Object.entries(other).map(([key, value]): [string, JsonValue] => {
    const before = own(one, key);
    return [key, isObject(before) && isObject(value) ? merge(before, value) : value];
  });
  return { ...one, ...Object.fromEntries(merged) };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutNull(params: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null));
}

const print = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Whatever the order of their keys, and with null for what is absent. */
function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
    same(own(one, key), own(other, key)),
  );
}
