import { RemoteError, VsmError } from '@vsm/core/adapter';

/** An HTTP answer that is not a success, before it becomes an error. */
export interface FailedResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** The error of a refused request. The only place where a status is read. */
export function responseError(what: string, { status, body, retryAfter }: FailedResponse): VsmError {
  const answer = `chroma: ${what}: ${status}${detailOf(body)}`;
  const adapter = 'chroma';
  switch (status) {
    case 401:
    case 403:
      return new VsmError('UNAUTHORIZED', `${answer}. Check the API key, the tenant and the database.`, { adapter });
    case 404:
      return new VsmError('NOT_FOUND', answer, { adapter });
    case 409:
      return new VsmError('CONFLICT', answer, { adapter });
    default: {
      const seconds = Number(retryAfter ?? Number.NaN);
      return new RemoteError(answer, {
        adapter,
        status,
        retryable: status === 408 || status === 429 || status >= 500,
        retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
        tooLarge:
          status === 413 || /too many sql variables|payload too large|quota exceeded: 'number of records/i.test(body),
      });
    }
  }
}

/**
 * How many records to ask for where `asked` were more than the quota of a hosted server; `undefined` where that was not the reason.
 * Chroma Cloud answers 422 with "Quota exceeded: 'Limit value' exceeded quota limit for action 'Get': current usage of 1056 exceeds limit of
 * 300" (as quoted in https://github.com/RailtownAI/railtracks/issues/1180).
 */
export function smallerRead(error: unknown, asked: number): number | undefined {
  if (!VsmError.isInstance(error) || !/quota exceeded/i.test(error.message) || asked <= 1) return undefined;
  const [, usage, limit] = /current usage of (\d+) exceeds limit of (\d+)/.exec(error.message) ?? [];
  // The quota of something else, such as the conditions of a filter.
  if (usage !== undefined && Number(usage) !== asked) return undefined;
  const allowed = Number(limit ?? 0);
  return allowed >= 1 && allowed < asked ? allowed : Math.floor(asked / 2);
}

/** An error that the network or an abort raised. */
export function toVsmError(what: string, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error.name === 'AbortError')
    return new VsmError('ABORTED', `chroma: ${what}: aborted`, { adapter: 'chroma', cause });
  const inner = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new RemoteError(`chroma: ${what}: ${error.message}${inner}. Is the server running?`, {
    adapter: 'chroma',
    cause,
    retryable: error instanceof TypeError,
  });
}

function detailOf(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string };
    return message === undefined && error === undefined ? '' : ` ${message ?? error}`;
  } catch {
    return body === '' ? '' : ` ${body.slice(0, 200)}`;
  }
}
