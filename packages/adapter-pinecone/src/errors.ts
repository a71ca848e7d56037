import { RemoteError, VsmError } from '@vsm/core/adapter';

const adapter = 'pinecone';

/** An answer with a status other than success, before the client turns it into an error that has neither status nor headers. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
  /** Not called `status`: the client would send the request again on its own. */
  readonly httpStatus: number;
  readonly retryAfter: string | undefined;
  constructor(httpStatus: number, body: string, retryAfter: string | undefined) {
    super(serverText(body).slice(0, 500));
    this.httpStatus = httpStatus;
    this.retryAfter = retryAfter;
  }
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
    return new VsmError('ABORTED', `pinecone: aborted: ${action}`, { adapter, cause: signal.reason });
  }
  const failed = `pinecone: cannot ${action}`;
  const chain = causes(cause);
  const answer = chain.find((error) => error instanceof BadAnswer);
  if (answer !== undefined) return answerError(answer, cause, failed, location);
  // The client checks arguments before it sends anything.
  const argument = chain.find(({ name }) => name === 'PineconeArgumentError');
  if (argument !== undefined) {
    return new VsmError('INVALID_OPTIONS', `${failed}: ${argument.message}`, { adapter, cause });
  }
  return connectionError(chain, cause, failed, location);
}

function answerError(answer: BadAnswer, cause: unknown, failed: string, location: string): VsmError {
  const { httpStatus: status, message: text } = answer;
  const said = `${failed}: ${status} from ${location}${text === '' ? '' : `: ${text}`}`;
  const retryAfterMs = parseRetryAfter(answer.retryAfter);
  const remote = (hint: string, retryable = false, tooLarge = false): RemoteError =>
    new RemoteError(said + hint, { adapter, cause, status, retryable, retryAfterMs, tooLarge });
  const coded = (code: 'UNAUTHORIZED' | 'NOT_FOUND' | 'CONFLICT', hint = ''): VsmError =>
    new VsmError(code, said + hint, { adapter, cause });
  switch (status) {
    case 401:
      return coded('UNAUTHORIZED', '; set `apiKey` or PINECONE_API_KEY');
    case 402:
      return remote('; the account has a payment due, and nothing is served until it is made');
    case 403:
      return forbidden(text, remote, coded);
    case 404:
      return coded('NOT_FOUND');
    case 409:
      return coded('CONFLICT');
    case 413:
      return remote('', false, true);
    case 429:
      // What a plan includes for a month, or holds at most, is not back in a moment.
      return /month|quota|max(imum)? storage|upgrade/i.test(text)
        ? remote('; the quota of the plan is used up')
        : remote('; too many requests', true);
    default:
      return remote(
        '',
        status === 408 || status === 425 || (status >= 500 && status !== 501),
        isTooLarge(status, text),
      );
  }
}

function forbidden(
  text: string,
  remote: (hint: string) => RemoteError,
  coded: (code: 'UNAUTHORIZED', hint: string) => VsmError,
): VsmError {
  if (/read-?\s?only|paused|suspended|disabled/i.test(text)) return remote('; the project is read-only or paused');
  if (/quota|limit|upgrade|capacity/i.test(text)) return remote('; a quota of the project is used up');
  if (/deletion protection/i.test(text)) return remote('; turn the deletion protection of the index off first');
  return coded('UNAUTHORIZED', '; the API key lacks this right, or the project is read-only or paused');
}

const isTooLarge = (status: number, text: string): boolean =>
  status === 400 && /request size|message length too large|maximum supported size/i.test(text);

/** What the answer says: the control plane in `error.message`, the data plane in `message`, some as plain text. */
function serverText(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as {
      readonly error?: { readonly message?: unknown };
      readonly message?: unknown;
    };
    const said = error?.message ?? message;
    return typeof said === 'string' ? said : body;
  } catch {
    return body;
  }
}

/** Seconds or a date, as in RFC 9110. */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const RETRYABLE_CODES = /^(ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+)$/;

function connectionError(chain: readonly Error[], cause: unknown, failed: string, location: string): RemoteError {
  const codes = chain.map((error) => ('code' in error ? String(error.code) : ''));
  const code = codes.find((found) => RETRYABLE_CODES.test(found));
  const timedOut = chain.some(({ name }) => name === 'TimeoutError');
  // A body that ends too early: the connection was cut.
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
