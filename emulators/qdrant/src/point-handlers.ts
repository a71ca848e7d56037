import { isMetadataArray, stringifyJson } from '@vsm/core/adapter';
import type { Collection, Shard, StoredPoint } from './collection.ts';
import { isList, strictLimit } from './config.ts';
import { asNumber, compileFilter, path, type Test } from './filter.ts';
import { context, filterOf, find, write, type Call, type Handler, type State } from './handler.ts';
import { idText, parseId, parseUuid, type PointId } from './ids.ts';
import { isObject, say, type Json, type JsonObject } from './json.ts';
import { applyUpsert, checkUpsert, pointText, readPoints, selection, type UpdateMode } from './points.ts';
import { badRequest, forbidden, formatError, invalidBody, notFound, wrongInput } from './problem.ts';
import { runQuery, type Asked } from './query.ts';

const MODES: readonly unknown[] = ['upsert', 'insert_only', 'update_only'] satisfies UpdateMode[];

export const upsertPoints: Handler = (state, call) => {
  const points = readPoints(call.body);
  const mode = call.body['update_mode'] ?? 'upsert';
  if (!MODES.includes(mode)) throw formatError('unknown variant of `update_mode`');
  const filter = compileFilter(call.body['update_filter'], context(state, call));
  const collection = find(state, call.name);
  const shards = collection.target(call.body['shard_key']);
  checkUpsert(collection, points);
  return write(state, call, collection, (operation) => {
    applyUpsert(collection, operation, { points, mode: mode as UpdateMode, filter, shards });
  });
};

export const deletePoints: Handler = (state, call) => {
  const { body } = call;
  const ids = isList(body['points']) ? body['points'].map(parseId) : undefined;
  if (ids === undefined && !isObject(body['filter'])) {
    throw formatError('data did not match any variant of untagged enum PointsSelector');
  }
  const collection = find(state, call.name);
  const filter = filterOf(state, call, collection);
  const shards = ids === undefined ? collection.select(body['shard_key']) : collection.target(body['shard_key']);
  if (ids?.length === 0) throw badRequest('Empty update request');
  return write(state, call, collection, () => {
    for (const shard of shards) {
      const doomed = ids ?? [...shard.points.values()].filter(filter).map(({ id }) => id);
      for (const id of doomed) shard.delete(id);
    }
  });
};

/** Takes keys out of the payloads that a filter or a list of ids selects. */
export const deletePayload: Handler = (state, call) => {
  const { keys, points } = call.body;
  if (!isList(keys)) throw formatError('missing field `keys`');
  const collection = find(state, call.name);
  const ids = isList(points) ? new Set(points.map(parseId)) : undefined;
  const filter = filterOf(state, call, collection);
  return write(state, call, collection, (operation) => {
    for (const shard of collection.select(call.body['shard_key'])) {
      for (const point of shard.points.values()) {
        if (ids === undefined ? !filter(point) : !ids.has(point.id)) continue;
        const payload = Object.fromEntries(Object.entries(point.payload).filter(([key]) => !keys.includes(key)));
        shard.set({ ...point, version: operation, payload, payloadText: stringifyJson(payload) });
      }
    }
  });
};

export const fetchPoints: Handler = (state, call) => {
  const { ids } = call.body;
  if (!isList(ids)) throw formatError(`missing field \`ids\` at line 1 column ${call.column}`);
  const wanted = ids.map(parseId);
  const selected = selection(call.body, true);
  const found = findPoints(state, call.name, wanted, call.body['shard_key']);
  return `[${found.map(({ point, shard }) => pointText(point, shard, selected)).join(',')}]`;
};

/** Those of the ids that are there, over whichever protocol they were asked for. */
export function findPoints(
  state: State,
  name: string,
  ids: readonly PointId[],
  shardKey: Json | undefined,
): { readonly point: StoredPoint; readonly shard: Shard }[] {
  const shards = find(state, name).select(shardKey);
  return ids.flatMap((id) => {
    const shard = shards.find(({ points }) => points.has(id));
    const point = shard?.points.get(id);
    return shard === undefined || point === undefined ? [] : [{ point, shard }];
  });
}

export const fetchPoint: Handler = (state, { name, item }) => {
  const collection = find(state, name);
  const id = /^\d+$/.test(item) ? item : parseUuid(item);
  if (id === undefined) throw badRequest(`Can not recognize "${item}" as point id`);
  const shard = collection.shards.find(({ points }) => points.has(id));
  const point = shard?.points.get(id);
  if (shard === undefined || point === undefined) throw notFound(`Point with id ${id} does not exists!`);
  return pointText(point, shard, { payload: true, vector: true });
};

export const countPoints: Handler = (state, call) => {
  const collection = find(state, call.name);
  const filter = filterOf(state, call, collection);
  const count = (points: ReadonlyMap<string, StoredPoint>): number =>
    call.body['filter'] === undefined ? points.size : [...points.values()].filter(filter).length;
  const total = collection.select(call.body['shard_key']).reduce((sum, { points }) => sum + count(points), 0);
  return JSON.stringify({ count: total });
};

export interface Scroll {
  readonly limit: Json;
  readonly offset: PointId | undefined;
  readonly filter: Test;
  readonly shardKey: Json | undefined;
}

interface Found {
  readonly collection: Collection;
  readonly points: readonly { readonly point: StoredPoint; readonly shard: Shard }[];
  readonly next: PointId | null;
}

/** One page of a scroll, over whichever protocol it was asked for. */
export function findPage(state: State, name: string, { limit, offset, filter, shardKey }: Scroll): Found {
  if (typeof limit !== 'number' || limit < 1) {
    throw invalidBody(`scroll_request.limit: value ${say(limit)} invalid, must be 1 or larger`);
  }
  const collection = find(state, name);
  const most = strictLimit(collection.config, 'max_query_limit');
  if (most !== undefined && limit > most) {
    throw forbidden(
      `Limit exceeded ${limit} > ${most} for "limit". Help: Reduce the "limit" parameter to or below ${most}.`,
    );
  }
  const points: Found['points'][number][] = [];
  for (const found of collection.ordered(collection.select(shardKey), offset)) {
    if (!filter(found.point)) continue;
    if (points.length === limit) return { collection, points, next: found.point.id };
    points.push(found);
  }
  return { collection, points, next: null };
}

export const scrollPoints: Handler = (state, call) => {
  const { body } = call;
  const limit = body['limit'] ?? 10;
  const filter = compileFilter(body['filter'], context(state, call));
  const offset = body['offset'] === undefined || body['offset'] === null ? undefined : parseId(body['offset']);
  const ordered = body['order_by'] !== undefined && body['order_by'] !== null;
  const request = { limit, offset, filter, shardKey: body['shard_key'] };
  const { collection, points, next } = findPage(state, call.name, ordered ? { ...request, filter: none } : request);
  if (ordered) return orderedScroll(collection, call, filter, Number(limit));
  const selected = selection(body, true);
  const texts = points.map(({ point, shard }) => pointText(point, shard, selected));
  return `{"points":[${texts.join(',')}],"next_page_offset":${next === null ? 'null' : idText(next)}}`;
};

const none: Test = () => false;

/** By a payload field, which has no next page. */
function orderedScroll(collection: Collection, call: Call, filter: Test, limit: number): string {
  const order = isObject(call.body['order_by'] ?? null) ? (call.body['order_by'] as JsonObject) : {};
  const key = say(order['key'] ?? call.body['order_by']);
  const type = collection.indexes.get(key)?.['data_type'];
  if (type !== 'integer' && type !== 'float' && type !== 'datetime') {
    throw wrongInput(
      `No range index for \`order_by\` key: \`${key}\`. Please create one to use \`order_by\`. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Range conditions`,
    );
  }
  const get = path(key, call);
  const sign = order['direction'] === 'desc' ? -1 : 1;
  const number = (value: Json): number => (type === 'datetime' ? Date.parse(say(value)) : asNumber(value));
  const rows = [...collection.ordered(collection.select(call.body['shard_key']))]
    .filter(({ point }) => filter(point))
    .flatMap(({ point, shard }) =>
      get(point.payload)
        .flatMap((value) => (isMetadataArray(value) ? value : [value]))
        .filter((value) => !Number.isNaN(number(value)))
        .map((value) => ({ point, shard, value })),
    )
    .toSorted((left, right) => sign * (number(left.value) - number(right.value)));
  const selected = selection(call.body, true);
  const texts = rows
    .slice(0, limit)
    .map(
      ({ point, shard, value }) =>
        `${pointText(point, shard, selected).slice(0, -1)},"order_value":${stringifyJson(value)}}`,
    );
  return `{"points":[${texts.join(',')}],"next_page_offset":null}`;
}

export const queryPoints: Handler = (state, call) => query(state, call, call.body);

/** Several queries in one request, each answered as if it had come alone. */
export const queryBatch: Handler = (state, call) => {
  const { searches } = call.body;
  if (!isList(searches)) throw formatError(`missing field \`searches\` at line 1 column ${call.column}`);
  const answers = searches.map((search) => {
    if (!isObject(search)) throw formatError('invalid type, expected struct QueryRequest');
    return query(state, call, search);
  });
  return `[${answers.join(',')}]`;
};

function query(state: State, call: Call, body: JsonObject): string {
  const collection = find(state, call.name);
  const asked: Asked = {
    collection,
    shards: collection.select(body['shard_key']),
    compile: (filter) => compileFilter(filter, context(state, call, collection)),
  };
  return runQuery(asked, body, selection(body, false));
}
