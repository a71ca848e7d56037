import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { VsmError } from '../errors.ts';
import { checkType, refusal, wrongAnswer, type HttpAnswer } from './answer.ts';
import { WrongAnswer } from './check.ts';
import { abortedFailure, connectionFailure, NO_ANSWER, type Attempt, type Exceptions } from './failure.ts';
import type { HttpSettings } from './options.ts';
import { proxyFor } from './proxy.ts';
import { createMask } from './text.ts';

export interface HttpRequest {
  /** Reads on from "cannot". */
  readonly action: string;
  /** Of the server in messages, without secrets. */
  readonly location: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Whole, as it goes out. */
  readonly url: string;
  readonly body?: string | Uint8Array | undefined;
  /** In place of those that go with every request, where they have the same name in small letters. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One way to ask: over kept connections, in bounded time and memory, and only at the address that was given. */
export interface Http {
  /**
   * Gives what `read` makes of a success that is JSON or empty.
   * @throws VsmError for everything else, a `WrongAnswer` or another error of `read` included
   */
  ask<Result>(request: HttpRequest, read: (answer: HttpAnswer) => Result): Promise<Result>;
  close(): void;
}

/** Servers close a socket that was idle for five seconds or more; one that is just being closed must not be used again. */
const IDLE_MS = 3000;

export function createHttp(settings: HttpSettings, exceptions?: Exceptions): Http {
  const agents = createAgents(settings);
  const mask = createMask(settings.headers);

  const ask: Http['ask'] = async (request, read) => {
    const attempt: Attempt = { adapter: settings.adapter, action: request.action, location: request.location };
    let answer: HttpAnswer;
    try {
      request.signal?.throwIfAborted();
      answer = await exchange(request, settings, agents.for(request.url));
    } catch (cause) {
      if (request.signal?.aborted === true) throw abortedFailure(attempt, request.signal.reason);
      if (cause instanceof WrongAnswer) throw wrongAnswer(attempt, undefined, cause, mask);
      throw connectionFailure(attempt, cause);
    }
    if (answer.status < 200 || answer.status > 299) throw refusal(attempt, answer, settings, exceptions, mask);
    try {
      checkType(answer);
      return read(answer);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      throw wrongAnswer(attempt, answer, cause, mask);
    }
  };
  return { ask, close: () => agents.close() };
}

interface Agents {
  for(url: string): HttpAgent | HttpsAgent;
  close(): void;
}

function createAgents({ adapter, ca, maxConnections }: HttpSettings): Agents {
  const agents = new Map<string, HttpAgent | HttpsAgent>();
  const byOrigin = new Map<string, HttpAgent | HttpsAgent>();
  const create = (secure: boolean, proxy: string | undefined): HttpAgent | HttpsAgent => {
    const options = {
      keepAlive: true,
      maxSockets: maxConnections,
      timeout: IDLE_MS,
      ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    };
    return secure ? new HttpsAgent({ ...options, ...(ca !== undefined && { ca: [...ca] }) }) : new HttpAgent(options);
  };
  return {
    for(url) {
      const origin = url.slice(0, url.indexOf('/', 'https://'.length));
      const known = byOrigin.get(origin);
      if (known !== undefined) return known;
      const parsed = new URL(url);
      const proxy = proxyFor(adapter, parsed);
      const key = `${parsed.protocol}${proxy ?? ''}`;
      const agent = agents.get(key) ?? create(parsed.protocol === 'https:', proxy);
      agents.set(key, agent);
      byOrigin.set(origin, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

const unzip = promisify(gunzip);

async function exchange(
  request: HttpRequest,
  settings: HttpSettings,
  agent: HttpAgent | HttpsAgent,
): Promise<HttpAnswer> {
  const { status, headers, bytes } = await receive(request, settings, agent);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return { status, headers, bytes };
  if (!/^(x-)?gzip$/i.test(encoding))
    throw new WrongAnswer(`${status} with a body in ${encoding}, which was not asked for`);
  const { maxAnswerBytes } = settings;
  try {
    return { status, headers, bytes: await unzip(bytes, { maxOutputLength: maxAnswerBytes }) };
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE')
      throw tooLong(`${bytes.length} packed bytes unpack to`, maxAnswerBytes);
    throw new WrongAnswer(`${status} with a body that is not gzip, although it says so`, {
      cut: codeOf(cause) === 'Z_BUF_ERROR',
      cause,
    });
  }
}

function receive(
  { method, url, body, headers, signal }: HttpRequest,
  settings: HttpSettings,
  agent: HttpAgent | HttpsAgent,
): Promise<HttpAnswer> {
  const { timeoutMs, maxAnswerBytes } = settings;
  const secure = url.startsWith('https:');
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)(url, {
      agent,
      method,
      headers: {
        ...settings.headers,
        // Between machines the line is slower than the unpacking; on this one it is not.
        ...(secure && { 'accept-encoding': 'gzip' }),
        ...(bytes !== undefined && { 'content-type': 'application/json', 'content-length': bytes.length }),
        ...headers,
      },
    });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const fail = (error: unknown): void => {
      finish(() => reject(error));
      outgoing.destroy();
    };
    const abort = (): void => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(Object.assign(new Error(`${NO_ANSWER}, which is ${timeoutMs} ms`), { name: 'TimeoutError' })),
      timeoutMs,
    );
    signal?.addEventListener('abort', abort, { once: true });
    let answered = false;
    // A server that refuses a body in the middle of it answers, and then closes the socket.
    outgoing.on('error', (error) => {
      if (!answered) fail(error);
    });
    outgoing.once('response', (incoming) => {
      answered = true;
      collect(incoming, maxAnswerBytes, fail, (whole) =>
        finish(() => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: whole })),
      );
    });
    outgoing.end(bytes);
  });
}

function collect(
  incoming: IncomingMessage,
  most: number,
  fail: (error: unknown) => void,
  done: (bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
    else fail(tooLong('the answer has', most));
  });
  incoming.on('error', fail);
  incoming.once('end', () => done(Buffer.concat(chunks)));
}

function tooLong(what: string, most: number): WrongAnswer {
  return new WrongAnswer(`${what} more than ${most} bytes; ask for fewer records at once, or raise \`maxAnswerBytes\``);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
