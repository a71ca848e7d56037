import { RemoteError, VsmError } from '@vsm/core/adapter';
import { inTurn, isPool, queryWith, type AnyClient, type Query } from './driver.ts';
import type { SqlClient } from './options.ts';
import { literal } from './sql.ts';

/** Beside the session that holds the snapshot; a pool of ten is not taken whole. */
const MOST_READERS = 4;

export interface Snapshot {
  readonly query: Query;
  close(): Promise<void>;
}

interface Pool extends SqlClient {
  readonly options?: { readonly max?: number };
  connect(): Promise<PoolClient>;
}
interface PoolClient extends SqlClient {
  release(destroy?: boolean): void;
  on(event: 'error', listener: () => void): void;
}

/** A session inside a read-only transaction that sees the snapshot. */
interface Session {
  /** By which other sessions see the same, while this one lasts. */
  readonly snapshotId: string | undefined;
  readonly query: Query;
  close(broken: boolean): Promise<void>;
}

/**
 * Freezes what is seen at this moment until `close`. With a pool, one session exports the snapshot and several read it at once;
 * a single client or a PGlite reads through its only session, and cannot be used for anything else meanwhile.
 */
export async function openSnapshot(client: AnyClient): Promise<Snapshot> {
  return isPool(client) ? openPool(client as unknown as Pool) : openSingle(client);
}

/** One transaction a client: a second store that asks for a snapshot shares it. */
const shared = new WeakMap<AnyClient, { readonly session: Promise<Session>; users: number }>();

async function openSingle(client: AnyClient): Promise<Snapshot> {
  const entry = shared.get(client) ?? { session: begin({ client }), users: 0 };
  shared.set(client, entry);
  entry.users += 1;
  const leave = async (close: () => Promise<void>): Promise<void> => {
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(client);
    await close();
  };
  try {
    const session = await entry.session;
    return { query: session.query, close: () => leave(() => session.close(false)) };
  } catch (cause) {
    await leave(async () => undefined);
    throw cause;
  }
}

async function openPool(pool: Pool): Promise<Snapshot> {
  const holder = await begin({ client: await checkOut(pool), pool });
  const readers = Math.min(MOST_READERS, (pool.options?.max ?? 10) - 1);
  if (readers < 1) return { query: holder.query, close: () => holder.close(false) };

  const idle: Session[] = [];
  const waiting: ((session: Session | undefined) => void)[] = [];
  let open = 0;
  const take = async (): Promise<Session> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (open >= readers) {
      const given = await new Promise<Session | undefined>((resolve) => waiting.push(resolve));
      return given ?? take();
    }
    open += 1;
    try {
      return await begin({ client: await checkOut(pool), pool, snapshotId: holder.snapshotId });
    } catch (cause) {
      open -= 1;
      waiting.shift()?.(undefined);
      throw cause;
    }
  };
  const giveBack = (session: Session): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(session);
    else next(session);
  };
  return {
    async query(sql, parameters) {
      const session = await take();
      try {
        const result = await session.query(sql, parameters);
        giveBack(session);
        return result;
      } catch (cause) {
        if (cause instanceof BrokenSession) {
          open -= 1;
          waiting.shift()?.(undefined);
          await session.close(true);
          throw connectionBroke(cause.cause);
        }
        giveBack(session);
        throw cause;
      }
    },
    async close() {
      await Promise.all(idle.map((session) => session.close(false)));
      await holder.close(false);
    },
  };
}

async function checkOut(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  // A connection that breaks while it waits is found out at its next query; unheard, its event would end the process.
  client.on('error', () => undefined);
  return client;
}

/** The session cannot be used any more; `cause` is the error of the query. */
class BrokenSession extends Error {}

/** @param snapshotId the snapshot to see; without one, a new one is taken now. */
async function begin({
  client,
  pool,
  snapshotId,
}: {
  readonly client: AnyClient;
  readonly pool?: Pool | undefined;
  readonly snapshotId?: string | undefined;
}): Promise<Session> {
  const query = queryWith(client);
  const close = async (broken: boolean): Promise<void> => {
    if (!broken) await query('ROLLBACK').catch(() => undefined);
    if (pool !== undefined) (client as PoolClient).release(broken);
  };
  let exported: string | undefined;
  try {
    await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (snapshotId !== undefined) {
      await query(`SET TRANSACTION SNAPSHOT ${literal(snapshotId)}`).catch((cause: unknown) => {
        throw lost(cause);
      });
    }
    // A migration may write for long between two pages.
    await query('SET LOCAL idle_in_transaction_session_timeout = 0');
    // A transaction takes its snapshot at its first query, so that is now. Inside a savepoint it could not be exported.
    const { rows } = await query(snapshotId === undefined ? 'SELECT pg_export_snapshot() AS id' : 'SELECT 1');
    exported = (rows[0] as { id?: string }).id;
    // An error later must not end the transaction.
    await query('SAVEPOINT vsm');
  } catch (cause) {
    await close(true);
    throw cause;
  }
  return {
    snapshotId: exported,
    // Together with its way back, so that no query gets in between.
    query: inTurn(async (sql, parameters) => {
      try {
        return await query(sql, parameters);
      } catch (cause) {
        try {
          await query('ROLLBACK TO SAVEPOINT vsm');
        } catch {
          throw snapshotId === undefined ? lost(cause) : new BrokenSession('', { cause });
        }
        throw cause;
      }
    }),
    close,
  };
}

/** Another session can take over while the one that holds the snapshot lasts. */
function connectionBroke(cause: unknown): RemoteError {
  return new RemoteError(`pgvector: a connection broke: ${textOf(cause)}`, {
    adapter: 'pgvector',
    cause,
    retryable: true,
  });
}

function lost(cause: unknown): unknown {
  if (VsmError.isInstance(cause)) return cause;
  return new RemoteError(
    `pgvector: the snapshot cannot be read any more (${textOf(cause)}); start the migration again`,
    { adapter: 'pgvector', cause, retryable: false },
  );
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
