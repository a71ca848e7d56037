import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BadAnswer } from './errors.ts';
import type { Connection } from './options.ts';

const IDLE_MS = 3000;

/** Carries the calls that move records. The SDK reads every number of an answer through a reviver, which is seven times slower. */
export interface Transport {
  /** The text of a 200. @throws BadAnswer for any other status, and the socket's own errors. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, body: string | Buffer, signal: AbortSignal): Promise<string>;
  close(): void;
}

export function createTransport({ origin, prefix, headers, maxConnections }: Connection): Transport {
  const secure = origin.startsWith('https:');
  // The server closes a socket that was idle for five seconds; one that it is just closing must not be used again.
  const agent = new (secure ? HttpsAgent : HttpAgent)({
    keepAlive: true,
    maxSockets: maxConnections,
    timeout: IDLE_MS,
  });
  const start = secure ? httpsRequest : httpRequest;
  return {
    send(method, path, body, signal) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      return new Promise((resolve, reject) => {
        const outgoing = start(origin + prefix + path, {
          agent,
          method,
          signal,
          headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
        });
        outgoing.once('error', reject);
        outgoing.once('response', (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            const status = answer.statusCode ?? 0;
            if (status === 200) resolve(text);
            else reject(new BadAnswer(status, text, answer.headers['retry-after']));
          });
        });
        outgoing.end(bytes);
      });
    },
    close() {
      agent.destroy();
    },
  };
}
