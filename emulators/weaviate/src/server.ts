import { createFaults, meetFaults, type Faults, type InitialFaults } from '@vsm/emulator-faults';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { handlers } from './handlers.ts';
import { isObject, parse, type Json } from './json.ts';
import { Problem } from './problem.ts';
import type { State } from './state.ts';

export interface WeaviateEmulatorOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** A key that the bearer token must be; without one every request is let in. */
  readonly apiKey?: string | undefined;
  readonly faults?: InitialFaults | undefined;
}

export interface WeaviateEmulator {
  readonly url: string;
  /** Change it to make things go wrong. */
  readonly faults: Faults;
  /** Reports an object of a batch as failed, for this reason, and stores it all the same. */
  complain: ((id: string) => string | undefined) | undefined;
  /** Called for every answered request. */
  onRequest: ((request: { readonly method: string; readonly url: string; readonly body: string }) => void) | undefined;
  close(): Promise<void>;
}

/** A Weaviate server in this process, on loopback, that keeps everything in memory. */
export async function startWeaviateEmulator(options: WeaviateEmulatorOptions = {}): Promise<WeaviateEmulator> {
  const faults = createFaults(options.faults ?? {});
  const emulator: Pick<WeaviateEmulator, 'onRequest' | 'complain'> = { onRequest: undefined, complain: undefined };
  const state: State = {
    collections: new Map(),
    aliases: new Map(),
    now: () => Date.now(),
    complain: (id) => emulator.complain?.(id),
    date: () => new Date().toUTCString(),
  };
  const server = fastify({
    bodyLimit: 256 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.addHook('onSend', async (request, _reply, payload) => {
    const body = typeof request.body === 'string' ? request.body : '';
    emulator.onRequest?.({ method: request.method, url: request.url, body });
    return payload;
  });
  meetFaults(
    server,
    faults,
    ({ message }) => ({ type: 'application/json', body: JSON.stringify({ error: [{ message }] }) }),
    (url) => url.startsWith('/v1/.well-known/'),
  );
  server.addHook('onRequest', async (request, reply) => {
    if (options.apiKey === undefined || request.headers.authorization === `Bearer ${options.apiKey}`) return;
    send(reply, 401, '{"code":401,"message":"unauthorized: invalid api key"}');
  });
  addRoutes(server, state);
  server.setNotFoundHandler((request, reply) => {
    const message = `path ${request.url.split('?')[0] ?? ''} was not found`;
    return send(reply, 404, JSON.stringify({ code: 404, message }));
  });
  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(emulator, { url: `http://127.0.0.1:${port}`, faults, close: () => server.close() });
}

function addRoutes(server: FastifyInstance, state: State): void {
  for (const [method, url, handler] of handlers) {
    server.route({
      method,
      url,
      // Where HEAD is something, it is a route of its own.
      exposeHeadRoute: false,
      handler(request, reply) {
        try {
          const params = request.params as Readonly<Record<string, string>>;
          const query = new URLSearchParams(request.url.split('?')[1] ?? '');
          const { status = 200, body = '' } = handler(state, { params, query, body: readBody(request) });
          return send(reply, status, body);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return send(reply, error.status, error.body);
        }
      },
    });
  }
}

function readBody({ body }: FastifyRequest): Json {
  if (typeof body !== 'string' || body === '') return {};
  try {
    const parsed = parse(body);
    return isObject(parsed) || Array.isArray(parsed) ? parsed : {};
  } catch {
    throw new Problem(400, 'parsing body body from "" failed, because unexpected EOF', 'code');
  }
}

function send(reply: FastifyReply, status: number, body: string): FastifyReply {
  if (body === '') return reply.code(status).send();
  return reply.code(status).header('content-type', 'application/json').send(Buffer.from(body));
}
