import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { FaultSource, Refusal } from './faults.ts';

export interface RefusalBody {
  readonly type: string;
  readonly body: string;
}

const CUT = 'x-emulator-cut';

/** Lets every request of the server wait, and fail as `faults` say unless it is spared. `print` gives a refusal the vendor's shape. */
export function meetFaults(
  server: FastifyInstance,
  faults: FaultSource,
  print: (refusal: Refusal, url: string) => RefusalBody,
  isSpared: (url: string) => boolean = () => false,
): void {
  server.addHook('onRequest', async (request, reply) => {
    if (faults.latencyMs > 0) await delay(faults.latencyMs);
    const fault = isSpared(request.url) ? undefined : faults.next(`${request.method} ${request.url}`);
    if (fault === undefined) return;
    if (fault === 'drop') {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    if (fault === 'cut') {
      reply.raw.setHeader(CUT, '1');
      return;
    }
    const refusal = refusalOf(fault);
    if (refusal.status === 429 && faults.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(faults.retryAfterSeconds));
    }
    const { type, body } = print(refusal, request.url);
    await reply.code(refusal.status).header('content-type', type).send(body);
  });
  server.addHook('onSend', async (_request, reply, payload) => {
    if (reply.raw.getHeader(CUT) !== undefined) cut(reply, payload);
    return payload;
  });
}

function refusalOf(fault: 'throttle' | 'error' | Refusal): Refusal {
  if (fault === 'throttle') return { status: 429, message: 'Too many requests: the rate limit is exceeded' };
  if (fault === 'error') return { status: 500, message: 'Internal server error: injected fault' };
  return fault;
}

/** Sends the head and half of the answer, then closes the socket. */
function cut(reply: FastifyReply, payload: unknown): void {
  const bytes = payload instanceof Buffer ? payload : Buffer.from(String(payload));
  reply.hijack();
  reply.raw.removeHeader(CUT);
  reply.raw.writeHead(reply.statusCode, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => reply.raw.socket?.destroy());
}
