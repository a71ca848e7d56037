import type { IncomingHttpHeaders } from 'node:http';
import { RemoteError, type VsmError } from '../errors.ts';
import { WrongAnswer } from './check.ts';
import { httpFailure, parseRetryAfter, type Attempt, type Exceptions } from './failure.ts';
import type { HttpSettings } from './options.ts';
import { printable, serverText } from './text.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Unpacked. */
  readonly bytes: Buffer;
}

/** Characters of a wrong answer that a message shows. */
const SHOWN = 120;

/** A page of a proxy, a login or another server is a success to HTTP. */
export function checkType({ headers, bytes }: HttpAnswer): void {
  const type = headers['content-type'];
  if (bytes.length > 0 && type !== undefined && !/json/i.test(type)) {
    throw new WrongAnswer(`the answer is ${printable(type, 60)} and not JSON`);
  }
}

/** The error for any status but a success. */
export function refusal(
  attempt: Attempt,
  { status, headers, bytes }: HttpAnswer,
  { maxRetryAfterMs }: HttpSettings,
  exceptions: Exceptions | undefined,
  mask: (text: string) => string,
): VsmError {
  const type = headers['content-type'];
  const text = mask(serverText(bytes.toString('utf8', 0, 64 * 1024), type));
  const cause = new Error(`${status}: ${printable(text, 2000)}`);
  const retryAfterMs = parseRetryAfter(headers['retry-after'], maxRetryAfterMs);
  return httpFailure(attempt, { status, text, retryAfterMs, cause }, (answer) => ({
    ...exceptions?.(answer),
    ...gatewayHint(status, headers, bytes),
  }));
}

/** What stands between the server and us, and says so. */
function gatewayHint(status: number, headers: IncomingHttpHeaders, bytes: Buffer): ReturnType<Exceptions> {
  const { location } = headers;
  if (status >= 300 && status < 400) {
    // Never followed: the key is for the address that was given, and a body of megabytes would go out twice.
    const to =
      location === undefined
        ? 'elsewhere'
        : `to ${printable(location.replace(/[?#].*$/s, '').replace(/\/\/.*@/s, '//'), 200)}`;
    return { hint: `the server sends us ${to}, where nothing was sent; if that is right, give that address` };
  }
  if (status === 401 && /^\s*basic/i.test(headers['www-authenticate'] ?? '')) {
    return { hint: 'it asks for a user and a password: put them into the URL, as in //user:password@host' };
  }
  if (
    status === 404 &&
    (/html/i.test(headers['content-type'] ?? '') || /^\s*</.test(bytes.toString('latin1', 0, 64)))
  ) {
    return {
      code: 'REMOTE_FAILED',
      hint: 'a web server or gateway says so, not the database: is there a path prefix in front of it?',
    };
  }
  return undefined;
}

/** The error for a success that is not what was asked for; without an answer, for one that could not be taken in. */
export function wrongAnswer(
  attempt: Attempt,
  answer: HttpAnswer | undefined,
  cause: unknown,
  mask: (text: string) => string,
): RemoteError {
  const { adapter, action, location } = attempt;
  const cut = cause instanceof WrongAnswer ? cause.cut : answer !== undefined && isCut(answer.bytes);
  const problem = cut ? 'the answer ends too early' : cause instanceof Error ? cause.message : String(cause);
  const start = answer === undefined ? '' : printable(answer.bytes.toString('utf8', 0, 4 * SHOWN), SHOWN);
  const status = answer === undefined ? '' : `${answer.status} `;
  const came = answer === undefined ? '' : `; it ${start === '' ? 'is empty' : `begins with ${start}`}`;
  const hint = `is this ${adapter}, and not something in front of it?`;
  const message = `${adapter}: cannot ${action}: ${status}from ${location}: ${printable(problem, 300)}${came}; ${hint}`;
  return new RemoteError(mask(message), { adapter, cause, status: answer?.status, retryable: cut });
}

/** Whether JSON ends before its last bracket. */
function isCut(bytes: Buffer): boolean {
  const end = bytes.toString('latin1', Math.max(0, bytes.length - 16)).trimEnd();
  return /^\s*[{[]/.test(bytes.toString('latin1', 0, 16)) && !/[}\]]$/.test(end);
}
