import {
  createEmulator,
  createFaults,
  sendJson,
  textOf,
  type Emulator,
  type InitialFaults,
} from '@vsm/emulator-faults';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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

export interface WeaviateEmulator extends Emulator {
  /** Reports an object of a batch as failed, for this reason, and stores it all the same. */
  complain: ((id: string) => string | undefined) | undefined;
}

/** A Weaviate server in this process, on loopback, that keeps everything in memory. */
export async function startWeaviateEmulator(options: WeaviateEmulatorOptions = {}): Promise<WeaviateEmulator> {
  const faults = createFaults(options.faults ?? {});
  const {
    server,
    emulator: started,
    listen,
  } = createEmulator(faults, {
    bodyLimit: 256 * 1024 * 1024,
    print: ({ message }) => ({ type: 'application/json', body: JSON.stringify({ error: [{ message }] }) }),
    isSpared: (url) => url.startsWith('/v1/.well-known/'),
  });
  const emulator: WeaviateEmulator = Object.assign(started, { complain: undefined });
  const state: State = {
    collections: new Map(),
    aliases: new Map(),
    now: () => Date.now(),
    complain: (id) => emulator.complain?.(id),
    date: () => new Date().toUTCString(),
  };
  server.addHook('onRequest', async (request, reply) => {
    if (options.apiKey === undefined || request.headers.authorization === `Bearer ${options.apiKey}`) return;
    send(reply, 401, '{"code":401,"message":"unauthorized: invalid api key"}');
  });
  addRoutes(server, state);
  server.setNotFoundHandler((request, reply) => {
    const message = `path ${request.url.split('?')[0] ?? ''} was not found`;
    return send(reply, 404, JSON.stringify({ code: 404, message }));
  });
  await listen(options.port);
  return emulator;
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

function readBody(request: FastifyRequest): Json {
  const body = textOf(request);
  if (body === '') return {};
  try {
    const parsed = parse(body);
    return isObject(parsed) || Array.isArray(parsed) ? parsed : {};
  } catch {
    throw new Problem(400, 'parsing body body from "" failed, because unexpected EOF', 'code');
  }
}

function send(reply: FastifyReply, status: number, body: string): FastifyReply {
  if (body === '') return reply.code(status).send();
  return sendJson(reply, status, body);
}
