import { describe, expect, it } from 'vitest';
import type { RemoteError } from '../errors.ts';
import { connectionFailure, httpFailure, parseRetryAfter } from './failure.ts';

const attempt = { adapter: 'acme', action: 'read "docs"', location: 'http://host:1' };

describe('a status', () => {
  it.each([
    [400, 'REMOTE_FAILED', false],
    [401, 'UNAUTHORIZED', undefined],
    [403, 'UNAUTHORIZED', undefined],
    [404, 'NOT_FOUND', undefined],
    [408, 'REMOTE_FAILED', true],
    [409, 'CONFLICT', undefined],
    [422, 'REMOTE_FAILED', false],
    [425, 'REMOTE_FAILED', true],
    [429, 'REMOTE_FAILED', true],
    [500, 'REMOTE_FAILED', true],
    [501, 'REMOTE_FAILED', false],
    [502, 'REMOTE_FAILED', true],
    [503, 'REMOTE_FAILED', true],
    [504, 'REMOTE_FAILED', true],
    [505, 'REMOTE_FAILED', false],
    [507, 'REMOTE_FAILED', false],
    [522, 'REMOTE_FAILED', true],
  ])('%d is %s, retryable: %s', (status, code, retryable) => {
    const error = httpFailure(attempt, { status, text: 'why' }) as RemoteError;
    expect([error.code, error.retryable]).toStrictEqual([code, retryable]);
    expect(error.message).toContain(`acme: cannot read "docs": ${status} from http://host:1: why`);
  });

  it('of a body that is too large says so', () => {
    expect(httpFailure(attempt, { status: 413, text: '' })).toMatchObject({ tooLarge: true, retryable: false });
  });

  it('is judged by what the adapter knows, where that is more', () => {
    const error = httpFailure(attempt, { status: 403, text: 'quota' }, () => ({ code: 'REMOTE_FAILED', hint: 'buy' }));
    expect(error).toMatchObject({
      code: 'REMOTE_FAILED',
      message: 'acme: cannot read "docs": 403 from http://host:1: quota; buy',
    });
  });

  it('comes with one line of text, without what a terminal would obey', () => {
    const { message } = httpFailure(attempt, { status: 500, text: `\u001b[2J\u0007a\r\nb${'x'.repeat(9000)}` });
    expect(message).toMatch(/: \[2J a bx+…$/);
    expect(message.length).toBeLessThan(700);
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1.5', 1500],
    [' 37 ', 37_000],
    ['86400', 600_000],
    ['9999999999', 600_000],
    ['Fri, 31 Dec 2100 23:59:59 GMT', 600_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
    [null, undefined],
  ])('%j is %s', (header, ms) => {
    expect(parseRetryAfter(header, 600_000)).toBe(ms);
  });
});

describe('a connection', () => {
  const coded = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  it.each([
    ['ECONNREFUSED', true, /is the server running/],
    ['ECONNRESET', true, /ECONNRESET/],
    ['EAI_AGAIN', true, /spelled right/],
    ['ENOTFOUND', false, /spelled right/],
    ['SELF_SIGNED_CERT_IN_CHAIN', false, /NODE_EXTRA_CA_CERTS/],
    ['EPROTO', false, /TLS/],
  ])('that fails with %s is retryable: %s', (code, retryable, message) => {
    const error = connectionFailure(attempt, coded(code));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', retryable, message: expect.stringMatching(message) });
  });
});
