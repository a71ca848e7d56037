import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Faults, FaultSource, Refusal } from './faults.ts';
import { meetFaults, type RefusalBody } from './meet-faults.ts';

/** An answered request. */
export interface RequestLog {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly bytes: number;
  readonly body: string;
  readonly status: number;
}

/** A server in this process, on loopback. */
export interface Emulator {
  /** Empty until it listens. */
  url: string;
  port: number;
  /** Change it to make things go wrong. */
  readonly faults: Faults;
  /** Called when a request has arrived, before latency and faults. */
  onArrival: ((request: Pick<RequestLog, 'method' | 'url'>) => void) | undefined;
  /** Called for every answered request. */
  onRequest: ((request: RequestLog) => void) | undefined;
  readonly close: () => Promise<void>;
}

interface EmulatorRules {
  /** Longest body that reaches a handler. */
  readonly bodyLimit: number;
  readonly maxHeaderSize?: number | undefined;
  /** A refusal in the vendor's shape. */
  readonly print: (refusal: Refusal, url: string) => RefusalBody;
  /** What no fault meets. */
  readonly isSpared?: ((url: string) => boolean) | undefined;
}

interface Created {
  readonly server: FastifyInstance;
  readonly emulator: Emulator;
  /** Default: any free port. */
  readonly listen: (port: number | undefined) => Promise<void>;
}

/** A server without routes, whose bodies are bytes whatever their type. */
export function createEmulator(faults: FaultSource, rules: EmulatorRules): Created {
  const { bodyLimit, maxHeaderSize, print, isSpared } = rules;
  const server: FastifyInstance = fastify({
    bodyLimit,
    ...(maxHeaderSize !== undefined && { http: { maxHeaderSize } }),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
  });
  const emulator: Emulator = {
    url: '',
    port: 0,
    faults,
    onArrival: undefined,
    onRequest: undefined,
    close: () => server.close(),
  };
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', async ({ method, url }) => {
    emulator.onArrival?.({ method, url });
  });
  server.addHook('onSend', async (request, { statusCode: status }, payload) => {
    const { method, url } = request;
    emulator.onRequest?.({ method, url, bytes: bytesOf(request).length, body: textOf(request), status });
    return payload;
  });
  meetFaults(server, faults, print, isSpared);
  return {
    server,
    emulator,
    async listen(port = 0) {
      await server.listen({ host: '127.0.0.1', port });
      emulator.port = (server.server.address() as AddressInfo).port;
      emulator.url = `http://127.0.0.1:${emulator.port}`;
    },
  };
}

export const bytesOf = ({ body }: FastifyRequest): Buffer => (body instanceof Buffer ? body : Buffer.alloc(0));
export const textOf = (request: FastifyRequest): string => bytesOf(request).toString();

export function sendJson(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(Buffer.from(body));
}

/** An answer other than success, which a handler throws. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
