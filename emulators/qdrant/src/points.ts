import { stringifyJson } from '@vsm/core/adapter';
import type { Collection, Shard, StoredPoint } from './collection.ts';
import { isList, strictLimit } from './config.ts';
import { asNumber, type Test } from './filter.ts';
import { idText, parseId, type PointId } from './ids.ts';
import { asKept, isObject, type Json, type JsonObject, say } from './json.ts';
import { badRequest, forbidden, formatError, wrongInput } from './problem.ts';
import { checkVector, readVector, readVectors, storeVector, vectorText, type StoredVector } from './vectors.ts';

export interface NewPoint {
  readonly id: PointId;
  readonly vectors: Readonly<Record<string, StoredVector>>;
  readonly payload: JsonObject;
}

/** Reads the points of an upsert, in either of its two forms. */
export function readPoints(body: JsonObject): NewPoint[] {
  if (isObject(body['batch'])) return readColumns(body['batch']);
  const points = body['points'];
  if (!isList(points)) throw formatError('data did not match any variant of untagged enum PointInsertOperations');
  const raw = points.map((point, index) => {
    if (!isObject(point)) throw formatError('invalid type, expected struct PointStruct');
    const id = parseId(point['id']);
    return { id, vector: point['vector'], payload: readPayload(point['payload']), where: `points[${index}]` };
  });
  return raw.map(({ id, vector, payload, where }) => ({ id, vectors: readVectors(vector, where), payload }));
}

function readColumns(batch: JsonObject): NewPoint[] {
  const { ids, vectors, payloads } = batch;
  if (!isList(ids)) throw formatError('missing field `ids`');
  const columns: [string, readonly Json[]][] = isList(vectors)
    ? [['', vectors]]
    : Object.entries(isObject(vectors) ? vectors : {}).map(([name, list]) => [name, isList(list) ? list : []]);
  const lengths = [...columns.map(([, list]) => list.length), ...(isList(payloads) ? [payloads.length] : [])];
  for (const length of lengths) {
    if (length !== ids.length)
      throw badRequest(`Batch vectors or payloads have ${length} entries for ${ids.length} ids`);
  }
  return ids.map((id, at) => ({
    id: parseId(id),
    vectors: Object.fromEntries(
      columns.map(([name, list]) => {
        const vector = readVector(list[at]);
        if (vector === undefined)
          throw formatError('data did not match any variant of untagged enum BatchVectorStruct');
        return [name, vector];
      }),
    ),
    payload: readPayload(isList(payloads) ? payloads[at] : null),
  }));
}

function readPayload(payload: Json | undefined): JsonObject {
  if (payload === undefined || payload === null) return {};
  if (isObject(payload)) return payload;
  const what = isList(payload)
    ? 'sequence'
    : typeof payload === 'string'
      ? `string ${JSON.stringify(payload)}`
      : `${typeof payload} \`${say(payload)}\``;
  throw formatError(`invalid type: ${what}, expected a map`);
}

export type UpdateMode = 'upsert' | 'insert_only' | 'update_only';
export interface UpsertRequest {
  readonly points: readonly NewPoint[];
  readonly mode: UpdateMode;
  readonly filter: Test | undefined;
  readonly shards: readonly Shard[];
}

/** Checks that come before the operation is accepted, and so reach the client even without `wait`. */
export function checkUpsert(collection: Collection, points: readonly NewPoint[]): void {
  if (points.length === 0) throw badRequest('Empty update request');
  const limit = strictLimit(collection.config, 'upsert_max_batchsize');
  if (limit !== undefined && points.length > limit) {
    throw forbidden(
      `Limit exceeded ${points.length} > ${limit} for "upsert_max_batchsize". Help: Reduce the "upsert_max_batchsize" parameter to or below ${limit}.`,
    );
  }
  const { dense, sparse } = collection.config;
  for (const { vectors } of points) {
    for (const [name, vector] of Object.entries(vectors)) {
      if (dense.has(name) || sparse.has(name)) checkVector(vector, dense.get(name));
    }
  }
}

export function applyUpsert(collection: Collection, operation: number, request: UpsertRequest): void {
  const { dense, sparse } = collection.config;
  for (const { vectors } of request.points) {
    const unknown = Object.keys(vectors).find((name) => !dense.has(name) && !sparse.has(name));
    if (unknown !== undefined) throw wrongInput(`Not existing vector name error: ${unknown}`);
  }
  for (const shard of request.shards) {
    for (const { id, vectors, payload } of request.points) {
      const old = shard.points.get(id);
      if (request.mode === 'insert_only' && old !== undefined) continue;
      if (request.mode === 'update_only' && old === undefined) continue;
      if (old !== undefined && request.filter?.(old) === false) continue;
      const kept = asKept(payload);
      shard.set({
        id,
        version: operation,
        payload: kept,
        payloadText: stringifyJson(kept),
        vectors: Object.fromEntries(
          // Vectors come back in the order they were written in, dense ones before sparse ones.
          Object.entries(vectors).map(([name, vector]) => [name, storeVector(vector, dense.get(name))]),
        ),
      });
    }
  }
}

export interface Selection {
  readonly payload: Json;
  readonly vector: Json;
}

export function selection(body: JsonObject, payload: Json): Selection {
  return { payload: body['with_payload'] ?? payload, vector: body['with_vector'] ?? body['with_vectors'] ?? false };
}

/** The members of an answered point after its id, each with a comma before it. */
export function pointMembers(point: StoredPoint, shard: Shard, selected: Selection): string {
  const shardKey = shard.key === null ? '' : `,"shard_key":${JSON.stringify(shard.key)}`;
  return `${payloadMember(point, selected.payload)}${vectorMember(point, selected.vector)}${shardKey}`;
}

export function pointText(point: StoredPoint, shard: Shard, selected: Selection): string {
  return `{"id":${idText(point.id)}${pointMembers(point, shard, selected)}}`;
}

function payloadMember({ payload, payloadText }: StoredPoint, wanted: Json): string {
  if (wanted === false) return '';
  if (wanted === true) return `,"payload":${payloadText}`;
  const include = isList(wanted) ? wanted : isObject(wanted) ? wanted['include'] : undefined;
  const exclude = isObject(wanted) ? wanted['exclude'] : undefined;
  const kept = Object.entries(payload).filter(([key]) =>
    isList(include) ? include.includes(key) : !(isList(exclude) && exclude.includes(key)),
  );
  return `,"payload":${stringifyJson(Object.fromEntries(kept))}`;
}

function vectorMember({ vectors }: StoredPoint, wanted: Json): string {
  if (wanted === false) return '';
  const [unnamed] = Object.hasOwn(vectors, '') ? [vectors['']] : [];
  // Bare only where it is alone: beside sparse vectors it goes by its empty name.
  const alone = unnamed !== undefined && Object.keys(vectors).length === 1;
  if (alone && wanted === true) return `,"vector":${vectorText(unnamed)}`;
  const kept = Object.entries(vectors).filter(([name]) => wanted === true || (isList(wanted) && wanted.includes(name)));
  return `,"vector":{${kept.map(([name, vector]) => `${JSON.stringify(name)}:${vectorText(vector)}`).join(',')}}`;
}

/** How many points an index holds a value of. */
export function indexedPoints(shards: readonly Shard[], type: Json, get: (payload: Json) => Json[]): number {
  const fits = (value: Json): boolean => {
    if (type === 'integer') return Number.isSafeInteger(value) || typeof value === 'bigint';
    if (type === 'float') return !Number.isNaN(asNumber(value));
    if (type === 'bool') return typeof value === 'boolean';
    if (type === 'geo') return isObject(value) && 'lon' in value && 'lat' in value;
    return typeof value === 'string';
  };
  const holds = (payload: Json): boolean =>
    get(payload).some((value) => (isList(value) ? value.some(fits) : fits(value)));
  return shards.reduce(
    (sum, shard) => sum + [...shard.points.values()].filter(({ payload }) => holds(payload)).length,
    0,
  );
}
