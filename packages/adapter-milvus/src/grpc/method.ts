import { bool, int32, maybe, message, one, string, type Field, type Message } from './wire.ts';

// Field numbers as in https://github.com/milvus-io/milvus-proto/blob/master/proto/milvus.proto and common.proto, here and in the
// files of the methods.

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
export interface Named {
  readonly db: string;
  readonly collection: string;
}
export const named: { readonly db: Field<string>; readonly collection: Field<string> } = {
  db: one(2, string, ''),
  collection: one(3, string, ''),
};
/** The first field of every other answer. */
export const status: Field<Status | undefined> = maybe(1, () => Status);

export interface Answer {
  readonly status: Status | undefined;
}
export interface Method<Request, Response extends Answer> {
  readonly path: string;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

export function method<Request, Response extends Answer>(
  name: string,
  request: Message<Request>,
  response: Message<Response>,
): Method<Request, Response> {
  return { path: `/milvus.proto.milvus.MilvusService/${name}`, request, response };
}

/** The answer is a status alone. */
export const plain: Message<Answer> = {
  ...message<Answer>({ status }),
  decode: (given) => ({ status: Status.decode(given) }),
};
export const ofName: Message<Named> = message<Named>(named);
