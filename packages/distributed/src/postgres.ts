import { realClock } from './clock.ts';
import type { LedgerStorage } from './storage.ts';
import type { ItemRef } from './model.ts';
import { parseRef, refName, type Delivery, type WorkQueue } from './queue.ts';

/** One connection, or an embedded database. */
export interface PostgresConnection {
  query(sql: string, parameters?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** A pool of `pg`, as far as it is used. */
export interface PostgresPool extends PostgresConnection {
  connect(): Promise<PostgresConnection & { release(error?: Error | boolean): void }>;
  end(): Promise<void>;
}

/** A PGlite, as far as it is used. */
export interface PgliteDatabase extends PostgresConnection {
  transaction<Result>(work: (transaction: PostgresConnection) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export type PostgresDatabase = PostgresPool | PgliteDatabase;

const ROWS = `CREATE TABLE IF NOT EXISTS vsm_ledger (
  space text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (space, key))`;
const HINTS = `CREATE TABLE IF NOT EXISTS vsm_queue (
  name text PRIMARY KEY, due timestamptz NOT NULL, token text, held timestamptz)`;
const DUE = `CREATE INDEX IF NOT EXISTS vsm_queue_due ON vsm_queue (due)`;
/** Two that make the same table at once would fail, in spite of IF NOT EXISTS. */
const ALONE = `SELECT pg_advisory_xact_lock(hashtext('vsm_distributed'))`;

/** Unique violation, deadlock, failure to serialize: somebody was faster. */
const AGAIN = new Set(['23505', '40P01', '40001']);

/** A ledger in a database of PostgreSQL or PGlite, in the table `vsm_ledger` of the first schema on the search path. */
export function postgresStorage(database: PostgresDatabase): LedgerStorage {
  const ready = makeTables(database, [ROWS]);
  return {
    async transact(space, { locked, alone = [], steady = [], seen = [], prefix }, change) {
      await ready();
      for (;;) {
        try {
          return await inTransaction(database, async (connection) => {
            // Locks of rows give no turn to whoever waits for those that share them; these do.
            for (const [keys, share] of [
              [steady, '_shared'],
              [alone, ''],
            ] as const) {
              for (const key of keys.toSorted()) {
                await connection.query(`SELECT pg_advisory_xact_lock${share}(hashtextextended($1, 0))`, [
                  `vsm_ledger ${space} ${key}`,
                ]);
              }
            }
            const rows = new Map<string, string>();
            const kept = [...locked, ...alone].toSorted();
            if (kept.length > 0) {
              const answer = await connection.query(
                `SELECT key, value FROM vsm_ledger WHERE space = $1 AND key = ANY($2) ORDER BY key FOR UPDATE`,
                [space, kept],
              );
              for (const { key, value } of answer.rows as { key: string; value: string }[]) rows.set(key, value);
            }
            const answer = await connection.query(
              `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now,
                $2::text IS NOT NULL AND EXISTS (SELECT FROM vsm_ledger WHERE space = $1 AND starts_with(key, $2)) AS any,
                (SELECT json_object_agg(key, value) FROM vsm_ledger WHERE space = $1 AND key = ANY($3))::text AS read`,
              [space, prefix ?? null, [...steady, ...seen]],
            );
            const { now, any, read } = answer.rows[0] as { now: string | number; any: boolean; read: string | null };
            for (const [key, value] of Object.entries(JSON.parse(read ?? '{}') as object)) rows.set(key, String(value));
            const { result, put } = change((key) => rows.get(key), Math.floor(Number(now)), any);
            await writeRows(connection, space, rows, [...(put ?? [])]);
            return result;
          });
        } catch (error) {
          if (!AGAIN.has(codeOf(error))) throw error;
        }
      }
    },
    async read(space, keys) {
      await ready();
      const { rows } = await database.query(`SELECT key, value FROM vsm_ledger WHERE space = $1 AND key = ANY($2)`, [
        space,
        keys,
      ]);
      return new Map((rows as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
    },
    async *list(space, prefix) {
      await ready();
      let after = '';
      for (;;) {
        const { rows } = await database.query(
          `SELECT key, value FROM vsm_ledger WHERE space = $1 AND starts_with(key, $2) AND key > $3 ORDER BY key LIMIT 2000`,
          [space, prefix, after],
        );
        const page = rows as { key: string; value: string }[];
        for (const { key, value } of page) yield [key, value];
        const last = page.at(-1);
        if (last === undefined || page.length < 2000) return;
        after = last.key;
      }
    },
    close: () => end(database),
  };
}

async function writeRows(
  connection: PostgresConnection,
  space: string,
  read: ReadonlyMap<string, string>,
  put: readonly (readonly [key: string, value: string | undefined])[],
): Promise<void> {
  const written = put.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const news = written.filter(([key]) => !read.has(key));
  const changed = written.filter(([key]) => read.has(key));
  const gone = put.flatMap(([key, value]) => (value === undefined ? [key] : []));
  if (news.length > 0) {
    // Without ON CONFLICT: a row that was not there when it was read, and is now, was made by somebody else.
    await connection.query(
      `INSERT INTO vsm_ledger (space, key, value) SELECT $1, * FROM unnest($2::text[], $3::text[])`,
      [space, news.map(([key]) => key), news.map(([, value]) => value)],
    );
  }
  if (changed.length > 0) {
    await connection.query(
      `UPDATE vsm_ledger SET value = given.value FROM unnest($2::text[], $3::text[]) AS given (key, value)
        WHERE vsm_ledger.space = $1 AND vsm_ledger.key = given.key`,
      [space, changed.map(([key]) => key), changed.map(([, value]) => value)],
    );
  }
  if (gone.length > 0) {
    await connection.query(`DELETE FROM vsm_ledger WHERE space = $1 AND key = ANY($2)`, [space, gone]);
  }
}

export interface PostgresQueueOptions {
  /** How long a delivery that is not renewed stays with whoever took it, in milliseconds. @default 30000 */
  readonly leaseMs?: number | undefined;
}

const POLL_MS = 500;
const WAIT_MS = 4000;

/** Hints in the table `vsm_queue` of the same database as the ledger. All times are the server's. */
export function postgresQueue(database: PostgresDatabase, options: PostgresQueueOptions = {}): WorkQueue {
  const lease = `${options.leaseMs ?? 30_000} milliseconds`;
  const ready = makeTables(database, [HINTS, DUE]);
  const tokenOf = ({ handle }: Delivery): string => handle as string;
  const take = async (): Promise<Delivery | undefined> => {
    const token = crypto.randomUUID();
    const { rows } = await database.query(
      `UPDATE vsm_queue SET token = $1, held = now(), due = now() + $2::interval WHERE name = (
        SELECT name FROM vsm_queue WHERE due <= now() ORDER BY due, name LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name`,
      [token, lease],
    );
    const [row] = rows as { name: string }[];
    return row === undefined ? undefined : { ref: parseRef(row.name), handle: token };
  };
  return {
    async add(refs: readonly ItemRef[], { delayMs = 0 } = {}) {
      await ready();
      await database.query(
        `INSERT INTO vsm_queue (name, due) SELECT name, now() + $2::interval + place * interval '1 microsecond'
          FROM unnest($1::text[]) WITH ORDINALITY AS given (name, place) ON CONFLICT DO NOTHING`,
        [refs.map(refName), `${delayMs} milliseconds`],
      );
    },
    async claim(signal) {
      await ready();
      for (let waited = 0; waited < WAIT_MS && !signal.aborted; waited += POLL_MS) {
        const delivery = await take();
        if (delivery !== undefined) return delivery;
        await realClock.sleep(POLL_MS, signal);
      }
      return undefined;
    },
    async renew(held) {
      if (held.length === 0) return;
      await database.query(
        `UPDATE vsm_queue SET held = now(), due = now() + $3::interval FROM unnest($1::text[], $2::text[]) AS mine (name, token)
          WHERE vsm_queue.name = mine.name AND vsm_queue.token = mine.token`,
        [held.map(({ ref }) => refName(ref)), held.map(tokenOf), lease],
      );
    },
    async complete(delivery) {
      await database.query(`DELETE FROM vsm_queue WHERE name = $1 AND token = $2`, [
        refName(delivery.ref),
        tokenOf(delivery),
      ]);
    },
    async fail(delivery, retryInMs) {
      await database.query(
        `UPDATE vsm_queue SET token = NULL, held = NULL, due = now() + $3::interval WHERE name = $1 AND token = $2`,
        [refName(delivery.ref), tokenOf(delivery), `${retryInMs} milliseconds`],
      );
    },
    async depth() {
      await ready();
      const { rows } = await database.query(
        `SELECT count(*) FILTER (WHERE held IS NULL OR due <= now())::int AS waiting,
          count(*) FILTER (WHERE held IS NOT NULL AND due > now())::int AS active FROM vsm_queue`,
      );
      return rows[0] as { waiting: number; active: number };
    },
    close: () => end(database),
  };
}

/** A process that stands still in a transaction holds what others wait for: the server ends it soon, and it starts over when it wakes. */
const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '2s'`;

/** Makes tables once; after a failure the next call tries again. */
function makeTables(database: PostgresDatabase, statements: readonly string[]): () => Promise<void> {
  let made: Promise<void> | undefined;
  return () => {
    made ??= inTransaction(database, async (connection) => {
      for (const statement of [ALONE, ...statements]) await connection.query(statement);
    }).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

async function inTransaction<Result>(
  database: PostgresDatabase,
  work: (connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  if ('transaction' in database) return database.transaction(work);
  const client = await database.connect();
  let broken: Error | undefined;
  try {
    await client.query(BEGIN);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    // A connection that cannot even roll back is not used again.
    client.release(broken);
  }
}

async function end(database: PostgresDatabase): Promise<void> {
  await ('transaction' in database ? database.close() : database.end());
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
