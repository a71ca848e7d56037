import { own } from '@vsm/core/adapter';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultSource } from '@vsm/emulator-faults';
import type { State } from './handler.ts';
import { RPCS } from './grpc-points.ts';
import { Problem } from './problem.ts';

export interface GrpcCall {
  readonly path: string;
  readonly bytes: number;
  /** 0 is success: https://grpc.io/docs/guides/status-codes/ */
  readonly status: number;
}

export interface GrpcOptions {
  readonly state: State;
  readonly faults: FaultSource;
  /** What is wrong with the key that came with a call of this path. */
  readonly refuse: (key: string | undefined, path: string) => string | undefined;
  readonly onCall: (call: GrpcCall) => void;
}

const PREFIX_BYTES = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
/** Statuses of HTTP by those that the real server answers over gRPC in their place. */
const STATUSES: Readonly<Record<number, number>> = { 400: 3, 422: 3, 403: 7, 404: 5, 409: 6, 429: 8, 500: 13, 503: 14 };

/** The gRPC side of the emulator: HTTP/2 without TLS, one message in and one out. */
export function createGrpcServer(options: GrpcOptions): Http2Server {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      const path = String(headers[':path']);
      const key = headers['api-key'];
      void answer(
        stream,
        { path, key: typeof key === 'string' ? key : undefined, body: Buffer.concat(chunks) },
        options,
      );
    });
  });
  server.on('sessionError', () => undefined);
  return server;
}

interface Incoming {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Buffer;
}

async function answer(stream: ServerHttp2Stream, incoming: Incoming, options: GrpcOptions): Promise<void> {
  const { faults, state, onCall } = options;
  const { path, body } = incoming;
  if (faults.latencyMs > 0) await delay(faults.latencyMs);
  const end = (status: number, message: string, more: Readonly<Record<string, string>> = {}): void => {
    onCall({ path, bytes: body.length, status });
    if (stream.destroyed) return;
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    stream.respond(
      { ...head, 'grpc-status': status, 'grpc-message': encodeURIComponent(message), ...more },
      { endStream: true },
    );
  };
  const fault = faults.next(`POST ${path}`);
  if (fault === 'drop') {
    stream.session?.destroy();
    return;
  }
  if (fault === 'throttle') {
    const { retryAfterSeconds: seconds } = faults;
    return end(8, 'Rate limiting exceeded', seconds === undefined ? {} : { 'retry-after': String(seconds) });
  }
  if (fault === 'error') return end(INTERNAL, 'injected fault');
  if (typeof fault === 'object') return end(STATUSES[fault.status] ?? INTERNAL, fault.message);
  const refused = options.refuse(incoming.key, path);
  if (refused !== undefined) return end(PERMISSION_DENIED, refused);
  const rpc = own(RPCS, path);
  if (rpc === undefined) return end(UNIMPLEMENTED, '');
  let result: Uint8Array;
  try {
    result = await rpc(state, body.subarray(PREFIX_BYTES));
  } catch (error) {
    return end(error instanceof Problem ? (STATUSES[error.status] ?? INTERNAL) : INTERNAL, String(error));
  }
  onCall({ path, bytes: body.length, status: 0 });
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(result.length, 1);
  const bytes = Buffer.concat([prefix, result]);
  if (fault === 'cut') {
    stream.write(bytes.subarray(0, bytes.length >> 1), () => stream.session?.destroy());
    return;
  }
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(bytes);
}
