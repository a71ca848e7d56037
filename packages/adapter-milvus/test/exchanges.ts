import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createGrpcChannel } from '@vsm/core/adapter';

/** What stands in for a server: an answer to each call, or a status of gRPC other than 0. */
export type Answering = (path: string, request: Uint8Array) => Promise<Uint8Array | number> | Uint8Array | number;

export interface Standing {
  readonly url: string;
  close(): Promise<void>;
}

/** A server of gRPC whose answers are given. */
export async function startAnswering(answer: Answering): Promise<Standing> {
  const server = createServer();
  server.on('stream', (stream, headers) => void reply(stream, String(headers[':path']), answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}

async function reply(stream: ServerHttp2Stream, path: string, answer: Answering): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const found = await answer(path.slice(path.lastIndexOf('/') + 1), Buffer.concat(chunks).subarray(5));
  const status = typeof found === 'number' ? found : 0;
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': String(status), 'grpc-message': 'received message larger than max' }),
  );
  if (typeof found !== 'number') {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(found.length, 1);
    stream.write(prefix);
    stream.write(found);
  }
  stream.end();
}

interface Exchange {
  readonly path: string;
  readonly request: string;
  readonly answer: string;
}

/** Answers what a real server answered to the same bytes; with `record`, asks that server, and writes down what it says. */
export async function startRecorded(file: string, record: string | undefined): Promise<Standing> {
  if (record === undefined) {
    const known = new Map(
      (JSON.parse(readFileSync(file, 'utf8')) as Exchange[]).map(({ path, request, answer }) => [
        `${path} ${request}`,
        answer,
      ]),
    );
    return startAnswering((path, request) => {
      const answer = known.get(`${path} ${Buffer.from(request).toString('base64')}`);
      return answer === undefined ? 12 : Buffer.from(answer, 'base64');
    });
  }
  const channel = createGrpcChannel({ origin: record, headers: {}, maxAnswerBytes: 1e8 });
  const exchanges = new Map<string, Exchange>();
  const standing = await startAnswering(async (path, request) => {
    const answer = await channel.call(
      `/milvus.proto.milvus.MilvusService/${path}`,
      request,
      AbortSignal.timeout(60_000),
    );
    const text = Buffer.from(request).toString('base64');
    exchanges.set(`${path} ${text}`, { path, request: text, answer: Buffer.from(answer).toString('base64') });
    return answer;
  });
  return {
    url: standing.url,
    async close() {
      channel.close();
      await standing.close();
      writeFileSync(file, `${JSON.stringify([...exchanges.values()], undefined, 1)}\n`);
    },
  };
}
