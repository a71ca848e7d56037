import { RemoteError, VsmError } from '../errors.ts';
import { printable } from './text.ts';

/** What was tried, by whom and where: the beginning of every message. */
export interface Attempt {
  /** Id of the adapter, such as `qdrant`. */
  readonly adapter: string;
  /** Reads on from "cannot". */
  readonly action: string;
  /** Of the server, without secrets. */
  readonly location: string;
}

/** An answer that is not a success. */
export interface FailedAnswer {
  readonly status: number;
  /** What the server says about it. */
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
  /** The answer itself, or the error in which a client hid it. */
  readonly cause?: unknown;
}

interface Judgement {
  readonly code: 'REMOTE_FAILED' | 'UNAUTHORIZED' | 'NOT_FOUND' | 'CONFLICT';
  /** Whether the same request may pass later. */
  readonly retryable: boolean;
  /** Whether the same records may pass in smaller batches. */
  readonly tooLarge: boolean;
  /** What to do; empty where nothing is known that helps. */
  readonly hint: string;
}

/** What an adapter knows better about an answer than its status says. */
export type Exceptions = (answer: FailedAnswer) => Partial<Judgement> | undefined;

const REFUSED: Judgement = { code: 'REMOTE_FAILED', retryable: false, tooLarge: false, hint: '' };
const LATER: Judgement = { ...REFUSED, retryable: true };
const TOO_LARGE: Judgement = { ...REFUSED, tooLarge: true };

/** The one table of statuses. Those that it lacks are final below 500, and passing from 500 on. */
const JUDGEMENTS: Readonly<Record<number, Judgement>> = {
  401: { ...REFUSED, code: 'UNAUTHORIZED', hint: 'check the key' },
  402: { ...REFUSED, hint: 'the account has a payment due, and nothing is served until it is made' },
  403: { ...REFUSED, code: 'UNAUTHORIZED', hint: 'the key lacks this right' },
  404: { ...REFUSED, code: 'NOT_FOUND' },
  407: {
    ...REFUSED,
    hint: 'the proxy asks who you are: put user and password into its URL in HTTPS_PROXY or HTTP_PROXY',
  },
  408: LATER,
  409: { ...REFUSED, code: 'CONFLICT' },
  413: TOO_LARGE,
  414: TOO_LARGE,
  425: LATER,
  429: { ...LATER, hint: 'too many requests' },
  // It will never know how to do this, or never has the room.
  501: REFUSED,
  505: REFUSED,
  507: { ...REFUSED, hint: 'the server has no room left' },
  508: REFUSED,
  511: { ...REFUSED, hint: 'the network wants you to sign in first' },
};

/** The error for an answer that is not a success. */
export function httpFailure(attempt: Attempt, answer: FailedAnswer, exceptions?: Exceptions): VsmError {
  const { status, text, retryAfterMs, cause } = answer;
  const usual = JUDGEMENTS[status] ?? (status >= 500 ? LATER : REFUSED);
  const { code, retryable, tooLarge, hint } = { ...usual, ...exceptions?.(answer) };
  const said = text === '' ? '' : `: ${printable(text, MOST_TEXT)}`;
  const message = `${begin(attempt)}: ${status} from ${attempt.location}${said}${hint === '' ? '' : `; ${hint}`}`;
  const { adapter } = attempt;
  if (code !== 'REMOTE_FAILED') return new VsmError(code, message, { adapter, cause });
  return new RemoteError(message, { adapter, cause, status, retryable, retryAfterMs, tooLarge });
}

/** How a message about time begins. */
export const NO_ANSWER = 'no answer in time';

/** Characters of an answer that a message shows. */
const MOST_TEXT = 500;

const PASSING_CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|Z_BUF_ERROR|UND_ERR_\w+)$/;

/** Hints by code, for what people meet most. */
const CODE_HINTS: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'is the server running there?'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'is the host spelled right, and does this machine reach a name server?'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/,
    'the certificate is of an authority that this machine does not know: name its file with `caFile` or NODE_EXTRA_CA_CERTS',
  ],
  [/^CERT_|ERR_TLS_CERT_ALTNAME/, 'the certificate of the server is not valid for this host or this day'],
  [/^(EPROTO|ERR_SSL_\w+)$/, 'does the server speak TLS there, or plain http?'],
  [/^HPE_/, 'what answers there does not speak HTTP, or wants TLS'],
  [/^ERR_PROXY/, 'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY'],
];

/** The error for a request that no answer came to: of the network, of TLS, or of waiting too long. */
export function connectionFailure(attempt: Attempt, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const chain = causes(cause);
  const codes = chain.map((error) => ('code' in error ? String(error.code) : '')).filter((code) => code !== '');
  const passing = codes.find((code) => PASSING_CODES.test(code));
  const timedOut = chain.find(({ name }) => name === 'TimeoutError');
  // A body that ends too early: the connection was cut.
  const cut = chain.some(({ message }) => message === 'terminated');
  const what = timeoutText(timedOut) ?? passing ?? codes[0] ?? chain.at(-1)?.message ?? String(cause);
  const hint = CODE_HINTS.find(([pattern]) => codes.some((code) => pattern.test(code)))?.[1];
  const message = `${begin(attempt)}: ${printable(what, MOST_TEXT)} from ${attempt.location}${hint === undefined ? '' : `; ${hint}`}`;
  const retryable = timedOut !== undefined || cut || passing !== undefined;
  return new RemoteError(message, { adapter: attempt.adapter, cause, retryable });
}

/** The error for a call that its caller gave up. */
export function abortedFailure({ adapter, action }: Attempt, cause: unknown): VsmError {
  return new VsmError('ABORTED', `${adapter}: aborted: ${action}`, { adapter, cause });
}

/**
 * Milliseconds from a `Retry-After`, in seconds or as a date (RFC 9110), never more than `most`: a timer overflows after 24 days,
 * and a clock that is wrong asks for years.
 */
export function parseRetryAfter(header: string | null | undefined, most: number): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, Math.ceil(ms)), most);
}

/** A signal of the platform has words of its own. */
const timeoutText = (error: Error | undefined): string | undefined =>
  error === undefined || error.message.startsWith(NO_ANSWER) ? error?.message : NO_ANSWER;

const begin = ({ adapter, action }: Attempt): string => `${adapter}: cannot ${action}`;

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at);
    if (at instanceof AggregateError) chain.push(...at.errors.filter((inner) => inner instanceof Error));
  }
  return chain;
}
