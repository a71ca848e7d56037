import { RemoteError, VsmError } from '@vsm/core/adapter';

const adapter = 'qdrant';

/** An answer with a status other than 200, from our own transport. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
  readonly status: number;
  readonly retryAfter: string | undefined;
  constructor(status: number, body: string, retryAfter: string | undefined) {
    super(serverText(body).slice(0, 500));
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const RESOURCE_EXHAUSTED = 8;
const DEADLINE_EXCEEDED = 4;

/** An answer over gRPC with a status other than 0: https://grpc.io/docs/guides/status-codes/ */
export class BadStatus extends Error {
  override readonly name = 'BadStatus';
  readonly code: number;
  /** Seconds, beside the status of a rate limit. */
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

export interface Attempt {
  /** What was tried, as in "cannot …". */
  readonly action: string;
  readonly location: string;
  readonly signal?: AbortSignal | undefined;
}

/** The only place where a status or an error code is read. */
export function toVsmError(cause: unknown, { action, location, signal }: Attempt): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  if (signal?.aborted === true) {
    return new VsmError('ABORTED', `qdrant: aborted: ${action}`, { adapter, cause: signal.reason });
  }
  const failed = `qdrant: cannot ${action}`;
  const answer = readAnswer(cause);
  if (answer === undefined) return connectionError(cause, failed, location);
  const { status, text, retryAfterMs } = answer;
  const said = `${failed}: ${status} from ${location}${text === '' ? '' : `: ${text}`}`;
  const remote = (retryable: boolean, tooLarge = false, hint = ''): RemoteError =>
    new RemoteError(said + hint, { adapter, cause, status, retryable, retryAfterMs, tooLarge });
  // The strict mode answers 403 like a missing right, but there it is the size of the request.
  if (status === 403 && /limit exceeded/i.test(text)) return remote(false, /batchsize/.test(text));
  if (status === 401) {
    return new VsmError('UNAUTHORIZED', `${said}; set apiKey or QDRANT_API_KEY`, { adapter, cause });
  }
  if (status === 403) {
    return new VsmError('UNAUTHORIZED', `${said}; the API key lacks this right, or the collection is locked`, {
      adapter,
      cause,
    });
  }
  if (status === 404) return new VsmError('NOT_FOUND', said, { adapter, cause });
  if (status === 409) return new VsmError('CONFLICT', said, { adapter, cause });
  if (status === 413 || (status === 400 && /larger than allowed/.test(text))) return remote(false, true);
  if (status === 507) return remote(false, false, '; the server has no room left');
  return remote(status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501));
}

interface ReadAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
}

function readAnswer(cause: unknown): ReadAnswer | undefined {
  if (!(cause instanceof Error)) return undefined;
  if (cause instanceof BadAnswer) {
    return { status: cause.status, text: cause.message, retryAfterMs: parseRetryAfter(cause.retryAfter) };
  }
  if (cause instanceof BadStatus) {
    const status = cause.code === RESOURCE_EXHAUSTED ? 429 : cause.code === DEADLINE_EXCEEDED ? 504 : 500;
    return { status, text: cause.message, retryAfterMs: parseRetryAfter(cause.retryAfter) };
  }
  // The SDK's class for 429 keeps no header, and of its value only the first character: 37 becomes 3, and the date of the
  // other form becomes an error in the error's own constructor.
  if ('retry_after' in cause || cause.message.startsWith('Invalid retryAfter value')) {
    const digit = 'retry_after' in cause ? Number(cause.retry_after) : Number.NaN;
    return {
      status: 429,
      text: cause.message,
      retryAfterMs: Number.isNaN(digit) ? undefined : digit * 1000,
    };
  }
  const unexpected = /^Unexpected Response: (\d{3})/.exec(cause.message);
  // A success without a result, such as 202: the operation is not applied yet.
  if (unexpected !== null) return { status: 503, text: cause.message };
  if (!('status' in cause) || typeof cause.status !== 'number') return undefined;
  const data = 'data' in cause ? cause.data : '';
  const headers = 'headers' in cause && cause.headers instanceof Headers ? cause.headers : new Headers();
  return {
    status: cause.status,
    text: serverText(typeof data === 'string' ? data : JSON.stringify(data)).slice(0, 500),
    retryAfterMs: parseRetryAfter(headers.get('retry-after') ?? undefined),
  };
}

/** What the server says in `status.error`, else the body itself. */
function serverText(body: string): string {
  const error = /"error":\s*("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  return error === undefined ? body : (JSON.parse(error) as string);
}

/** Seconds or a date, as in RFC 9110. */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const RETRYABLE_CODES = /^(ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+)$/;

function connectionError(cause: unknown, failed: string, location: string): RemoteError {
  const chain = causes(cause);
  const codes = chain.map((error) => ('code' in error ? String(error.code) : ''));
  const code = codes.find((found) => RETRYABLE_CODES.test(found));
  const timedOut = chain.some(({ name }) => name === 'TimeoutError');
  // A body that ends too early: the connection was cut, and JSON.parse is the first to see it.
  const cut = chain.some((error) => error instanceof SyntaxError || error.message === 'terminated');
  const what = timedOut ? 'no answer in time' : (code ?? codes.find((found) => found !== '') ?? chain.at(-1)?.message);
  return new RemoteError(`${failed}: ${what ?? String(cause)} from ${location}`, {
    adapter,
    cause,
    retryable: timedOut || cut || code !== undefined,
  });
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at);
    if (at instanceof AggregateError) chain.push(...at.errors.filter((inner) => inner instanceof Error));
  }
  return chain;
}
