import { method, named, ofName, plain, status, type Answer, type Method, type Named } from './method.ts';
import { CollectionSchema, KeyValue } from './schema.ts';
import { bytes, int32, int64, list, maybe, message, one, string, type Message } from './wire.ts';

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
