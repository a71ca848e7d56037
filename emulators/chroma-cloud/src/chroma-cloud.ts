import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChromaCloudOptions } from './options.ts';
import { refusalOf, type Refusal } from './rules.ts';

export interface ChromaCloud {
  readonly url: string;
  /** Every so many requests a connection is lost: by turns before the request is seen, and in the middle of its answer. 0: never. */
  loseEvery: number;
  /** Requests since it started. */
  readonly requests: readonly string[];
  /** What was refused, as `403 POST /path`. */
  readonly refused: readonly string[];
  readonly lostConnections: number;
  close(): Promise<void>;
}

/** Passes on what the rules allow, on a free loopback port. */
export async function startChromaCloud(options: ChromaCloudOptions): Promise<ChromaCloud> {
  const { server } = options;
  const requests: string[] = [];
  const refused: string[] = [];
  let lost = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const name = `${request.method} ${request.url}`;
    requests.push(name);
    const loses = cloud.loseEvery > 0 && requests.length % cloud.loseEvery === 0;
    if (loses) lost += 1;
    if (loses && lost % 2 === 1) {
      request.socket.destroy();
      return;
    }
    const refusal = refusalOf(request, body, options);
    if (refusal !== undefined) {
      if (refusal.status >= 400) refused.push(`${refusal.status} ${name}`);
      send(response, refusal);
      return;
    }
    const real = await fetch(new URL(request.url ?? '/', server), {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    const bytes = Buffer.from(await real.arrayBuffer());
    response.writeHead(real.status, { 'content-type': 'application/json', 'content-length': bytes.length });
    if (loses) response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy());
    else response.end(bytes);
  };

  const proxy = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, { status: 502, error: 'BadGateway', message: String(error) });
    });
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const cloud: ChromaCloud = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    loseEvery: 0,
    requests,
    refused,
    get lostConnections() {
      return lost;
    },
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
  return cloud;
}

function send(response: ServerResponse, { status, ...body }: Refusal): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body.answer ?? body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
