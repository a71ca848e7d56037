import {
  abortedFailure,
  connectionFailure,
  httpFailure,
  parseRetryAfter,
  VsmError,
  type Attempt,
  type Exceptions,
} from '@vsm/core/adapter';

/** Where Qdrant's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  switch (status) {
    case 401:
      return { hint: 'set apiKey or QDRANT_API_KEY' };
    case 403:
      // The strict mode answers 403 like a missing right, but there it is the size of the request.
      if (/limit exceeded/i.test(text)) return { code: 'REMOTE_FAILED', tooLarge: /batchsize/.test(text), hint: '' };
      return { hint: 'the API key lacks this right, or the collection is locked' };
    case 400:
      return /larger than allowed/.test(text) ? { tooLarge: true } : undefined;
    case 202:
      // A success that only says that the operation waits for its turn.
      return { retryable: true };
    default:
      return undefined;
  }
};

const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAUTHENTICATED = 16;

/** Statuses of HTTP by those of gRPC; all others are 500. */
const STATUSES: Readonly<Record<number, number>> = {
  [DEADLINE_EXCEEDED]: 504,
  [PERMISSION_DENIED]: 403,
  [RESOURCE_EXHAUSTED]: 429,
  [UNAUTHENTICATED]: 401,
};

/** An answer over gRPC with a status other than 0: https://grpc.io/docs/guides/status-codes/ */
export class BadStatus extends Error {
  override readonly name = 'BadStatus';
  readonly code: number;
  /** As the header has it, beside the status of a rate limit. */
  readonly retryAfter: string | undefined;
  constructor(code: number, message: string, retryAfter: string | undefined) {
    super(message.slice(0, 500));
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Whether the server only asks to come back later. A message that is too large has the same status as a rate limit. */
export function saysLater(cause: unknown): cause is BadStatus {
  if (!(cause instanceof BadStatus)) return false;
  return (
    cause.code === DEADLINE_EXCEEDED || (cause.code === RESOURCE_EXHAUSTED && !/larger|too large/i.test(cause.message))
  );
}

/** Whether the server wants to see a key before it says anything. */
export function wantsKey(cause: unknown): boolean {
  return cause instanceof BadStatus && (cause.code === UNAUTHENTICATED || cause.code === PERMISSION_DENIED);
}

export interface GrpcAttempt extends Omit<Attempt, 'adapter'> {
  readonly signal: AbortSignal | undefined;
  readonly maxRetryAfterMs: number;
}

/** The error of a call over gRPC. */
export function grpcFailure(cause: unknown, { signal, maxRetryAfterMs, ...rest }: GrpcAttempt): VsmError {
  const attempt: Attempt = { adapter: 'qdrant', ...rest };
  if (VsmError.isInstance(cause)) return cause;
  if (signal?.aborted === true) return abortedFailure(attempt, signal.reason);
  if (!(cause instanceof BadStatus)) return connectionFailure(attempt, cause);
  const retryAfterMs = parseRetryAfter(cause.retryAfter, maxRetryAfterMs);
  const answer = { status: STATUSES[cause.code] ?? 500, text: cause.message, retryAfterMs, cause };
  return httpFailure(attempt, answer, exceptions);
}
