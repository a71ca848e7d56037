import {
  checkText,
  own,
  rejection,
  RemoteError,
  VsmError,
  type CallOptions,
  type CollectionV1,
  type JsonValue,
  type Rejection,
  type UpsertOptions,
  type UpsertResult,
  type VectorRecord,
} from '@vsm/core/adapter';
import { getInfo, shardMember, type CollectionContext } from './context.ts';
import { FIRST_UUID, idText } from './ids.ts';
import { checkPage, readPage } from './mapping.ts';
import { strictLimit, type ShardKey } from './schema.ts';
import { sendBinary } from './send-binary.ts';
import { sendRecords } from './send-records.ts';

export interface Writer extends Required<
  Pick<CollectionV1, 'upsert' | 'wouldReject' | 'flush' | 'prepareBulkLoad' | 'beginBulkLoad' | 'endBulkLoad'>
> {
  /** Records that were deleted need no proof any more. */
  readonly forget: (ids: readonly string[]) => void;
}

/** `update_mode` came with 1.17; servers before that ignore it and replace. */
export function knowsInsertOnly(version: readonly [number, number] | undefined): boolean {
  const [major, minor] = version ?? [0, 0];
  return major > 1 || (major === 1 && minor >= 17);
}

const LOOKUP = 1000;
const FLUSH_TRIES = 60;

export function createWriter(context: CollectionContext): Writer {
  const { client, binary, name, path, info, names, shardKeys } = context;
  // One id of every body that was acknowledged but not seen yet. The server may still drop a body when its turn comes, without
  // telling anybody, and it does so as a whole.
  const unseen = new Set<string>();

  const present = async (ids: readonly string[], options: CallOptions | undefined): Promise<Set<string>> => {
    const found = new Set<string>();
    for (let start = 0; start < ids.length; start += LOOKUP) {
      const some = ids.slice(start, start + LOOKUP).map(idText);
      const body = `{"ids":[${some.join(',')}],"with_payload":false,"with_vector":false}`;
      const call = { method: 'POST', path: `${path}/points`, action: `look up ids in "${name}"`, body } as const;
      const limit = some.length;
      const page = await client.bulk(call, options, (text) => checkPage(readPage(text, names), { limit }));
      for (const { id } of page.records) found.add(id);
    }
    return found;
  };

  const send = async (
    records: readonly VectorRecord[],
    key: ShardKey | undefined,
    options: UpsertOptions | undefined,
  ): Promise<UpsertResult> => {
    const insertOnly = options?.mode === 'insert-only';
    const native = insertOnly && knowsInsertOnly(await client.version(options));
    const existing =
      insertOnly && !native
        ? await present(
            records.map(({ id }) => id),
            options,
          )
        : new Set<string>();
    const mostRecords = strictLimit(info, 'upsert_max_batchsize');
    const overRest = (some: readonly VectorRecord[]): Promise<UpsertResult> =>
      sendRecords(some, {
        names,
        mostRecords,
        suffix: `${native ? ',"update_mode":"insert_only"' : ''}${shardMember(key)}`,
        async send(body, lastId) {
          const action = `write into "${name}"`;
          await client.change({ method: 'PUT', path: `${path}/points?wait=false`, action, body }, options);
          unseen.add(lastId);
        },
      });
    const fresh = existing.size === 0 ? records : records.filter(({ id }) => !existing.has(id));
    const result =
      binary === undefined
        ? await overRest(fresh)
        : await sendBinary(fresh, {
            mostRecords,
            encode: (record) => binary.encode(record, names),
            async send(points, lastId) {
              const start = { collection: name, insertOnly: native, shard: key };
              const taken = await binary.upsert(start, points, options);
              if (taken) unseen.add(lastId);
              return taken;
            },
            otherwise: overRest,
          });
    return { ...result, accepted: result.accepted + existing.size };
  };

  /** Waits until everything that came before is applied, on every shard. */
  const drain = async (options: CallOptions | undefined): Promise<void> => {
    const action = `wait for the writes into "${name}"`;
    const seconds = Math.max(1, Math.floor(client.connection.http.timeoutMs / 2000));
    for (let tries = 0; tries < FLUSH_TRIES; tries += 1) {
      // Operations are applied in order, and one with a filter goes to every shard. This one changes nothing: it would take
      // away a key that nobody has, from a point that does not exist.
      const body = `{"keys":["__vsm_flush"],"filter":{"must":[{"has_id":["${FIRST_UUID}"]}]}}`;
      const call = {
        method: 'POST',
        path: `${path}/points/payload/delete?wait=true&timeout=${seconds}`,
        action,
        body,
      } as const;
      const status = await client.call(call, options, (result) =>
        checkText(result['status'], 'the status of an operation'),
      );
      // `wait_timeout`: a success of HTTP that only says that the queue is long.
      if (status === 'completed') return;
    }
    throw new RemoteError(`qdrant: cannot ${action}: they are still not applied`, {
      adapter: 'qdrant',
      retryable: true,
    });
  };

  return {
    async upsert(records, options) {
      if (names.shardKeyField === undefined) return send(records, undefined, options);
      const { groups, rejected } = byShardKey(records, names.shardKeyField, shardKeys);
      let accepted = 0;
      for (const [key, group] of groups) {
        const result = await send(group, key, options);
        accepted += result.accepted;
        rejected.push(...result.rejected);
      }
      return { accepted, rejected };
    },

    async wouldReject(records) {
      const { shardKeyField } = names;
      return shardKeyField === undefined ? [] : byShardKey(records, shardKeyField, shardKeys).rejected;
    },

    async flush(options) {
      const expected = [...unseen];
      await drain(options);
      const found = await present(expected, options);
      const missing = expected.filter((id) => unseen.has(id) && !found.has(id));
      for (const id of found) unseen.delete(id);
      if (missing.length === 0) return;
      throw new RemoteError(
        `qdrant: "${name}" acknowledged ${expected.length} writes, but ${missing.length} of them did not take effect, ` +
          `among them the one of record ${missing[0]}; its log says why. Write these records again`,
        { adapter: 'qdrant', retryable: false },
      );
    },

    async prepareBulkLoad(options) {
      const { config } = await getInfo(client, name, options);
      return { indexing_threshold: config.optimizer_config['indexing_threshold'] ?? null };
    },

    async beginBulkLoad(_token, options) {
      await setThreshold(context, 0, options);
    },

    async endBulkLoad(token, options) {
      await setThreshold(context, readToken(token, name), options);
    },

    forget(ids) {
      for (const id of ids) unseen.delete(id);
    },
  };
}

/** In kilobytes of vectors, above which a segment gets an index; 0 defers them all. */
async function setThreshold(
  { client, name, path }: CollectionContext,
  kilobytes: number,
  options: CallOptions | undefined,
): Promise<void> {
  const body = JSON.stringify({ optimizers_config: { indexing_threshold: kilobytes } });
  await client.change({ method: 'PATCH', path, action: `set the indexing threshold of "${name}"`, body }, options);
}

const DEFAULT_THRESHOLD = 10_000;

function readToken(token: JsonValue, name: string): number {
  const threshold =
    typeof token === 'object' && token !== null && 'indexing_threshold' in token ? token['indexing_threshold'] : token;
  if (threshold === null) return DEFAULT_THRESHOLD;
  if (typeof threshold === 'number') return threshold;
  throw new VsmError('INVALID_OPTIONS', `qdrant: ${JSON.stringify(token)} is not a bulk load of "${name}"`, {
    adapter: 'qdrant',
  });
}

/** Records by the shard key that their metadata names. */
function byShardKey(
  records: readonly VectorRecord[],
  field: string,
  known: readonly (ShardKey | undefined)[],
): { groups: Map<ShardKey, VectorRecord[]>; rejected: Rejection[] } {
  const groups = new Map<ShardKey, VectorRecord[]>();
  const rejected: Rejection[] = [];
  for (const record of records) {
    const key = known.find((candidate) => candidate !== undefined && candidate === own(record.metadata, field));
    if (key === undefined) {
      const detail = `the collection has custom shard keys (${known.join(', ')}), and metadata "${field}" must name one of them`;
      rejected.push(rejection(record, { reason: 'refused', detail }));
      continue;
    }
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return { groups, rejected };
}
