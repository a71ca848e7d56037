import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { ValidationError, VsmError } from '@vsm/core';
import { createLedger } from './create-ledger.ts';
import type { Ledger } from './ledger.ts';
import { TIMINGS } from './model.ts';
import type { WorkQueue } from './queue.ts';
import type { LedgerStorage } from './storage.ts';

/** Connections of one process to the server of a ledger: one for each append on its way, and one for the beats. */
const CONNECTIONS = 4;

/** A ledger, where {@link openStorage} has rows. @throws ValidationError for another place, VsmError where its driver is missing */
export async function openLedger(url: string): Promise<Ledger> {
  return createLedger(await openStorage(url));
}

/** Rows at `postgresql://…`, `redis://…` or, for processes of one machine, in the file that is named after `sqlite:`. */
export async function openStorage(url: string): Promise<LedgerStorage> {
  if (isPostgres(url)) {
    const { postgresStorage } = await import('./postgres.ts');
    return postgresStorage(await openPostgres(url));
  }
  if (isRedis(url)) {
    const { redisStorage } = await import('./redis.ts');
    return redisStorage(await redisClient(url));
  }
  if (url.startsWith('sqlite:')) {
    const { sqliteStorage } = await import('./sqlite.ts');
    return sqliteStorage(url.slice('sqlite:'.length));
  }
  throw notAServer('What is kept of a shared run or a move', url, ', or in sqlite:FILE');
}

/** Hints at `redis://…`, which BullMQ hands out, or in a table at `postgresql://…`. */
export async function openQueue(url: string): Promise<WorkQueue> {
  const leaseMs = TIMINGS.lease;
  if (isPostgres(url)) {
    const { postgresQueue } = await import('./postgres.ts');
    return postgresQueue(await openPostgres(url), { leaseMs });
  }
  if (isRedis(url)) {
    const { bullmqQueue } = await driver('bullmq', () => import('./bullmq.ts'));
    return bullmqQueue({ connection: redisOptions(url), leaseMs });
  }
  throw notAServer('A queue', url);
}

export const isPostgres = (url: string): boolean => /^postgres(?:ql)?:\/\//.test(url);
const isRedis = (url: string): boolean => /^rediss?:\/\//.test(url);

/** A pool of connections to the server. */
export async function openPostgres(url: string): Promise<Pool> {
  const { default: pg } = await driver('pg', () => import('pg'));
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  // A server that goes away ends idle connections, which is nobody's error; the next call says so itself.
  pool.on('error', () => undefined);
  return pool;
}

/** A client that waits for a server that is away, but not for ever. */
export async function redisClient(url: string): Promise<Redis> {
  const ioredis = await driver('ioredis', () => import('ioredis'));
  const client = new ioredis.Redis({ ...redisOptions(url), maxRetriesPerRequest: 3 });
  client.on('error', () => undefined);
  return client;
}

/** The parts of a URL as ioredis takes them. A password that it lacks comes from `REDIS_PASSWORD`. */
function redisOptions(text: string) {
  const url = new URL(text);
  const password = url.password === '' ? process.env['REDIS_PASSWORD'] : decodeURIComponent(url.password);
  return {
    host: url.hostname === '' ? 'localhost' : url.hostname,
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(password !== undefined && { password }),
    ...(url.pathname.length > 1 && { db: Number(url.pathname.slice(1)) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
    // BullMQ waits for its server by itself, and asks for this.
    maxRetriesPerRequest: null,
  };
}

async function driver<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new VsmError('INVALID_OPTIONS', `"${name}" is not installed. Install it with: npm install ${name}`, {
      cause,
    });
  }
}

function notAServer(what: string, url: string, or = ''): ValidationError {
  const scheme = /^[a-z+]+:/i.exec(url)?.[0] ?? 'what was given';
  return new ValidationError(`${what} is at redis://… or postgresql://…${or}, not at ${scheme}.`);
}
