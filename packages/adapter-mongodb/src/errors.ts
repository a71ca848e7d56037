import { connectionFailure, RemoteError, VsmError, type Attempt, type VsmErrorCode } from '@vsm/core/adapter';
import { MongoError, MongoServerError, MongoServerSelectionError } from 'mongodb';

const ADAPTER = { adapter: 'mongodb' } as const;

/** https://www.mongodb.com/docs/manual/reference/error-codes/; 8000 is what Atlas says of users that it does not know. */
const CODES: ReadonlyMap<unknown, VsmErrorCode> = new Map<unknown, VsmErrorCode>([
  [13, 'UNAUTHORIZED'],
  [18, 'UNAUTHORIZED'],
  [8000, 'UNAUTHORIZED'],
  [26, 'NOT_FOUND'],
  [48, 'CONFLICT'],
  [73, 'INVALID_OPTIONS'],
]);
/** Stepping down, shutting down, out of time, or throttled: the same may pass later. */
const PASSING: ReadonlySet<unknown> = new Set([
  6, 7, 50, 89, 91, 112, 134, 189, 262, 462, 9001, 10107, 11600, 11602, 13435, 13436, 16500,
]);
/** No such command, no such stage, and a search that this server does not have. */
const UNKNOWN: ReadonlySet<unknown> = new Set([59, 115, 238, 168, 15983, 16436, 31082, 40324, 40234, 6047401, 7501001]);

/** The only place where an error of the server, the driver or the connection is read. */
export function toVsmError(attempt: Attempt, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const { action, location } = attempt;
  if (cause instanceof MongoServerError) {
    const code = CODES.get(cause.code);
    const message = `mongodb: cannot ${action}: ${cause.code ?? 'an error'} from ${location}: ${cause.message}`;
    if (code === 'UNAUTHORIZED') {
      const hint =
        'check MONGODB_PASSWORD, the user, and what it may do in this database (authSource names that of the user)';
      return new VsmError(code, `${message}; ${hint}`, { ...ADAPTER, cause });
    }
    if (code !== undefined) return new VsmError(code, message, { ...ADAPTER, cause });
    return new RemoteError(message, { ...ADAPTER, cause, retryable: PASSING.has(cause.code) || isRetryable(cause) });
  }
  if (cause instanceof MongoServerSelectionError) {
    const [reason] = [...(cause.reason?.servers ?? new Map<string, never>()).values()].flatMap(
      ({ error }) => error ?? [],
    );
    const code = reason instanceof MongoServerError ? CODES.get(reason.code) : undefined;
    if (reason !== undefined && code !== undefined) return toVsmError(attempt, reason);
    const lost = connectionFailure(attempt, reason ?? cause) as RemoteError;
    return new RemoteError(lost.message, { ...ADAPTER, cause, retryable: true });
  }
  if (cause instanceof MongoError) {
    const retryable = /Network|PoolCleared|NotConnected|Timeout/.test(cause.name) || isRetryable(cause);
    if (retryable) return new RemoteError(connectionFailure(attempt, cause).message, { ...ADAPTER, cause, retryable });
    if (/Parse|InvalidArgument|Configuration|MissingCredentials|MissingDependency/.test(cause.name))
      return mongodbError('INVALID_OPTIONS', `cannot ${action}: ${cause.message}`, cause);
  }
  return connectionFailure(attempt, cause);
}

const LABELS = ['RetryableWriteError', 'RetryableReadError', 'TransientTransactionError'] as const;

const isRetryable = (error: MongoError): boolean => LABELS.some((label) => error.hasErrorLabel(label));

/** Whether the server lacks what it was asked for, as against failing at it. */
export function isUnknown(error: unknown): boolean {
  const { cause = error } = (VsmError.isInstance(error) ? error : {}) as { readonly cause?: unknown };
  return cause instanceof MongoServerError && UNKNOWN.has(cause.code);
}

export function mongodbError(code: VsmErrorCode, message: string, cause?: unknown): VsmError {
  return new VsmError(code, `mongodb: ${message}`, { ...ADAPTER, cause });
}
