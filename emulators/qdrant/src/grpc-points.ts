import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CollectionClusterInfoRequestSchema,
  CollectionClusterInfoResponseSchema,
  GetPointsSchema,
  GetResponseSchema,
  PointsOperationResponseSchema,
  ReplicaState,
  RetrievedPointSchema,
  ScrollPointsSchema,
  ScrollResponseSchema,
  UpdateMode,
  UpdateStatus,
  UpsertPointsSchema,
  type GetPoints,
  type PointId as PointIdMessage,
  type RetrievedPoint,
  type ScrollPoints,
  type ShardKeySelector,
} from '@qdrant/js-client-grpc';
import type { Shard, StoredPoint } from './collection.ts';
import { compileFilter } from './filter.ts';
import { context, find, type Call, type State } from './handler.ts';
import { isUuid, parseUuid, type PointId } from './ids.ts';
import { readPayload, writePayload } from './grpc-values.ts';
import { readVectors, writeVectors } from './grpc-vectors.ts';
import type { Json } from './json.ts';
import { findPage, findPoints } from './point-handlers.ts';
import { applyUpsert, checkUpsert, type UpdateMode as Mode } from './points.ts';
import { badRequest } from './problem.ts';

/** One call: takes the bytes of its request message, and gives those of its answer. */
export type Rpc = (state: State, request: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** What the emulator answers over gRPC, read and written by the vendor's own generated messages. */
export const RPCS: Readonly<Record<string, Rpc>> = {
  '/qdrant.Points/Get': get,
  '/qdrant.Points/Scroll': scroll,
  '/qdrant.Points/Upsert': upsert,
  '/qdrant.Collections/CollectionClusterInfo': clusterInfo,
};

const CALL: Call = { name: '', item: '', query: new URLSearchParams(), body: {}, column: 0 };
const MODES: Readonly<Record<UpdateMode, Mode>> = {
  [UpdateMode.Upsert]: 'upsert',
  [UpdateMode.InsertOnly]: 'insert_only',
  [UpdateMode.UpdateOnly]: 'update_only',
};

function scroll(state: State, bytes: Uint8Array): Uint8Array {
  const request = fromBinary(ScrollPointsSchema, bytes);
  const { points, next } = findPage(state, request.collectionName, {
    limit: request.limit ?? 10,
    offset: request.offset === undefined ? undefined : readId(request.offset),
    filter: compileFilter(readFilter(request), context(state, CALL)),
    shardKey: readShardKey(request.shardKeySelector),
  });
  const wanted = readWanted(request);
  return toBinary(
    ScrollResponseSchema,
    create(ScrollResponseSchema, {
      result: points.map(({ point, shard }) => writePoint(state, point, shard, wanted)),
      ...(next !== null && { nextPageOffset: writeId(next) }),
    }),
  );
}

function get(state: State, bytes: Uint8Array): Uint8Array {
  const request = fromBinary(GetPointsSchema, bytes);
  const shardKey = readShardKey(request.shardKeySelector);
  const found = findPoints(state, request.collectionName, request.ids.map(readId), shardKey);
  const wanted = readWanted(request);
  const result = found.map(({ point, shard }) => writePoint(state, point, shard, wanted));
  return toBinary(GetResponseSchema, create(GetResponseSchema, { result }));
}

interface Wanted {
  readonly payload: boolean;
  readonly vectors: boolean;
}

function readWanted({ withPayload, withVectors }: ScrollPoints | GetPoints): Wanted {
  const isOn = (options: { readonly case?: string | undefined; readonly value?: unknown } | undefined): boolean =>
    options?.case === 'enable' && options.value === true;
  return { payload: isOn(withPayload?.selectorOptions), vectors: isOn(withVectors?.selectorOptions) };
}

function writePoint({ settings }: State, point: StoredPoint, { key }: Shard, wanted: Wanted): RetrievedPoint {
  return create(RetrievedPointSchema, {
    id: writeId(point.id),
    ...(wanted.payload && { payload: writePayload(point.payload) }),
    ...(wanted.vectors && { vectors: writeVectors(point.vectors, settings.deprecatedVectors) }),
    ...(key !== null && {
      shardKey: {
        key:
          typeof key === 'string'
            ? ({ case: 'keyword', value: key } as const)
            : ({ case: 'number', value: BigInt(Number(key)) } as const),
      },
    }),
  });
}

async function upsert(state: State, bytes: Uint8Array): Promise<Uint8Array> {
  const request = fromBinary(UpsertPointsSchema, bytes);
  const collection = find(state, request.collectionName);
  const points = request.points.map(({ id, payload, vectors }) => ({
    id: readId(id),
    payload: readPayload(payload),
    vectors: readVectors(vectors),
  }));
  const shards = collection.target(readShardKey(request.shardKeySelector));
  checkUpsert(collection, points);
  const mode = MODES[request.updateMode ?? UpdateMode.Upsert];
  const { operation, outcome } = await collection.write(
    (number) => applyUpsert(collection, number, { points, mode, filter: undefined, shards }),
    { wait: request.wait ?? false, lagMs: state.lagMs() },
  );
  return toBinary(
    PointsOperationResponseSchema,
    create(PointsOperationResponseSchema, {
      result: {
        operationId: BigInt(operation),
        status: outcome === 'completed' ? UpdateStatus.Completed : UpdateStatus.Acknowledged,
      },
    }),
  );
}

function clusterInfo(state: State, bytes: Uint8Array): Uint8Array {
  const { collectionName } = fromBinary(CollectionClusterInfoRequestSchema, bytes);
  const { shards } = find(state, collectionName);
  return toBinary(
    CollectionClusterInfoResponseSchema,
    create(CollectionClusterInfoResponseSchema, {
      peerId: state.peerId,
      shardCount: BigInt(shards.length),
      localShards: shards.map(({ points }, at) => ({
        shardId: at,
        pointsCount: BigInt(points.size),
        state: ReplicaState.Active,
      })),
    }),
  );
}

function readFilter({ filter }: ScrollPoints): Json | undefined {
  if (filter === undefined) return undefined;
  const must = filter.must.map(({ conditionOneOf: condition }): Json => {
    if (condition.case !== 'slice') throw badRequest('Malformed Condition type');
    return { slice: { total: condition.value.total, index: condition.value.index } };
  });
  return { must };
}

function readId(id: PointIdMessage | undefined): PointId {
  const options = id?.pointIdOptions;
  if (options?.case === 'num') return String(options.value);
  const uuid = options?.case === 'uuid' ? parseUuid(options.value) : undefined;
  if (uuid === undefined) throw badRequest('Unable to parse UUID');
  return uuid;
}

const writeId = (id: PointId): { pointIdOptions: PointIdMessage['pointIdOptions'] } => ({
  pointIdOptions: isUuid(id) ? { case: 'uuid', value: id } : { case: 'num', value: BigInt(id) },
});

function readShardKey(selector: ShardKeySelector | undefined): Json | undefined {
  return selector?.shardKeys.map(({ key }) => (key.case === 'number' ? Number(key.value) : (key.value ?? null)));
}
