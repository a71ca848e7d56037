import { stringifyJson } from '@vsm/core/adapter';
import { Collection, Shard } from './collection.ts';
import { checkName, createConfig, indexJson, isList, patchConfig } from './config.ts';
import { path } from './filter.ts';
import { find, write, type Handler } from './handler.ts';
import { isObject, say, type Json } from './json.ts';
import { indexedPoints } from './points.ts';
import { badRequest, formatError, Problem } from './problem.ts';

export const listCollections: Handler = ({ collections }) =>
  JSON.stringify({ collections: [...collections.keys()].toSorted().map((name) => ({ name })) });

export const createCollection: Handler = (state, { name, body, column }) => {
  checkName(name);
  const config = createConfig(body, column, state.settings.slices);
  if (state.collections.has(name) || state.aliases.has(name)) {
    throw new Problem(409, `Wrong input: Collection \`${name}\` already exists!`);
  }
  state.collections.set(name, new Collection(name, config));
  return 'true';
};

export const describeCollection: Handler = (state, call) => {
  const collection = find(state, call.name);
  const schema = [...collection.indexes].map(([key, definition]): [string, Json] => [
    key,
    { ...definition, points: indexedPoints(collection.shards, definition['data_type'] ?? '', path(key, call)) },
  ]);
  const points = collection.shards.reduce((sum, shard) => sum + shard.points.size, 0);
  return stringifyJson({
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: 0,
    points_count: points,
    segments_count: 2,
    config: collection.config.json,
    payload_schema: Object.fromEntries(schema),
    update_queue: { length: collection.pending },
  });
};

export const clusterInfo: Handler = (state, { name }) => {
  const { shards } = find(state, name);
  const local = shards.map(({ points }, at) => ({ shard_id: at, points_count: points.size, state: 'Active' }));
  return stringifyJson({
    peer_id: state.peerId,
    shard_count: shards.length,
    local_shards: local,
    remote_shards: [],
    shard_transfers: [],
  });
};

export const collectionExists: Handler = ({ collections, aliases }, { name }) =>
  JSON.stringify({ exists: collections.has(aliases.get(name) ?? name) });

export const patchCollection: Handler = (state, { name, body }) => {
  const collection = find(state, name);
  collection.config = patchConfig(collection.config, body);
  return 'true';
};

export const dropCollection: Handler = ({ collections, aliases }, { name }) => {
  for (const [alias, target] of aliases) if (target === name) aliases.delete(alias);
  return String(collections.delete(name));
};

export const changeAliases: Handler = (state, { body }) => {
  for (const action of isList(body['actions']) ? body['actions'] : []) {
    if (!isObject(action)) throw formatError('data did not match any variant of untagged enum AliasOperations');
    const { create_alias: create, delete_alias: remove } = action;
    if (isObject(create)) {
      const alias = say(create['alias_name']);
      const target = find(state, say(create['collection_name'])).name;
      if (state.collections.has(alias)) throw new Problem(409, `Wrong input: Collection \`${alias}\` already exists!`);
      state.aliases.set(alias, target);
    }
    if (isObject(remove)) state.aliases.delete(say(remove['alias_name']));
  }
  return 'true';
};

const aliasList = (aliases: readonly (readonly [string, string])[]): string =>
  JSON.stringify({
    aliases: aliases.map(([alias, name]) => ({ alias_name: alias, collection_name: name })),
  });

export const listAliases: Handler = ({ aliases }) => aliasList([...aliases]);

export const collectionAliases: Handler = (state, { name }) => {
  const target = find(state, name).name;
  return aliasList([...state.aliases].filter(([, owner]) => owner === target));
};

export const listShardKeys: Handler = (state, { name }) =>
  stringifyJson({ shard_keys: find(state, name).shards.flatMap(({ key }) => (key === null ? [] : [{ key }])) });

export const createShardKey: Handler = (state, { name, body }) => {
  if (!state.settings.distributed) throw badRequest('Distributed mode disabled');
  const collection = find(state, name);
  const key = body['shard_key'];
  if (!collection.config.customShards) throw badRequest('Shard Key can not be created with Auto sharding method');
  if (typeof key !== 'string' && typeof key !== 'number') {
    throw formatError('data did not match any variant of untagged enum ShardKey');
  }
  if (collection.shards.some((shard) => shard.key === key)) throw badRequest(`Shard key ${key} already exists`);
  collection.shards.push(new Shard(key));
  return 'true';
};

export const createIndex: Handler = (state, call) => {
  const collection = find(state, call.name);
  const { field_name: field, field_schema: schema } = call.body;
  const definition = indexJson(schema ?? null);
  if (typeof field !== 'string' || definition === undefined) {
    throw formatError(
      `data did not match any variant of untagged enum PayloadFieldSchema at line 1 column ${call.column}`,
    );
  }
  path(field, call);
  return write(state, call, collection, () => collection.indexes.set(field, definition), 2);
};

export const deleteIndex: Handler = (state, call) => {
  const collection = find(state, call.name);
  return write(state, call, collection, () => collection.indexes.delete(call.item));
};
