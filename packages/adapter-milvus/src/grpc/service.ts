import { CollectionSchema, FieldData, Ids, KeyValue } from './schema.ts';
import { bool, bytes, float, int32, int64, list, maybe, message, one, string, type Message } from './wire.ts';

// Field numbers as in https://github.com/milvus-io/milvus-proto/blob/master/proto/milvus.proto and common.proto.

export interface Status {
  /** The code of before 2.3. */
  readonly errorCode: number;
  readonly reason: string;
  readonly code: number;
  readonly retriable: boolean;
}
const Status: Message<Status> = message<Status>({
  errorCode: one(1, int32, 0),
  reason: one(2, string, ''),
  code: one(3, int32, 0),
  retriable: one(4, bool, false),
});

/** What every request of a collection has. */
interface Named {
  readonly db: string;
  readonly collection: string;
}
const named = { db: one(2, string, ''), collection: one(3, string, '') } as const;
const status = maybe(1, () => Status);

export interface Answer {
  readonly status: Status | undefined;
}
export interface Method<Request, Response extends Answer> {
  readonly path: string;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

function method<Request, Response extends Answer>(
  name: string,
  request: Message<Request>,
  response: Message<Response>,
): Method<Request, Response> {
  return { path: `/milvus.proto.milvus.MilvusService/${name}`, request, response };
}

/** The answer is a status alone. */
const plain: Message<Answer> = {
  ...message<Answer>({ status }),
  decode: (given) => ({ status: Status.decode(given) }),
};
const ofName: Message<Named> = message<Named>(named);

interface Version extends Answer {
  readonly version: string;
}
export const getVersion: Method<object, Version> = method(
  'GetVersion',
  message<object>({}),
  message<Version>({ status, version: one(2, string, '') }),
);

interface Names extends Answer {
  readonly names: string[];
}
export const showCollections: Method<{ db: string }, Names> = method(
  'ShowCollections',
  message<{ db: string }>({ db: named.db }),
  message<Names>({ status, names: list(2, () => string) }),
);
export const showPartitions: Method<Named, Names> = method(
  'ShowPartitions',
  ofName,
  message<Names>({ status, names: list(2, () => string) }),
);

export interface Described extends Answer {
  readonly schema: CollectionSchema | undefined;
  readonly collectionId: bigint;
  readonly createdTimestamp: bigint;
  readonly shards: number;
  readonly aliases: string[];
  readonly consistency: number;
  readonly name: string;
  readonly properties: KeyValue[];
  readonly partitions: bigint;
}
export const describeCollection: Method<Named, Described> = method(
  'DescribeCollection',
  ofName,
  message<Described>({
    status,
    schema: maybe(2, () => CollectionSchema),
    collectionId: one(3, int64, 0n),
    createdTimestamp: one(6, int64, 0n),
    shards: one(8, int32, 0),
    aliases: list(9, () => string),
    consistency: one(11, int32, 0),
    name: one(12, string, ''),
    properties: list(13, () => KeyValue.type),
    partitions: one(15, int64, 0n),
  }),
);

interface Creation extends Named {
  readonly schema: Uint8Array;
  readonly shards: number;
  readonly consistency: number;
  readonly properties: KeyValue[];
  readonly partitions: bigint;
}
export const createCollection: Method<Creation, Answer> = method(
  'CreateCollection',
  message<Creation>({
    ...named,
    schema: one(4, bytes, new Uint8Array(0)),
    shards: one(5, int32, 0),
    consistency: one(6, int32, 0),
    properties: list(7, () => KeyValue.type),
    partitions: one(8, int64, 0n),
  }),
  plain,
);
export const dropCollection: Method<Named, Answer> = method('DropCollection', ofName, plain);
export const loadCollection: Method<Named, Answer> = method('LoadCollection', ofName, plain);
export const releaseCollection: Method<Named, Answer> = method('ReleaseCollection', ofName, plain);

interface LoadState extends Answer {
  readonly state: number;
}
export const getLoadState: Method<Named, LoadState> = method(
  'GetLoadState',
  message<Named>({ collection: one(2, string, ''), db: one(4, string, '') }),
  message<LoadState>({ status, state: one(2, int32, 0) }),
);
/** `LoadState` of common.proto. */
export const NOT_LOADED = 1;
export const LOADING = 2;

interface OfField extends Named {
  readonly field: string;
  readonly params: KeyValue[];
  readonly index: string;
}
export const createIndex: Method<OfField, Answer> = method(
  'CreateIndex',
  message<OfField>({
    ...named,
    field: one(4, string, ''),
    params: list(5, () => KeyValue.type),
    index: one(6, string, ''),
  }),
  plain,
);
interface Index {
  readonly name: string;
  readonly params: KeyValue[];
  readonly field: string;
  readonly pending: bigint;
}
const Index: Message<Index> = message<Index>({
  name: one(1, string, ''),
  params: list(3, () => KeyValue.type),
  field: one(4, string, ''),
  pending: one(9, int64, 0n),
});
interface Indexes extends Answer {
  readonly indexes: Index[];
}
export const describeIndex: Method<Named, Indexes> = method(
  'DescribeIndex',
  ofName,
  message<Indexes>({ status, indexes: list(2, () => Index.type) }),
);

interface Rows extends Named {
  readonly partition: string;
  readonly fields: FieldData[];
  readonly rows: number;
}
interface Written extends Answer {
  readonly ids: Ids | undefined;
}
const ofRows: Message<Rows> = message<Rows>({
  ...named,
  partition: one(4, string, ''),
  fields: list(5, () => FieldData.type),
  rows: one(7, int32, 0),
});
const written: Message<Written> = message<Written>({ status, ids: maybe(2, () => Ids) });
export const insert: Method<Rows, Written> = method('Insert', ofRows, written);
export const upsert: Method<Rows, Written> = method('Upsert', ofRows, written);

interface Deletion extends Named {
  readonly partition: string;
  readonly filter: string;
}
export const remove: Method<Deletion, Answer> = method(
  'Delete',
  message<Deletion>({ ...named, partition: one(4, string, ''), filter: one(5, string, '') }),
  message<Answer>({ status }),
);

/** Without a level of consistency, which is Strong: the only one that shows what was just written. */
interface Query extends Named {
  readonly filter: string;
  readonly fields: string[];
  readonly partitions: string[];
  readonly params: KeyValue[];
}
interface Found extends Answer {
  readonly fields: FieldData[];
}
export const query: Method<Query, Found> = method(
  'Query',
  message<Query>({
    ...named,
    filter: one(4, string, ''),
    fields: list(5, () => string),
    partitions: list(6, () => string),
    params: list(9, () => KeyValue.type),
  }),
  message<Found>({ status, fields: list(2, () => FieldData.type) }),
);

interface Search extends Named {
  readonly partitions: string[];
  readonly filter: string;
  readonly vectors: Uint8Array;
  readonly dialect: number;
  readonly fields: string[];
  readonly params: KeyValue[];
  readonly count: bigint;
}
interface Hits {
  readonly scores: number[];
  readonly ids: Ids | undefined;
}
const Hits: Message<Hits> = message<Hits>({ scores: list(4, () => float), ids: maybe(5, () => Ids) });
interface SearchResults extends Answer {
  readonly hits: Hits | undefined;
}
export const search: Method<Search, SearchResults> = method(
  'Search',
  message<Search>({
    ...named,
    partitions: list(4, () => string),
    filter: one(5, string, ''),
    vectors: one(6, bytes, new Uint8Array(0)),
    dialect: one(7, int32, 0),
    fields: list(8, () => string),
    params: list(9, () => KeyValue.type),
    count: one(12, int64, 0n),
  }),
  message<SearchResults>({ status, hits: maybe(2, () => Hits) }),
);

/** The vectors that are searched for. */
export function placeholders(type: number, vector: Uint8Array): Uint8Array {
  const Value = message<{ tag: string; type: number; values: Uint8Array[] }>({
    tag: one(1, string, ''),
    type: one(2, int32, 0),
    values: list(3, () => bytes),
  });
  const Group = message<{ placeholders: { tag: string; type: number; values: Uint8Array[] }[] }>({
    placeholders: list(1, () => Value.type),
  });
  return Group.encode({ placeholders: [{ tag: '$0', type, values: [vector] }] });
}
