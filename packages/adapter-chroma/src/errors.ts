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
        tooLarge: status === 413 || /too many sql variables|payload too large/i.test(body),
      });
    }
  }
}

/** An error that the network, the SDK or an abort raised. */
export function toVsmError(what: string, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error.name === 'AbortError')
    return new VsmError('ABORTED', `chroma: ${what}: aborted`, { adapter: 'chroma', cause });
  const status = statusOf(error.name);
  if (status !== undefined) {
    return responseError(what, { status, body: JSON.stringify({ message: error.message }), retryAfter: null });
  }
  const inner = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new RemoteError(`chroma: ${what}: ${error.message}${inner}. Is the server running?`, {
    adapter: 'chroma',
    cause,
    retryable: error.name === 'ChromaConnectionError' || error instanceof TypeError,
  });
}

/** The SDK keeps the class of an answer and drops its status. */
function statusOf(name: string): number | undefined {
  const statuses: Readonly<Record<string, number>> = {
    ChromaClientError: 400,
    ChromaUnauthorizedError: 401,
    ChromaForbiddenError: 403,
    ChromaNotFoundError: 404,
    ChromaUniqueError: 409,
    ChromaQuotaExceededError: 422,
    ChromaRateLimitError: 429,
    ChromaServerError: 500,
  };
  return statuses[name];
}

function detailOf(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string };
    return message === undefined && error === undefined ? '' : ` ${message ?? error}`;
  } catch {
    return body === '' ? '' : ` ${body.slice(0, 200)}`;
  }
}
