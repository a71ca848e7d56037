import { createServer, request as ask, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/**
 * What a server, or something in front of it, answers instead. `redirect`: 307 to another origin. `credentials`: 401 that asks for a user.
 * `page`: 200 with a login page. `untyped`: the page without a content type. `cut-json`: whole, but the text ends half-way. `cut-body`: the
 * socket closes half-way. `gzip-bomb`: a small body that unpacks to a large one. `not-gzip`: a body that only says that it is packed.
 * `endless-body`: bytes without end. `drip`: the same, one a moment. `silence`: nothing at all. `not-http`: bytes of another protocol.
 */
export const WRONG_ANSWERS = [
  'redirect',
  'credentials',
  'page',
  'untyped',
  'cut-json',
  'cut-body',
  'gzip-bomb',
  'not-gzip',
  'endless-body',
  'drip',
  'silence',
  'not-http',
] as const;

export type WrongAnswerKind = (typeof WRONG_ANSWERS)[number];

/** The text of a success, in place of what the server answered to a request, given as `POST /path`. */
export type Rewrite = (text: string, request: string) => string;

export interface SeenRequest {
  /** Such as `POST /path`. */
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
}

/** Stands in front of a server that is right, and answers wrongly on demand. */
export interface WrongServer {
  readonly url: string;
  /** `undefined` passes everything on. May be changed at any time. */
  wrong: WrongAnswerKind | Rewrite | undefined;
  /** Only requests that match, given as `POST /path`, get the wrong answer. */
  matching: RegExp;
  readonly requests: readonly SeenRequest[];
  /** What came to the origin that redirects lead to. */
  readonly elsewhere: readonly SeenRequest[];
  /** Bytes of the longest answer that a client took before it hung up. */
  readonly mostBytes: number;
  close(): Promise<void>;
}

const PAGE = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in to go on</body></html>';
/** 256 MiB of spaces in a quarter of a megabyte: gzip takes one packed part after the other. */
const bomb = (): Buffer => Buffer.concat(Array.from({ length: 256 }, () => PART));
const PART = gzipSync(Buffer.alloc(2 ** 20, ' '));

export async function startWrongServer(upstream: string): Promise<WrongServer> {
  const requests: SeenRequest[] = [];
  const elsewhere: SeenRequest[] = [];
  let mostBytes = 0;
  const other = await listen((incoming, response) => {
    elsewhere.push({ request: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const server = await listen((incoming, response) => {
    const request = `${incoming.method} ${incoming.url}`;
    requests.push({ request, headers: incoming.headers });
    response.once('close', () => (mostBytes = Math.max(mostBytes, response.socket?.bytesWritten ?? 0)));
    const { wrong, matching } = shown;
    const body: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => body.push(chunk));
    incoming.once('end', () => {
      const isWrong = matching.test(request);
      if (isWrong && typeof wrong === 'string') {
        answerWrongly(wrong, response, `${urlOf(other).replace('127.0.0.1', 'localhost')}${incoming.url}`);
        return;
      }
      const { host: _host, ...headers } = incoming.headers;
      const outgoing = ask(upstream + (incoming.url ?? ''), { method: incoming.method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          // What leads to the server leads here as well.
          const text = Buffer.concat(chunks).toString().replaceAll(upstream, urlOf(server));
          const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = answer.headers;
          if (isWrong && typeof wrong === 'function') {
            response.writeHead(200, { 'content-type': 'application/json' }).end(wrong(text, request));
          } else response.writeHead(answer.statusCode ?? 500, rest).end(text);
        });
      });
      outgoing.once('error', () => response.destroy());
      outgoing.end(Buffer.concat(body));
    });
  });
  const shown: WrongServer = {
    url: urlOf(server),
    wrong: undefined,
    matching: /^/,
    requests,
    elsewhere,
    get mostBytes() {
      return mostBytes;
    },
    async close() {
      await Promise.all([server, other].map(stop));
    },
  };
  return shown;
}

/** Somebody else at the port beside a server. */
export interface Neighbour {
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Speaks HTTP/2 at one port, as gRPC does, knows nothing, and notes who asked. `undefined` where the port is taken. */
export async function startNeighbour(port: number): Promise<Neighbour | undefined> {
  const requests: SeenRequest[] = [];
  const server = createHttp2();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    requests.push({ request: `POST ${headers[':path']}`, headers });
    stream.on('error', () => undefined);
    // As a server that wants to see a key.
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16' }, { endStream: true });
  });
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!listens) return undefined;
  return {
    requests,
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerWrongly(kind: WrongAnswerKind, response: ServerResponse, elsewhere: string): void {
  const json = { 'content-type': 'application/json' };
  switch (kind) {
    case 'redirect':
      response.writeHead(307, { location: elsewhere }).end();
      return;
    case 'credentials':
      response.writeHead(401, { 'content-type': 'text/html', 'www-authenticate': 'Basic realm="x"' }).end(PAGE);
      return;
    case 'page':
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      return;
    case 'untyped':
      response.writeHead(200).end(PAGE);
      return;
    case 'cut-json':
      response.writeHead(200, json).end('{"result":[{"id":1,"na');
      return;
    case 'cut-body':
      response.writeHead(200, { ...json, 'content-length': 1000 });
      response.write('{"result":', () => response.socket?.destroy());
      return;
    case 'gzip-bomb':
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
      response.end(bomb());
      return;
    case 'not-gzip':
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end('{"result":true}');
      return;
    case 'endless-body':
      response.writeHead(200, json);
      pour(response);
      return;
    case 'drip': {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'silence':
      return;
    case 'not-http':
      response.socket?.end('\u0000\u0001\u001b[31mSSH-2.0-OpenSSH\r\n');
  }
}

/** Writes spaces, as fast as they are taken. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

async function listen(handle: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
