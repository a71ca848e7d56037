import {
  type CallOptions,
  type CollectionDescription,
  type CollectionV1,
  type NamespaceOptions,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { getInfo, shardMember, type CollectionContext } from './context.ts';
import { idText, isId, sdkId } from './ids.ts';
import { readPage } from './mapping.ts';
import { countRecords, queryRecords } from './query.ts';
import { createReader } from './reader.ts';
import { allowsUnindexedFilters, describeInfo, isCustomSharded, type ShardKey } from './schema.ts';
import { createWriter, knowsInsertOnly } from './writer.ts';

/** @throws VsmError with code `NOT_FOUND` */
export async function openQdrantCollection(
  client: Client,
  name: string,
  openOptions: CallOptions | undefined,
): Promise<CollectionV1> {
  const info = await getInfo(client, name, openOptions);
  const { documentKey, shardKeyField } = client.connection;
  const custom = isCustomSharded(info);
  const context: CollectionContext = {
    client,
    binary: await client.binary(name, openOptions),
    name,
    path: `/collections/${encodeURIComponent(name)}`,
    info,
    names: { documentKey, shardKeyField: custom ? shardKeyField : undefined },
    filters: {
      indexes: new Map(Object.entries(info.payload_schema).map(([key, index]) => [key, index?.data_type ?? ''])),
      unindexed: allowsUnindexedFilters(info),
    },
    shardKeys: custom ? await getShardKeys(client, name, openOptions) : [undefined],
  };
  const reader = createReader(context);
  const writer = createWriter(context);
  return {
    name,
    describe: (options) => describe(context, options),
    count: (request, options) => countRecords(context, request, options),
    partition: reader.partition,
    scan: reader.scan,
    upsert: writer.upsert,
    fetch: (ids, options) => fetchRecords(context, ids, options),
    async delete(ids, options) {
      await deleteRecords(context, ids, options);
      writer.forget(ids);
    },
    query: (request, options) => queryRecords(context, request, options),
    flush: writer.flush,
    prepareBulkLoad: writer.prepareBulkLoad,
    beginBulkLoad: writer.beginBulkLoad,
    endBulkLoad: writer.endBulkLoad,
  };
}

async function getShardKeys(client: Client, name: string, options: CallOptions | undefined): Promise<ShardKey[]> {
  const { shard_keys: keys } = await client.call(`list the shard keys of "${name}"`, options, (api, init) =>
    api.listShardKeys({ collection_name: name }, init),
  );
  return (keys ?? []).map(({ key }) => key);
}

async function describe(
  { client, name, shardKeys, names }: CollectionContext,
  options: CallOptions | undefined,
): Promise<CollectionDescription> {
  const info = await getInfo(client, name, options);
  const keys = shardKeys.filter((key) => key !== undefined);
  const listed = await client.allowed(`list the aliases of "${name}"`, options, (api, init) =>
    api.getCollectionAliases({ collection_name: name }, init),
  );
  const aliases = (listed?.aliases ?? []).map(({ alias_name: alias }) => alias).toSorted();
  const restrictions = {
    ...(!knowsInsertOnly(await client.version(options)) && {
      insertOnly:
        'this server is older than 1.17 and has no insert-only mode: existing ids are looked up before a write, so a record that somebody else writes in between is replaced',
    }),
    ...(names.shardKeyField !== undefined && {
      namespaces: `custom shard keys are not namespaces: each is read (${keys.join(', ')}), and the key of a record stands in its metadata as "${names.shardKeyField}"; one id under two keys gives two records with that id`,
    }),
  };
  return {
    ...describeInfo(name, info, keys),
    ...(aliases.length > 0 && { aliases }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
  };
}

async function fetchRecords(
  { client, binary, name, path, names, shardKeys }: CollectionContext,
  ids: readonly string[],
  options: NamespaceOptions | undefined,
): Promise<VectorRecord[]> {
  const possible = ids.filter(isId);
  if (possible.length === 0) return [];
  const found: VectorRecord[] = [];
  for (const key of shardKeys) {
    const quickly = await binary?.get({ collection: name, ids: possible, shard: key }, names, options);
    if (quickly !== undefined) {
      found.push(...quickly);
      continue;
    }
    const body = `{"ids":[${possible.map(idText).join(',')}],"with_payload":true,"with_vector":true${shardMember(key)}}`;
    const action = `fetch ${possible.length} records of "${name}"`;
    const request = { method: 'POST', path: `${path}/points`, body } as const;
    found.push(...(await client.bulk(action, options, request, (text) => readPage(text, names))).records);
  }
  return found;
}

async function deleteRecords(
  { client, name, shardKeys }: CollectionContext,
  ids: readonly string[],
  options: NamespaceOptions | undefined,
): Promise<void> {
  const points = ids.filter(isId).map(sdkId);
  if (points.length === 0) return;
  for (const key of shardKeys) {
    await client.call(`delete ${points.length} records of "${name}"`, options, (api, init) =>
      api.deletePoints(
        { collection_name: name, wait: true, points, ...(key !== undefined && { shard_key: key }) },
        init,
      ),
    );
  }
}
