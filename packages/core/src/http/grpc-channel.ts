import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { BadStatus } from './grpc-failure.ts';

/** Calls that take one message and give one back, over HTTP/2. */
export interface GrpcChannel {
  /**
   * `path` such as `/qdrant.Points/Scroll`.
   * @throws BadStatus where the server answered with an error; anything else means that there was no answer to rely on.
   */
  call(path: string, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  close(): void;
}

export interface GrpcChannelOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Authorities, where they are not Node's own. */
  readonly ca?: readonly string[] | undefined;
  /** Above which an answer is not read on. */
  readonly maxAnswerBytes: number;
}

/** Whole pages arrive without a pause for window updates. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const FRAME_BYTES = 1024 * 1024;
/** Node refuses further data beyond it; a page of large records is more than the default of 10. */
const SESSION_MEGABYTES = 1024;
const PREFIX_BYTES = 5;

/**
 * One connection for each call that is under way: their windows and their losses stay apart, and the server spreads
 * connections over its threads.
 */
export function createGrpcChannel({ origin, headers, ca, maxAnswerBytes }: GrpcChannelOptions): GrpcChannel {
  const idle: ClientHttp2Session[] = [];
  const sessions = new Set<ClientHttp2Session>();

  const open = (): ClientHttp2Session => {
    const session = connect(origin, {
      settings: { initialWindowSize: WINDOW_BYTES, maxFrameSize: FRAME_BYTES, enablePush: false },
      maxSessionMemory: SESSION_MEGABYTES,
      ...(ca !== undefined && { ca: [...ca] }),
    });
    sessions.add(session);
    session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
    session.once('goaway', () => session.close());
    // The call that is under way hears of it from its own stream.
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
    return session;
  };
  const take = (): ClientHttp2Session => {
    for (let session = idle.pop(); session !== undefined; session = idle.pop()) {
      if (!session.closed && !session.destroyed) {
        session.ref();
        return session;
      }
    }
    return open();
  };
  const giveBack = (session: ClientHttp2Session): void => {
    if (session.closed || session.destroyed) return;
    // A connection that waits for its next call keeps no process alive.
    session.unref();
    idle.push(session);
  };

  return {
    async call(path, message, signal) {
      signal.throwIfAborted();
      const session = take();
      try {
        const answer = await exchange(session, { ':path': path, ...headers }, frame(message), maxAnswerBytes, signal);
        giveBack(session);
        return answer;
      } catch (error) {
        if (error instanceof BadStatus) giveBack(session);
        else session.destroy();
        throw error;
      }
    },
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function exchange(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body: readonly Uint8Array[],
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const abort = (): void => finish(() => reject(signal.reason));
    const fail = (error: Error): void => finish(() => reject(error));
    const finish = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      session.off('error', fail);
      settle();
    };
    signal.addEventListener('abort', abort, { once: true });
    session.once('error', fail);
    collect(stream, most, fail, (chunks, ending) =>
      finish(() => {
        try {
          resolve(readAnswer(chunks, ending));
        } catch (error) {
          reject(error);
        }
      }),
    );
    for (const part of body) stream.write(part);
    stream.end();
  });
}

type Headers = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** What the answer ends with is its trailers, or its head where there is nothing else. */
function collect(
  stream: ClientHttp2Stream,
  most: number,
  fail: (error: Error) => void,
  done: (chunks: readonly Buffer[], ending: Headers) => void,
): void {
  const chunks: Buffer[] = [];
  let ending: Headers = {};
  stream.once('response', (answer) => (ending = answer));
  stream.once('trailers', (trailers) => (ending = trailers));
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
    else fail(new Error(`an answer of more than ${most} bytes`));
  });
  stream.once('error', fail);
  stream.once('close', () => {
    // A server that refuses a request in the middle of it resets the stream once it has said why.
    if (stream.rstCode === constants.NGHTTP2_NO_ERROR || ending['grpc-status'] !== undefined) done(chunks, ending);
    else fail(new Error(`stream reset with code ${stream.rstCode}`));
  });
}

/** A byte that says "not compressed", the length, and the message. */
function frame(message: Uint8Array): readonly Uint8Array[] {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return [prefix, message];
}

function readAnswer(chunks: readonly Buffer[], ending: Headers): Uint8Array {
  const status = ending['grpc-status'];
  if (status === undefined) {
    throw new Error(`an answer without a gRPC status (${ending[':status'] ?? 'none'} of HTTP)`);
  }
  if (status !== '0') {
    const retryAfter = ending['retry-after'];
    throw new BadStatus(Number(status), unescaped([ending['grpc-message'] ?? ''].flat().join(' ')), retryAfter);
  }
  const bytes = Buffer.concat(chunks);
  const length = bytes.length < PREFIX_BYTES ? -1 : bytes.readUInt32BE(1);
  if (bytes[0] !== 0 || length !== bytes.length - PREFIX_BYTES) {
    throw new Error(`a message of ${bytes.length} bytes that is compressed or cut off`);
  }
  return bytes.subarray(PREFIX_BYTES);
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: malformed values are shown as they are. */
function unescaped(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
