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

/** Two that make the same table at once would fail, in spite of IF NOT EXISTS. */
const ALONE = `SELECT pg_advisory_xact_lock(hashtext('vsm_distributed'))`;

/** A process that stands still in a transaction holds what others wait for: the server ends it soon, and it starts over when it wakes. */
const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '2s'`;

/** Makes tables once; after a failure the next call tries again. */
export function makeTables(database: PostgresDatabase, statements: readonly string[]): () => Promise<void> {
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

export async function inTransaction<Result>(
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

/** Closes it, whichever it is. */
export async function end(database: PostgresDatabase): Promise<void> {
  await ('transaction' in database ? database.close() : database.end());
}
