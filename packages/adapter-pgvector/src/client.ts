import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '@vsm/core/adapter';
import type { Pool } from 'pg';
import { cutsMarks, isPool, isThread, queryWith, takesBytes, type AnyClient, type Query } from './driver.ts';
import { hasNoTls, toVsmError } from './errors.ts';
import { parseConnectionUrl, takeParameters } from './connection-url.ts';
import type { PgvectorOptions } from './options.ts';
import { openPglite } from './pglite.ts';
import { poolSettings } from './pool-config.ts';
import { openSnapshot } from './snapshot.ts';
import { marked, plainText, type AsText, type Parameter } from './sql.ts';

export interface Connection {
  /** Runs one statement. `what` names the attempt in errors. */
  run<Row>(what: string, sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** Runs a statement that may take hours, and ends it when the signal aborts: with `ABORTED`, and nothing of it done. */
  runLong(what: string, sql: string, signal: AbortSignal | undefined): Promise<void>;
  /** Whether parameters may be a binary arrays: with `pg` and PGlite, not with a client that we do not know. */
  readonly sendsBinary: boolean;
  readonly asText: AsText;
  /** `false` for an embedded database that is not there. Asking does not create it; `run` does. */
  exists(): boolean;
  close(): Promise<void>;
}

interface Opened {
  readonly query: Query;
  /** Ends the statement that begins with this comment. Absent with a single client, which hears nothing meanwhile. */
  readonly interrupt?: ((mark: string) => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}

/** Connects at the first statement. */
export function connect(given: PgvectorOptions): Connection {
  // The process may go to another folder before the first statement.
  const options = given.dataDir === undefined ? given : { ...given, dataDir: resolve(given.dataDir) };
  let opening: Promise<Opened> | undefined;
  const ready = async (what: string): Promise<Opened> => {
    opening ??= open(options);
    const current = opening;
    try {
      return await current;
    } catch (cause) {
      // What could not be opened now may be so next time.
      if (opening === current) opening = undefined;
      throw toVsmError(what, cause);
    }
  };
  return {
    async run<Row>(what: string, sql: string, parameters?: readonly Parameter[]) {
      const opened = await ready(what);
      try {
        return (await opened.query(sql, parameters)).rows as Row[];
      } catch (cause) {
        throw toVsmError(what, cause);
      }
    },
    async runLong(what, sql, signal) {
      const opened = await ready(what);
      try {
        await untilAborted(opened, sql, signal);
      } catch (cause) {
        if (signal?.aborted !== true) throw toVsmError(what, cause);
        throw new VsmError('ABORTED', `pgvector: ${what}: it was interrupted`, { adapter: 'pgvector', cause });
      }
    },
    sendsBinary: options.client === undefined || takesBytes(options.client),
    asText: options.client !== undefined && cutsMarks(options.client) ? marked : plainText,
    exists() {
      return opening !== undefined || options.dataDir === undefined || existsSync(join(options.dataDir, 'PG_VERSION'));
    },
    async close() {
      // What could not be opened needs no closing; its error was raised where it was asked for.
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}

async function untilAborted({ query, interrupt }: Opened, sql: string, signal: AbortSignal | undefined): Promise<void> {
  const mark = `/* vsm ${randomUUID()} */`;
  const state = { running: true };
  const done = query(`${mark} ${sql}`).finally(() => {
    state.running = false;
  });
  const aborted = new Promise<never>((_, reject) => {
    const stop = async (): Promise<void> => {
      if (interrupt === undefined) throw new Error('it goes on in the database');
      // Until it is over: a statement that has not reached the server yet cannot be ended there.
      for (; state.running; await delay(INTERRUPT_AGAIN_MS)) await interrupt(mark);
    };
    const onAbort = (): void => void stop().catch(reject);
    signal?.addEventListener('abort', onAbort, { once: true });
    const forget = (): void => signal?.removeEventListener('abort', onAbort);
    done.then(forget, forget);
  });
  await Promise.race([done, aborted]);
}

const INTERRUPT_AGAIN_MS = 200;

async function open(options: PgvectorOptions): Promise<Opened> {
  const { client, close } = await openClient(options);
  if (options.snapshot !== true) return { query: queryWith(client), interrupt: interruptWith(client), close };
  try {
    const snapshot = await openSnapshot(client);
    return {
      query: snapshot.query,
      async close() {
        await snapshot.close();
        await close();
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function interruptWith(client: AnyClient): Opened['interrupt'] {
  if (isThread(client)) return () => client.interrupt();
  if (!isPool(client)) return undefined;
  return async (mark) => {
    // Everyone may end what runs under the same role.
    await client.query(
      'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND starts_with(query, $1)',
      [mark],
    );
  };
}

async function openClient({ client, url, dataDir, snapshot = false }: PgvectorOptions): Promise<{
  client: AnyClient;
  readonly close: () => Promise<void>;
}> {
  if (client !== undefined) return { client, close: async () => undefined };
  if (dataDir !== undefined) return openPglite(resolve(dataDir), snapshot);
  return openPool(url ?? '');
}

async function openPool(url: string): Promise<{ readonly client: Pool; readonly close: () => Promise<void> }> {
  const { config, plainToo } = poolSettings(parseConnectionUrl(url));
  const { default: pg } = await import('pg');
  const sockets = new Set<Socket>();
  const stream = (): Socket => {
    const socket = new Socket();
    sockets.add(socket);
    return socket.once('close', () => sockets.delete(socket));
  };
  const pool = new pg.Pool({ ...config, stream });
  // The driver leaves a connection open that did not get as far as a session, and a server may wait for minutes for the rest.
  const close = async (): Promise<void> => {
    await pool.end();
    for (const socket of sockets) socket.destroy();
  };
  // An idle connection that breaks is replaced at the next query; unheard, its event would end the process.
  pool.on('error', () => undefined);
  if (!plainToo) return { client: pool, close };
  try {
    (await pool.connect()).release();
    return { client: pool, close };
  } catch (cause) {
    await close();
    if (!(cause instanceof Error) || !hasNoTls(cause)) throw cause;
    return openPool(takeParameters(url, ['sslmode']).url);
  }
}
