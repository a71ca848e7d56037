import { importSqlite, sqliteCode } from '@vsm/core/files';
import { realClock } from './clock.ts';
import { lockedError } from './file-lock.ts';
import type { LedgerStorage } from './storage.ts';

/** How long one process waits for another that writes, in milliseconds: a write takes a few. */
const WAIT_MS = 5000;
/** Of that, how long it does nothing else: this thread has other work, and signs of life to give. */
const BUSY_MS = 100;
const PAUSE_MS = 20;
/** SQLITE_BUSY */
const BUSY = 5;
const PAGE = 2000;

/** Rows in a file, or in `:memory:`, for processes of one machine. What was acknowledged survives a loss of power. */
export async function sqliteStorage(path: string): Promise<LedgerStorage> {
  const { DatabaseSync } = await importSqlite({ what: 'rows in a file' });
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS vsm_ledger (
      space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID`);
  const get = database.prepare('SELECT value FROM vsm_ledger WHERE space = ? AND key = ?');
  const put = database.prepare(
    'INSERT INTO vsm_ledger VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM vsm_ledger WHERE space = ? AND key = ?');
  const page = database.prepare(
    'SELECT key, value FROM vsm_ledger WHERE space = ? AND key > ? AND key >= ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?',
  );
  const read = (space: string, key: string): string | undefined =>
    (get.get(space, key) as { value: string } | undefined)?.value;
  const pageOf = (space: string, prefix: string, after: string, limit: number) =>
    page.all(space, after, prefix, prefix, prefix, limit) as { key: string; value: string }[];
  const carryOut: LedgerStorage['transact'] = async (space, { prefix }, change) => {
    try {
      const any = prefix !== undefined && pageOf(space, prefix, '', 1).length > 0;
      const answer = change((key) => read(space, key), Date.now(), any);
      for (const [key, value] of answer.put ?? []) {
        if (value === undefined) remove.run(space, key);
        else put.run(space, key, value);
      }
      database.exec('COMMIT');
      return answer.result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    async transact(space, rows, change) {
      // What only reads waits for nobody.
      const begin = rows.locked.length + (rows.alone?.length ?? 0) === 0 ? 'BEGIN' : 'BEGIN IMMEDIATE';
      for (const since = realClock.now(); ; await realClock.sleep(PAUSE_MS)) {
        try {
          database.exec(begin);
        } catch (error) {
          if (sqliteCode(error) !== BUSY) throw error;
          if (realClock.now() - since > WAIT_MS) throw lockedError(path, WAIT_MS / 1000, error);
          continue;
        }
        // At once, for others of this process use the same connection.
        return carryOut(space, rows, change);
      }
    },
    async read(space, keys) {
      return new Map(
        keys.flatMap((key) => {
          const value = read(space, key);
          return value === undefined ? [] : [[key, value] as const];
        }),
      );
    },
    async *list(space, prefix) {
      for (let after = ''; ;) {
        const rows = pageOf(space, prefix, after, PAGE);
        for (const { key, value } of rows) yield [key, value];
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return;
        after = last.key;
      }
    },
    async close() {
      database.close();
    },
  };
}
