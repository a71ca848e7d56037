import { hasWriteAheadLog, importSqlite } from '@vsm/core/files';
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import type { Client, Row, SqlValue, Statement } from './client.ts';
import { resultCode, sqliteError, toVsmError } from './errors.ts';
import { claim } from './one-engine.ts';

/** How long a locked file is waited for; then core waits, without blocking this process. */
const BUSY_MS = 1000;

const FIRST_READ = 'SELECT count(*) FROM sqlite_schema';

interface Reading {
  readonly database: DatabaseSync;
  /** What the file looked like, where it was opened as one that nobody writes. */
  readonly stamp: string | undefined;
}

/**
 * A file by the SQLite of Node. It is opened read-only until something is written; with `snapshot` it stays so, and everything is
 * read as it was at the first call.
 */
export function openFile(path: string, snapshot: boolean): Client {
  let reading: Reading | undefined;
  let writing: DatabaseSync | undefined;
  let vec: boolean | undefined;
  let release: (() => void) | undefined;

  const open = async (location: string | URL, readOnly: boolean): Promise<DatabaseSync> => {
    const { DatabaseSync } = await importSqlite({ adapter: 'sqlite' }, 'use Node, or libsql:');
    release ??= claim(path, 'sqlite');
    const database = new DatabaseSync(location, { readOnly, allowExtension: true });
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    const extension = await import('sqlite-vec').catch(() => undefined);
    extension?.load(database);
    database.enableLoadExtension(false);
    vec = extension !== undefined;
    return database;
  };
  let opening: Promise<unknown> = Promise.resolve();
  /** One after the other: of two first calls, the second finds what the first opened. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = opening.then(work);
    opening = result.catch(() => undefined);
    return result;
  };
  const toRead = async (): Promise<Reading> =>
    inTurn(async () => {
      if (writing !== undefined) return { database: writing, stamp: undefined };
      if (reading !== undefined && (reading.stamp === undefined || reading.stamp === stampOf(path))) return reading;
      reading?.database.close();
      reading = undefined;
      const stamp = snapshot ? undefined : stampOf(path);
      const location = pathToFileURL(path);
      if (stamp !== undefined) location.searchParams.set('immutable', '1');
      const database = await open(location, true);
      try {
        // A transaction begins with its first read.
        if (snapshot) database.exec(`BEGIN; ${FIRST_READ}`);
      } catch (cause) {
        database.close();
        throw cause;
      }
      reading = { database, stamp };
      return reading;
    });
  /** Takes back what a process had half-written when it died: SQLite does so at the first read, of whoever may write. */
  const rollBack = async (): Promise<void> =>
    inTurn(async () => {
      reading?.database.close();
      reading = undefined;
      const database = await open(path, false);
      try {
        database.exec(FIRST_READ);
      } finally {
        database.close();
      }
    });
  /** Does what only reads, once more where something had to be rolled back first. @throws VsmError */
  const recovered = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work().catch(async (cause: unknown) => {
        if (writing !== undefined || resultCode(cause) !== 'READONLY') throw cause;
        await rollBack();
        return work();
      });
    } catch (cause) {
      throw toVsmError(what, cause, path);
    }
  };
  const toWrite = async (): Promise<DatabaseSync> =>
    inTurn(async () => {
      writing ??= await open(path, false);
      reading?.database.close();
      reading = undefined;
      return writing;
    });

  return {
    engine: 'sqlite',
    exists: () => existsSync(path),
    async hasVec() {
      if (vec === undefined) await recovered('cannot open the file', toRead);
      return vec === true;
    },
    read: (what, sql, parameters = []) =>
      recovered(what, async () => {
        for (;;) {
          const { database, stamp } = await toRead();
          const rows = all(database, sql, parameters);
          // Somebody wrote meanwhile: what was read past all locks may be torn.
          if (stamp === undefined || stamp === stampOf(path)) return rows;
        }
      }),
    async write(what, statements) {
      if (snapshot) throw sqliteError('UNSUPPORTED', `${what}: the store is open for a snapshot, and read-only`);
      try {
        transact(await toWrite(), statements);
      } catch (cause) {
        throw toVsmError(what, cause, path);
      }
    },
    async close() {
      await opening;
      reading?.database.close();
      writing?.close();
      reading = undefined;
      writing = undefined;
      release?.();
      release = undefined;
    },
  };
}

function all(database: DatabaseSync, sql: string, parameters: readonly SqlValue[]): Row[] {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement.all(...parameters);
}

function transact(database: DatabaseSync, statements: readonly Statement[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    let last: { readonly sql: string; readonly prepared: ReturnType<DatabaseSync['prepare']> } | undefined;
    for (const { sql, parameters } of statements) {
      if (last?.sql !== sql) last = { sql, prepared: database.prepare(sql) };
      last.prepared.run(...parameters);
    }
    database.exec('COMMIT');
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

/**
 * A file in WAL mode that nobody has open: reading it in the ordinary way would leave a -wal and a -shm beside it, so it is read as
 * one that does not change. Its stamp tells whether it did; `undefined` for every other file, which SQLite's own locks protect.
 */
function stampOf(path: string): string | undefined {
  if (existsSync(`${path}-wal`) || !existsSync(path)) return undefined;
  if (!hasWriteAheadLog(path)) return undefined;
  const { mtimeNs, size, ino } = statSync(path, { bigint: true });
  return `${mtimeNs}-${size}-${ino}`;
}
