import { setTimeout as delay } from 'node:timers/promises';
import { type RemoteError, VsmError } from '../errors.ts';

export interface RetryPolicy {
  /** How often a failed call is repeated; 0 means never. */
  readonly maxRetries: number;
  /** Upper bound of the first pause, in seconds. The pause itself is random below it, so that clients do not move in step. */
  readonly retryDelaySeconds: number;
  /** Factor by which the bound grows from one attempt to the next. */
  readonly retryBackoff: number;
}

/** No pause is longer than this unless the database asks for one, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** Runs `operation` again after errors that its adapter called retryable, and after no others. */
export async function withRetry<Result>(
  operation: () => Promise<Result>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  onRetry?: (error: RemoteError, attempt: number) => void,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (
        !VsmError.isInstance(error) ||
        !isRetryable(error) ||
        attempt >= policy.maxRetries ||
        signal?.aborted === true
      ) {
        throw error;
      }
      onRetry?.(error, attempt + 1);
      await pause(error, attempt, policy, signal);
    }
  }
}

function isRetryable(error: VsmError): error is RemoteError {
  return error.code === 'REMOTE_FAILED' && 'retryable' in error && error.retryable === true;
}

async function pause(
  error: RemoteError,
  attempt: number,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bound = Math.min(policy.retryDelaySeconds * 1000 * policy.retryBackoff ** attempt, LONGEST_PAUSE_MS);
  const wait = Math.max(Math.random() * bound, error.retryAfterMs ?? 0);
  // An abort ends the pause at once; the caller sees it at its next step.
  await delay(wait, undefined, { signal }).catch((cause: unknown) => {
    if (signal?.aborted !== true) throw cause;
  });
}
