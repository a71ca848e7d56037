import { createServer, type AddressInfo, type Socket } from 'node:net';
import { serialize, type Document } from 'bson';
import { HANDLERS, type State } from './commands.ts';
import { Refusal } from './refusal.ts';
import { frame, Messages, readCommand, type Command } from './wire.ts';

export interface MongodbEmulator {
  /** With a database. */
  readonly url: string;
  /** Has all commands but those of the handshake be refused so, until it is called without. */
  refuse(refusal?: { readonly code: number; readonly codeName: string; readonly message: string }): void;
  /** Called with each command, as it comes. */
  onCommand: ((name: string, body: Document) => void) | undefined;
  /** Ends all connections. */
  hangUp(): void;
  close(): Promise<void>;
}

const HANDSHAKE = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'endSessions']);

/** A loopback stand-in for MongoDB, by default with the search of Atlas: the commands that the adapter and its tests send, and no others. */
export async function startMongodbEmulator({
  search = true,
}: { readonly search?: boolean } = {}): Promise<MongodbEmulator> {
  const state: State = { collections: new Map(), cursors: new Map(), search };
  const sockets = new Set<Socket>();
  let refusal: Refusal | undefined;
  const answer = (command: Command): Uint8Array => {
    const [name = ''] = Object.keys(command.body);
    emulator.onCommand?.(name, command.body);
    try {
      if (refusal !== undefined && !HANDSHAKE.has(name)) throw refusal;
      const handler = HANDLERS[name]; // own key: a name of no prototype
      if (handler === undefined) throw new Refusal(59, 'CommandNotFound', `no such command: '${name}'`);
      const reply = handler(command, state);
      return Buffer.isBuffer(reply) ? reply : serialize({ ...reply, ok: 1 });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, codeName, message } = error;
      return serialize({ ok: 0, errmsg: message, code, codeName });
    }
  };
  const server = createServer((socket) => {
    const messages = new Messages();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const message of messages.take(chunk)) socket.write(frame(answer(readCommand(message)), message));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const emulator: MongodbEmulator = {
    url: `mongodb://127.0.0.1:${port}/vsm`,
    refuse(given) {
      refusal = given === undefined ? undefined : new Refusal(given.code, given.codeName, given.message);
    },
    onCommand: undefined,
    hangUp,
    async close() {
      hangUp();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return emulator;
}
