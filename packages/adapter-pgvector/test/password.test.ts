import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createPgvector } from '../src/index.ts';

const NO_TLS_HERE = 'N';

/** A message of the server that asks to log in: `R`, its length, a kind, and what belongs to it. */
function authentication(kind: number, text: string): Buffer {
  const head = Buffer.alloc(9);
  head.write('R');
  head.writeInt32BE(8 + text.length, 1);
  head.writeInt32BE(kind, 5);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Asks for a password by SCRAM, and then waits, as a server does for a minute. */
function askForPassword(socket: Socket): void {
  const answers = [authentication(10, 'SCRAM-SHA-256\0\0'), authentication(11, 'r=abc,s=QSXCR+Q6sek8bf92,i=4096')];
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    const wantsTls = data.length === 8 && data.readInt32BE(4) === 80877103;
    const answer = wantsTls ? NO_TLS_HERE : answers.shift();
    if (answer !== undefined) socket.write(answer);
  });
}

it('without the password that the server wants, says so and leaves no connection behind', async () => {
  vi.stubEnv('PGPASSWORD', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    askForPassword(socket);
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const store = createPgvector({ url: `postgresql://me@127.0.0.1:${port}/db` });
  await expect(store.listCollections()).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    message: expect.stringContaining('none was given: set PGPASSWORD'),
  });
  const closed = Promise.all(sockets.filter((socket) => !socket.closed).map((socket) => once(socket, 'close')));
  await store.close();
  await closed;
  expect(sockets.length).toBeGreaterThan(0);
});
