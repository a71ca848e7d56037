import { httpFailure, RemoteError, type Attempt, type Exceptions, type VsmError } from '@vsm/core/adapter';
import type { Status } from './grpc/method.ts';

/** https://github.com/milvus-io/milvus/blob/master/pkg/util/merr/errors.go */
const COLLECTION_NOT_FOUND = 100;
const NOT_LOADED = 101;
const INDEX_NOT_FOUND = 700;
const DATABASE_NOT_FOUND = 800;
/** Not ready, unavailable, too many requests, rate limit, not fully loaded yet. */
const PASSING = new Set([1, 2, 4, 9, 103]);
/** The same in the codes of before 2.3: rate limit, not ready, still activating, requests that raced. */
const OLD_PASSING = new Set([49, 56, 57, 1000]);

/** A success is one in both codes: milvus-lite 2 sets only the new one, and servers before 2.3 only the old one. */
export const isSuccess = (status: Status): boolean => status.code === 0 && status.errorCode === 0;

export const isMissingIndex = ({ code, reason }: Status): boolean =>
  code === INDEX_NOT_FOUND || /index not (found|exist)|no index/i.test(reason);

/** Whether somebody released the collection that is read. */
export const isNotLoaded = (error: unknown): boolean => error instanceof RemoteError && error.status === NOT_LOADED;

/** The error of an answer whose status is no success. */
export function statusFailure(attempt: Attempt, status: Status): VsmError {
  const { code, errorCode, reason } = status;
  return httpFailure(attempt, { status: code === 0 ? errorCode : code, text: reason }, () => judge(status));
}

function judge({ code, errorCode, reason, retriable }: Status): ReturnType<Exceptions> {
  const judgement = { code: 'REMOTE_FAILED', retryable: false, tooLarge: false, hint: '' } as const;
  if (
    code === COLLECTION_NOT_FOUND ||
    /can'?t find collection|collection .*not found|invalid collection name/i.test(reason)
  ) {
    return { ...judgement, code: 'NOT_FOUND' };
  }
  if (code === DATABASE_NOT_FOUND) {
    return { ...judgement, code: 'NOT_FOUND', hint: 'check the name of the database, as in ?database=NAME' };
  }
  if (/already exist/i.test(reason)) return { ...judgement, code: 'CONFLICT' };
  if (errorCode === 3 || /permission|privilege|unauthenticated|auth check failure/i.test(reason)) {
    return { ...judgement, code: 'UNAUTHORIZED', hint: 'check the token, as in MILVUS_API_KEY, and its rights' };
  }
  if (code === INDEX_NOT_FOUND) {
    return {
      ...judgement,
      hint: 'a collection is loaded, and read, only with an index on every vector field: make one first',
    };
  }
  if (code === NOT_LOADED) return { ...judgement, retryable: true, hint: 'somebody released it' };
  return { ...judgement, retryable: retriable || PASSING.has(code) || OLD_PASSING.has(errorCode) };
}
