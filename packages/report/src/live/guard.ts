import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly why: string;
}

/**
 * Who may not talk to the live page: another host name (a page elsewhere whose name was made to point at this machine),
 * another origin, whoever does not know the token. `undefined` for those who may.
 */
export function refusal(request: IncomingMessage, path: string, token: string, port: number): Refusal | undefined {
  const { host, origin } = request.headers;
  const own = `127.0.0.1:${port}`;
  if (host !== own) return { status: 403, why: 'wrong host' };
  if (origin !== undefined && origin !== `http://${own}`) return { status: 403, why: 'wrong origin' };
  const [, given = ''] = path.split('/');
  if (!sameText(given, token)) return { status: 403, why: 'wrong token' };
  const site = request.headers['sec-fetch-site'];
  if (request.method === 'POST' && site !== undefined && site !== 'same-origin') {
    return { status: 403, why: 'sent by another site' };
  }
  return undefined;
}

/** Takes the same time whatever the difference. */
function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
