import { Redis } from 'ioredis';
import type { Attempt } from '@vsm/core/adapter';
import { clusterRefusal, isLost, toVsmError } from './errors.ts';
import type { Settings } from './options.ts';
import type { RedisClient } from './redis-client.ts';

export type Word = string | number | Uint8Array;
export type Command = readonly [name: string, ...words: Word[]];
/** In RESP2: an error stands in the place of the reply that it is. */
export type Reply = Buffer | string | number | null | Error | readonly Reply[];

interface ServerFacts {
  /** New each time that the server starts: cursors of SCAN end with it. */
  readonly run: string;
  /** The same for a master and its replicas. */
  readonly data: string;
  readonly major: number;
}

export interface Connection {
  readonly location: string;
  readonly db: number;
  /** Sends commands together, and gives the replies in their order. What the server refuses comes as an error in its place. */
  run(action: string, commands: readonly Command[]): Promise<readonly Reply[]>;
  /** One command, whose refusal is thrown. */
  ask(action: string, command: Command): Promise<Exclude<Reply, Error>>;
  facts(): Promise<ServerFacts>;
  /** `error` as what came of the attempt. */
  failure(action: string, error: unknown): Error;
  close(): Promise<void>;
}

interface Opened {
  readonly client: RedisClient;
  readonly facts: ServerFacts;
}

/** Connects at the first command, and again at the next one after the connection was lost; what was lost with it is for core to repeat. */
export function connect(settings: Settings): Connection {
  const { location } = settings;
  let opening: Promise<Opened> | undefined;
  let own: Redis | undefined;
  const attempt = (action: string): Attempt => ({ adapter: 'redis', action, location });
  const lost = (): void => {
    opening = undefined;
  };
  const open = async (): Promise<Opened> => {
    let client = settings.client;
    if (client === undefined) {
      own = await dial(settings, lost);
      client = own;
    }
    return { client, facts: await greet(client, settings) };
  };
  const ready = async (action: string): Promise<Opened> => {
    opening ??= open();
    const current = opening;
    try {
      return await current;
    } catch (error) {
      if (opening === current) opening = undefined;
      own?.disconnect();
      throw toVsmError(attempt(action), error);
    }
  };
  return {
    location,
    db: settings.db,
    failure: (action, error) => toVsmError(attempt(action), error),
    async run(action, commands) {
      const { client } = await ready(action);
      try {
        return await send(client, commands);
      } catch (error) {
        throw toVsmError(attempt(action), error);
      }
    },
    async ask(action, command) {
      const [reply = null] = await this.run(action, [command]);
      if (reply instanceof Error) throw toVsmError(attempt(action), reply);
      return reply;
    },
    async facts() {
      return (await ready('ask the server what it is')).facts;
    },
    async close() {
      await opening?.catch(() => undefined);
      own?.disconnect();
    },
  };
}

async function send(client: RedisClient, commands: readonly Command[]): Promise<readonly Reply[]> {
  const pipeline = client.pipeline();
  for (const [name, ...words] of commands) pipeline.callBuffer(name, ...words.map(wire));
  const replies = (await pipeline.exec()) ?? [];
  const failed = replies.find(([error]) => error !== null && isLost(error));
  if (failed !== undefined) throw failed[0];
  return replies.map(([error, reply]) => error ?? (reply as Reply));
}

function wire(word: Word): string | Buffer {
  if (typeof word === 'string') return word;
  return typeof word === 'number' ? String(word) : Buffer.from(word.buffer, word.byteOffset, word.byteLength);
}

async function dial(settings: Settings, lost: () => void): Promise<Redis> {
  const { host, port, username, password, secure, ca, timeoutMs = 0 } = settings;
  const redis = new Redis({
    host,
    port,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(secure && { tls: { ...(ca !== undefined && { ca: [...ca] }) } }),
    connectTimeout: timeoutMs,
    // Of the whole answer: a timer for each command costs as much as the command.
    socketTimeout: timeoutMs,
    connectionName: 'vsm',
    lazyConnect: true,
    protocol: 2,
    // Core repeats, and waits for a server that loads its data.
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
  });
  let cause: unknown;
  redis.on('error', (error) => {
    cause = error;
  });
  redis.on('end', lost);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    // The event says why, the rejection only that it is closed.
    throw cause ?? error;
  }
  return redis;
}

async function greet(client: RedisClient, { db, location, client: given }: Settings): Promise<Opened['facts']> {
  // ioredis itself goes on in database 0 where the one that was asked for is not there.
  const select: Command[] = given === undefined && db !== 0 ? [['SELECT', db]] : [];
  const replies = await send(client, [...select, ['INFO']]);
  const refused = replies.find((reply) => reply instanceof Error);
  if (refused !== undefined) throw refused;
  const info = String(replies.at(-1));
  if (infoField(info, 'redis_mode') === 'cluster') throw clusterRefusal(location);
  return {
    run: infoField(info, 'run_id'),
    data: infoField(info, 'master_replid') || infoField(info, 'run_id'),
    major: Number.parseInt(infoField(info, 'redis_version'), 10),
  };
}

export function infoField(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
}
