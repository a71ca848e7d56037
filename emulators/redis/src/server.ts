import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { HANDLERS, type Context, type State } from './commands.ts';
import { Database } from './database.ts';
import { Commands, encode, OK, Refusal, type Reply } from './resp.ts';
import { Indexes } from './search.ts';

export interface RedisEmulator {
  readonly url: string;
  /** Has it be another start of the server, whose buckets are others. */
  restart(): void;
  /** Whether SCAN gives keys a second time, some calls later. */
  repeat(on: boolean): void;
  /** Ends all connections. */
  hangUp(): void;
  close(): Promise<void>;
}

const DATABASES = 16;

/** A loopback stand-in for Redis with search and JSON: the commands that the adapter and its tests send, and no others. */
export async function startRedisEmulator({
  mode = 'standalone',
}: { readonly mode?: 'standalone' | 'cluster' } = {}): Promise<RedisEmulator> {
  const databases = Array.from({ length: DATABASES }, () => new Database());
  const state: State = { databases, indexes: new Indexes(), run: newRun(), mode };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, { state, db: 0 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    restart() {
      state.run = newRun();
      for (const database of databases) database.reseed();
    },
    repeat(on) {
      for (const database of databases) database.repeats = on;
    },
    hangUp,
    async close() {
      hangUp();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const newRun = (): string => randomBytes(20).toString('hex');

function serve(socket: Socket, context: Context): void {
  const commands = new Commands();
  let queued: (readonly Buffer[])[] | undefined;
  const answer = (words: readonly Buffer[]): Reply => {
    const name = String(words[0]).toUpperCase();
    if (name === 'MULTI') {
      queued = [];
      return OK;
    }
    if (name === 'EXEC' && queued !== undefined) {
      const all = queued;
      queued = undefined;
      return all.map((one) => carryOut(one, context));
    }
    if (queued === undefined) return carryOut(words, context);
    queued.push(words);
    return 'QUEUED';
  };
  socket.on('data', (chunk: Buffer) => {
    const replies = [...commands.take(chunk)].map((words) => encode(answer(words)));
    if (replies.length > 0) socket.write(Buffer.concat(replies));
  });
}

/** What the server answers to one command. */
function carryOut([name, ...words]: readonly Buffer[], context: Context): Reply {
  const handler = HANDLERS[String(name).toUpperCase()]; // own key: a name of no prototype
  if (handler === undefined) return new Refusal(`ERR unknown command '${String(name)}', with args beginning with: `);
  try {
    return handler(words, context);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
