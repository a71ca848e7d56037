import { method, named, status, type Answer, type Method, type Named } from './method.ts';
import { FieldData, Ids, KeyValue } from './schema.ts';
import { bytes, float, int32, int64, list, maybe, message, one, string, type Message } from './wire.ts';

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
