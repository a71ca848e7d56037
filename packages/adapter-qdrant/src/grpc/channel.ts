import { connect, constants, type ClientHttp2Session } from 'node:http2';

/** Calls that take one message and give one back, over HTTP/2. */
export interface Channel {
  /** `path` such as `/qdrant.Points/Scroll`. @throws where the call did not end with status 0, for whatever reason. */
  call(path: string, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  close(): void;
}

export interface ChannelOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whole pages arrive without a pause for window updates. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const FRAME_BYTES = 1024 * 1024;
const PREFIX_BYTES = 5;

/**
 * One connection for each call that is under way: their windows and their losses stay apart, and the server spreads
 * connections over its threads.
 */
export function createChannel({ origin, headers }: ChannelOptions): Channel {
  const idle: ClientHttp2Session[] = [];
  const sessions = new Set<ClientHttp2Session>();

  const open = (): ClientHttp2Session => {
    const session = connect(origin, {
      settings: { initialWindowSize: WINDOW_BYTES, maxFrameSize: FRAME_BYTES, enablePush: false },
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
    session.unref();
    idle.push(session);
  };

  return {
    async call(path, message, signal) {
      signal.throwIfAborted();
      const session = take();
      const answer = await exchange(session, { ':path': path, ...headers }, frame(message), signal);
      giveBack(session);
      return answer;
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
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      reject(error);
      // A connection on which something went wrong is not used again.
      session.destroy();
    };
    const abort = (): void => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    session.once('error', fail);

    const chunks: Buffer[] = [];
    let ending: Readonly<Record<string, unknown>> = {};
    stream.once('response', (answer) => (ending = answer));
    stream.once('trailers', (trailers) => (ending = trailers));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', fail);
    stream.once('close', () => {
      signal.removeEventListener('abort', abort);
      session.off('error', fail);
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) fail(new Error(`stream reset with code ${stream.rstCode}`));
      else {
        try {
          resolve(readAnswer(Buffer.concat(chunks), ending));
        } catch (error) {
          fail(error);
        }
      }
    });
    for (const part of body) stream.write(part);
    stream.end();
  });
}

/** A byte that says "not compressed", the length, and the message. */
function frame(message: Uint8Array): readonly Uint8Array[] {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return [prefix, message];
}

function readAnswer(bytes: Buffer, ending: Readonly<Record<string, unknown>>): Uint8Array {
  const status = ending['grpc-status'];
  if (status !== '0') {
    const said = ending['grpc-message'] ?? `status ${String(ending[':status'] ?? 'unknown')} of HTTP`;
    throw new Error(`gRPC status ${String(status)}: ${decodeURIComponent(String(said))}`);
  }
  const length = bytes.length < PREFIX_BYTES ? -1 : bytes.readUInt32BE(1);
  if (bytes[0] !== 0 || length !== bytes.length - PREFIX_BYTES) {
    throw new Error(`a message of ${bytes.length} bytes that is compressed or cut off`);
  }
  return bytes.subarray(PREFIX_BYTES);
}
