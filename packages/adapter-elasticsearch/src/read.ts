import {
  checkCount,
  checkObject,
  createPartCheck,
  invalidCursor,
  stringifyJson,
  VsmError,
  WrongAnswer,
  type CollectionV1,
  type MetadataValue,
  type VectorRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext, type Seen } from './context.ts';
import { pushedFilter } from './filter.ts';
import type { Hit } from './mapping.ts';
import { ADAPTER } from './options.ts';
import { hitReader, refresh, sourceOf } from './search.ts';

export interface Reader extends Required<Pick<CollectionV1, 'count' | 'partition' | 'scan' | 'fetch' | 'witness'>> {
  /** Ids with the routing of their documents, where somebody gave them one. */
  readonly routings: (ids: readonly string[], signal?: AbortSignal) => Promise<ReadonlyMap<string, string | undefined>>;
}

/** Bytes of a page, by a rough measure. */
const PAGE_BYTES = 32 * 1024 * 1024;
const COMPONENT_BYTES = 14;
const RECORD_BYTES = 4000;

export function createReader(context: CollectionContext): Reader {
  const { client, name, server } = context;

  const countAll = async (filter: MetadataValue | undefined, signal?: AbortSignal): Promise<number> => {
    const { info } = await context.seen(signal);
    await refresh(client, info, name, signal);
    const body = stringifyJson({ query: filter ?? { match_all: {} } });
    const request = {
      method: 'POST',
      path: pathOf(info, '_count'),
      action: `count the records of "${name}"`,
      body,
      signal,
    } as const;
    return client.ask(request, (value) => {
      const { count, _shards: shards } = checkObject(value, 'the answer');
      const { total, successful } = checkObject(shards ?? {}, 'the shards');
      if (total !== successful) throw new WrongAnswer('some shards did not answer', { cut: true });
      return checkCount(count, 'the count');
    });
  };
  const checkEnd = createPartCheck<AbortSignal | undefined>({
    adapter: ADAPTER,
    name,
    where: client.location,
    count: (signal) => countAll(undefined, signal),
  });

  const page = async (
    seen: Seen,
    shard: number,
    after: number,
    limit: number,
    request: Parameters<Reader['scan']>[0],
    signal?: AbortSignal,
  ): Promise<readonly Hit[]> => {
    const { info, places } = seen;
    const filter = request.filter === undefined ? undefined : pushedFilter(request.filter, seen);
    const body = stringifyJson({
      size: limit,
      track_total_hits: false,
      sort: [{ _seq_no: 'asc' }],
      _source: sourceOf(places, request.include, server) as MetadataValue,
      ...(after >= 0 && { search_after: [after] }),
      ...(filter !== undefined && { query: { bool: { filter: [filter] } } }),
    });
    // One shard alone: across shards the numbers are no order, and OpenSearch leaves records out.
    const path = pathOf(info, `_search?preference=_shards:${shard}&allow_partial_search_results=false`);
    const read = hitReader(places, request.include);
    const ask = { method: 'POST', path, action: `read "${name}"`, body, signal } as const;
    const hits = await client.askText(ask, (text) => checkOrder(read(text), after, limit));
    await checkEnd({ key: String(shard), isFirst: after < 0, records: hits.length }, signal);
    return hits;
  };

  const pageSize = ({ info, places }: Seen, limit: number): number => {
    const components = places.layout.vectors.reduce(
      (total, { column }) => total + (places.vectors.get(column)?.dimension ?? 1536),
      0,
    );
    return Math.max(
      1,
      Math.min(limit, info.window, Math.floor(PAGE_BYTES / (components * COMPONENT_BYTES + RECORD_BYTES))),
    );
  };

  /** By a search, which finds documents whatever shard their routing put them on. */
  const searchIds = async (
    ids: readonly string[],
    include: Parameters<Reader['scan']>[0]['include'],
    signal?: AbortSignal,
  ): Promise<Hit[]> => {
    const { info, places } = await context.seen(signal);
    await refresh(client, info, name, signal);
    const query = { ids: { values: [...ids] } };
    const body = { size: Math.min(info.window, 2 * ids.length), query, _source: sourceOf(places, include, server) };
    const request = {
      method: 'POST',
      path: pathOf(info, '_search?allow_partial_search_results=false'),
      action: `fetch from "${name}"`,
      body,
      signal,
    } as const;
    return client.askText(request, hitReader(places, include));
  };

  return {
    async count(request, options) {
      const seen = await context.seen(options?.signal);
      const filter = request?.filter === undefined ? undefined : pushedFilter(request.filter, seen);
      return { value: await countAll(filter, options?.signal), exact: true };
    },
    async witness(options) {
      const { info } = await context.seen(options?.signal);
      // Nested documents are counted there as well.
      if ([...info.fields.values()].some(({ type }) => type === 'nested')) return undefined;
      await refresh(client, info, name, options?.signal);
      const request = {
        method: 'GET',
        path: pathOf(info, '_stats/docs'),
        action: `ask for the statistics of "${name}"`,
        signal: options?.signal,
      } as const;
      try {
        const count = await client.ask(request, (value) => {
          const primaries = checkObject(
            checkObject(checkObject(value, 'the answer')['_all'], 'the sums')['primaries'],
            'the sums',
          );
          return checkCount(checkObject(primaries['docs'], 'the documents')['count'], 'the count of documents');
        });
        return {
          count,
          by: 'the statistics of its primary shards',
          hint: 'a shard may have been away, or not refreshed yet',
        };
      } catch (error) {
        // A key may be good for documents alone.
        if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND'))
          return undefined;
        throw error;
      }
    },
    async partition(_target, _request, options) {
      const { info } = await context.seen(options?.signal);
      return Array.from({ length: info.shards }, (_, shard) => ({ id: String(shard) }));
    },
    async scan(request, options) {
      const signal = options?.signal;
      const seen = await context.seen(signal);
      const { info } = seen;
      const only =
        request.partition === undefined
          ? undefined
          : shardOf(request.partition.id, info.shards, name, 'INVALID_OPTIONS');
      const [shard, after] =
        request.cursor === undefined ? [only ?? 0, -1] : placeOf(request.cursor, info.shards, name);
      if (after < 0) await refresh(client, info, name, signal);
      const limit = pageSize(seen, request.limit);
      const hits = await page(seen, shard, after, limit, request, signal);
      const last = hits.at(-1);
      const records: VectorRecord[] = hits.map(({ record }) => record);
      if (last !== undefined && hits.length === limit) return { records, cursor: `${shard}:${last.at}` };
      const next = shard + 1;
      return { records, cursor: only !== undefined || next >= info.shards ? null : `${next}:-1` };
    },
    async fetch(ids, options) {
      const include = ['vectors', 'metadata'] as const;
      const { info, places } = await context.seen(options?.signal);
      if (!places.keeps) return (await searchIds(ids, include, options?.signal)).map(({ record }) => record);
      const path = pathOf(info, `_mget${server.hidesVectors ? '?_source_exclude_vectors=false' : ''}`);
      const request = {
        method: 'POST',
        path,
        action: `fetch from "${name}"`,
        body: { ids },
        signal: options?.signal,
      } as const;
      return (await client.askText(request, hitReader(places, include))).map(({ record }) => record);
    },
    async routings(ids, signal) {
      return new Map((await searchIds(ids, [], signal)).map(({ record, routing }) => [record.id, routing]));
    },
  };
}

/** An order that does not rise would go on for ever. */
function checkOrder(hits: readonly Hit[], after: number, limit: number): readonly Hit[] {
  if (hits.length > limit)
    throw new WrongAnswer(`the hits must hold at most ${limit}, as asked, but hold ${hits.length}`);
  let last = after;
  for (const { at } of hits) {
    if (!Number.isSafeInteger(at) || at <= last)
      throw new WrongAnswer(`hits must come in the order of their sequence numbers, but ${at} comes behind ${last}`);
    last = at;
  }
  return hits;
}

function shardOf(text: string, shards: number, name: string, code: 'INVALID_CURSOR' | 'INVALID_OPTIONS'): number {
  const shard = Number(text);
  if (/^\d+$/.test(text) && shard < shards) return shard;
  throw new VsmError(code, `${ADAPTER}: "${text}" is no shard of "${name}", which has ${shards}`, { adapter: ADAPTER });
}

function placeOf(cursor: string, shards: number, name: string): [number, number] {
  const [, shard = '', after = ''] = /^(\d+):(-1|\d+)$/.exec(cursor) ?? [];
  if (shard !== '') return [shardOf(shard, shards, name, 'INVALID_CURSOR'), Number(after)];
  throw invalidCursor(ADAPTER, cursor, name);
}
