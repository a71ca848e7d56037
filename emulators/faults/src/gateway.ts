import {
  createServer,
  request as ask,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface GatewayOptions {
  /** First part of every path; others are 404 with a page. */
  readonly prefix?: string | undefined;
  /** `user:password` that every request must bring. */
  readonly credentials?: string | undefined;
  /** Serves over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

export interface Gateway {
  readonly port: number;
  /** First lines of what came, such as `GET /path` or `CONNECT host:443`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A reverse proxy in front of a server, as nginx is: a prefix, basic authentication, TLS. */
export function startGateway(upstream: string, options: GatewayOptions = {}): Promise<Gateway> {
  const { prefix = '', credentials, tls } = options;
  const requests: string[] = [];
  const handle: RequestListener = (incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    const { url = '' } = incoming;
    if (wanted !== undefined && incoming.headers.authorization !== wanted) {
      refuse(response, 401, { 'www-authenticate': 'Basic realm="store"' });
    } else if (!url.startsWith(`${prefix}/`)) refuse(response, 404);
    else
      pass(
        incoming,
        response,
        upstream + url.slice(prefix.length),
        wanted === undefined ? incoming.headers.authorization : undefined,
      );
  };
  return listen(tls === undefined ? createServer(handle) : createTlsServer(tls, handle), requests);
}

/** A forward proxy, as HTTP_PROXY and HTTPS_PROXY name one. Whatever host it is asked for, it goes to `upstream`. */
export function startForwardProxy(upstream: string): Promise<Gateway> {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const { pathname, search } = new URL(incoming.url ?? '');
    pass(incoming, response, upstream + pathname + search, incoming.headers.authorization);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    requests.push(`CONNECT ${incoming.url}`);
    const { hostname, port } = new URL(upstream);
    const tunnel = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    socket.on('error', () => tunnel.destroy());
    tunnel.on('error', () => socket.destroy());
    socket.once('close', () => tunnel.destroy());
  });
  return listen(server, requests);
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers });
  response.end(`<html><body><h1>${status}</h1><hr>nginx</body></html>`);
}

function pass(incoming: IncomingMessage, response: ServerResponse, url: string, authorization?: string): void {
  const { host: _host, authorization: _gateways, ...others } = incoming.headers;
  const headers = { ...others, ...(authorization !== undefined && { authorization }) };
  const outgoing = ask(url, { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  outgoing.once('error', () => response.destroy());
  incoming.pipe(outgoing);
}

async function listen(server: ReturnType<typeof createServer>, requests: readonly string[]): Promise<Gateway> {
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
