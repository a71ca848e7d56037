import { VsmError } from '../errors.ts';
import {
  abortedFailure,
  connectionFailure,
  httpFailure,
  parseRetryAfter,
  type Attempt,
  type Exceptions,
} from './failure.ts';

const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** Statuses of HTTP by those of gRPC; all others are 500. */
const STATUSES: Readonly<Record<number, number>> = {
  [DEADLINE_EXCEEDED]: 504,
  [PERMISSION_DENIED]: 403,
  [RESOURCE_EXHAUSTED]: 429,
  [UNIMPLEMENTED]: 501,
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

/** Whether a message, sent or received, was over a limit. The status is that of a rate limit too. */
export function isTooLarge(cause: unknown): boolean {
  return cause instanceof BadStatus && cause.code === RESOURCE_EXHAUSTED && /larger|too large/i.test(cause.message);
}

/** Whether the server only asks to come back later. */
export function saysLater(cause: unknown): cause is BadStatus {
  if (!(cause instanceof BadStatus)) return false;
  return cause.code === DEADLINE_EXCEEDED || (cause.code === RESOURCE_EXHAUSTED && !isTooLarge(cause));
}

/** Whether the server wants to see a key before it says anything. */
export function wantsKey(cause: unknown): boolean {
  return cause instanceof BadStatus && (cause.code === UNAUTHENTICATED || cause.code === PERMISSION_DENIED);
}

export interface GrpcAttempt extends Attempt {
  readonly signal: AbortSignal | undefined;
  readonly maxRetryAfterMs: number;
}

/** The error of a call over gRPC. */
export function grpcFailure(cause: unknown, attempt: GrpcAttempt, exceptions?: Exceptions): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const { signal, maxRetryAfterMs } = attempt;
  if (signal?.aborted === true) return abortedFailure(attempt, signal.reason);
  if (!(cause instanceof BadStatus)) return connectionFailure(attempt, cause);
  const retryAfterMs = parseRetryAfter(cause.retryAfter, maxRetryAfterMs);
  const status = isTooLarge(cause) ? 413 : (STATUSES[cause.code] ?? 500);
  return httpFailure(attempt, { status, text: cause.message, retryAfterMs, cause }, exceptions);
}
