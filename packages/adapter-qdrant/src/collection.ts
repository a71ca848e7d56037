import {
  checkList,
  checkObject,
  checkText,
  WrongAnswer,
  type CallOptions,
  type CollectionDescription,
  type CollectionV1,
  type JsonObject,
  type NamespaceOptions,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Client } from './client.ts';
import { complete, lacks } from './complete.ts';
import { identify } from './identity.ts';
import { getInfo, shardMember, type CollectionContext } from './context.ts';
import { idText, isId } from './ids.ts';
import { checkPage, readPage } from './mapping.ts';
import { countRecords, queryRecords } from './query.ts';
import { createReader } from './read.ts';
import { allowsUnindexedFilters, collectionPath, describeInfo, isCustomSharded, type ShardKey } from './schema.ts';
import { witnessRecords } from './witness-records.ts';
import { witnessValues } from './witness-values.ts';
import { createWriter, knowsInsertOnly } from './write.ts';

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
    path: collectionPath(name),
    info,
    names: { documentKey, shardKeyField: custom ? shardKeyField : undefined },
    filters: {
      indexes: new Map(Object.entries(info.payload_schema).map(([key, index]) => [key, typeOf(index)])),
      unindexed: allowsUnindexedFilters(info),
    },
    shardKeys: custom ? await getShardKeys(client, name, openOptions) : [undefined],
  };
  const reader = createReader(context);
  const writer = createWriter(context);
  return {
    name,
    describe: (options) => describe(context, options),
    identify: (options) => identify(context, options),
    count: (request, options) => countRecords(context, request, options),
    witnessValues: (request, options) => witnessValues(context, request, options),
    witnessRecords: (request, options) => witnessRecords(context, request, options),
    partition: reader.partition,
    scan: reader.scan,
    upsert: writer.upsert,
    // Only custom shard keys are rules of its own.
    ...(custom && { wouldReject: writer.wouldReject }),
    fetch: (ids, options) => fetchRecords(context, ids, options),
    async delete(ids, options) {
      await deleteRecords(context, ids, options);
      writer.forget(ids);
    },
    query: (request, options) => queryRecords(context, request, options),
    lacks: (schema, options) => lacks(context, schema, options),
    complete: (schema, options) => complete(context, schema, options),
    flush: writer.flush,
    prepareBulkLoad: writer.prepareBulkLoad,
    beginBulkLoad: writer.beginBulkLoad,
    endBulkLoad: writer.endBulkLoad,
  };
}

const typeOf = ({ data_type: type }: JsonObject): string => (typeof type === 'string' ? type : '');

async function getShardKeys(client: Client, name: string, options: CallOptions | undefined): Promise<ShardKey[]> {
  const path = `${collectionPath(name)}/shards`;
  const request = { method: 'GET', path, action: `list the shard keys of "${name}"` } as const;
  return client.call(request, options, ({ shard_keys: keys }) =>
    checkList(keys ?? [], 'the shard keys').map((one) => {
      const { key } = checkObject(one, 'a shard key');
      if (typeof key === 'string' || typeof key === 'number') return key;
      throw new WrongAnswer('a shard key must be a text or a number');
    }),
  );
}

async function describe(
  { client, name, path, shardKeys, names }: CollectionContext,
  options: CallOptions | undefined,
): Promise<CollectionDescription> {
  const info = await getInfo(client, name, options);
  const keys = shardKeys.filter((key) => key !== undefined);
  const request = { method: 'GET', path: `${path}/aliases`, action: `list the aliases of "${name}"` } as const;
  const listed = await client.allowed(request, options, readAliases);
  const aliases = (listed ?? []).map(({ alias }) => alias).toSorted();
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
    const request = { method: 'POST', path: `${path}/points`, action, body } as const;
    const limit = possible.length;
    found.push(...(await client.bulk(request, options, (text) => checkPage(readPage(text, names), { limit }))).records);
  }
  return found;
}

async function deleteRecords(
  { client, name, path, shardKeys }: CollectionContext,
  ids: readonly string[],
  options: NamespaceOptions | undefined,
): Promise<void> {
  const points = ids.filter(isId).map(idText);
  if (points.length === 0) return;
  for (const key of shardKeys) {
    const body = `{"points":[${points.join(',')}]${shardMember(key)}}`;
    const action = `delete ${points.length} records of "${name}"`;
    await client.change({ method: 'POST', path: `${path}/points/delete?wait=true`, action, body }, options);
  }
}

interface Alias {
  readonly alias: string;
  readonly collection: string;
}

export function readAliases({ aliases }: Readonly<Record<string, unknown>>): Alias[] {
  return checkList(aliases, 'the aliases').map((one) => {
    const { alias_name: alias, collection_name: collection } = checkObject(one, 'an alias');
    return { alias: checkText(alias, 'an alias'), collection: checkText(collection, 'the collection of an alias') };
  });
}
