import { end, inTransaction, makeTables, type PostgresConnection, type PostgresDatabase } from './postgres-database.ts';
import type { LedgerStorage } from './storage.ts';

const ROWS = `CREATE TABLE IF NOT EXISTS vsm_ledger (
  space text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (space, key))`;

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

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
