import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a ledger that can be cut: what is sent meanwhile arrives late, all of it, when it is whole again. */
export interface Wire {
  readonly url: string;
  /** Between transactions: one that is cut in its middle is ended by the server at once, and nothing of it arrives late. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** How PostgreSQL ends an answer outside of a transaction: ReadyForQuery, idle. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

export async function wireTo(url: string): Promise<Wire> {
  const { protocol, hostname, port } = new URL(url);
  const always = protocol.startsWith('redis');
  const senders = new Set<Socket>();
  const passes = new Set<() => void>();
  let isCut = false;
  const server = createServer((sender) => {
    const receiver = connect(Number(port), hostname);
    senders.add(sender);
    let idle = always;
    const late: Buffer[] = [];
    receiver.on('data', (chunk) => {
      idle = always || chunk.subarray(-IDLE.length).equals(IDLE);
      sender.write(chunk);
    });
    sender.on('data', (chunk) => {
      if (isCut && (idle || late.length > 0)) late.push(chunk);
      else receiver.write(chunk);
    });
    const pass = (): void => {
      for (const chunk of late.splice(0)) receiver.write(chunk);
    };
    passes.add(pass);
    for (const socket of [sender, receiver]) socket.on('error', () => undefined);
    receiver.on('close', () => sender.end());
    sender.on('close', () => {
      senders.delete(sender);
      // Of a worker that was killed, too.
      if (late.length === 0) receiver.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      for (const pass of passes) pass();
    },
    async close() {
      for (const sender of senders) sender.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
