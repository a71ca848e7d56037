import { setTimeout as delay } from 'node:timers/promises';
import { type RemoteError, VsmError } from '../errors.ts';

export interface RetryPolicy {
  /** How often a failed call is repeated; 0 means never. */
  readonly maxRetries: number;
  /** Upper bound of the first pause, in seconds. The pause itself is random below it, so that clients do not move in step. */
  readonly retryDelaySeconds: number;
  /** Factor by which the bound grows from one attempt to the next. */
  readonly retryBackoff: number;
  /** Told before every pause, so that a long one can be shown. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
}

/** A pause before a call is made again. */
export interface Wait {
  readonly ms: number;
  /** Whether the database asked for it. */
  readonly asked: boolean;
  readonly error: RemoteError;
}

/** No pause is longer than this unless the database asks for one, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;
/** What the database may ask for at once, and all together while nothing gets through. A timer overflows after 24 days. */
const LONGEST_ASKED_MS = 600_000;

/** Calls that went through, by the policy that they share: what one of a run waits for, the others may be getting. */
const successes = new WeakMap<RetryPolicy, number>();

/**
 * Runs `operation` again after errors that its adapter called retryable, and after no others. A database that says when to come back is
 * obeyed without counting for as long as calls under the same policy get through.
 */
export async function withRetry<Result>(
  operation: () => Promise<Result>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  onRetry?: (error: RemoteError, attempt: number) => void,
): Promise<Result> {
  const progress = (): number => successes.get(policy) ?? 0;
  let counted = 0;
  let askedMs = 0;
  let seen = progress();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await operation();
      successes.set(policy, progress() + 1);
      return result;
    } catch (error) {
      if (!VsmError.isInstance(error) || !isRetryable(error) || policy.maxRetries === 0 || signal?.aborted === true) {
        throw error;
      }
      const asked = error.retryAfterMs !== undefined;
      if (asked && progress() > seen) askedMs = 0;
      else counted += 1;
      seen = progress();
      if (counted > policy.maxRetries || askedMs >= LONGEST_ASKED_MS) throw error;
      const wait = pauseAfter(error, attempt, policy);
      if (asked) askedMs += wait.ms;
      onRetry?.(error, attempt + 1);
      policy.onWait?.(wait);
      // An abort ends the pause at once; the caller sees it at its next step.
      await delay(wait.ms, undefined, { signal }).catch((cause: unknown) => {
        if (signal?.aborted !== true) throw cause;
      });
    }
  }
}

/** Whether the database asked for fewer calls, rather than failing. */
export function isThrottled({ status, retryAfterMs }: RemoteError): boolean {
  return status === 429 || retryAfterMs !== undefined;
}

function isRetryable(error: VsmError): error is RemoteError {
  return error.code === 'REMOTE_FAILED' && 'retryable' in error && error.retryable === true;
}

function pauseAfter(error: RemoteError, attempt: number, policy: RetryPolicy): Wait {
  const bound = Math.min(policy.retryDelaySeconds * 1000 * policy.retryBackoff ** attempt, LONGEST_PAUSE_MS);
  const own = Math.random() * bound;
  const asked = Math.min(error.retryAfterMs ?? 0, LONGEST_ASKED_MS);
  return { ms: Math.max(own, asked), asked: asked > own, error };
}
