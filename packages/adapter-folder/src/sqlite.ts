import { hasWriteAheadLog, importSqlite, sqliteCode } from '@vsm/core/files';
import { existsSync, mkdtempSync, statSync, copyFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Sqlite from 'node:sqlite';
import { damaged, folderError, toVsmError } from './errors.ts';
import { Stamps } from './stamps.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;
export type Row = Record<string, SqlValue>;

/** A SQLite file that is read, with nothing written to it or beside it. */
export interface Database {
  readonly path: string;
  all(sql: string, ...parameters: SqlValue[]): Row[];
  each(sql: string, ...parameters: SqlValue[]): IterableIterator<Row>;
  close(): void;
}

/** Beside a database: what was written and has not reached it yet. SQLite merges it in when it opens the file. */
const LEFT = ['-wal', '-journal'];

/** @throws VsmError naming the file where it is no database, or a damaged one */
export async function openDatabase(path: string): Promise<Database> {
  const { DatabaseSync } = await importSqlite({ adapter: 'folder' });
  const left = LEFT.map((ending) => path + ending).filter(
    (file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  const copy = left.length === 0 ? undefined : copyOf([path, ...left]);
  const opened = copy === undefined ? pathToFileURL(path) : pathToFileURL(join(copy, basename(path)));
  const close = (): void => {
    if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
  };
  try {
    // Read in the ordinary way, a file in WAL mode gets a -wal and a -shm beside it.
    if (copy === undefined && hasWriteAheadLog(path)) opened.searchParams.set('immutable', '1');
    const database = new DatabaseSync(opened, { readOnly: copy === undefined });
    database.exec('PRAGMA query_only = 1');
    const told = (cause: unknown): Error => sqliteFailure(path, cause);
    return {
      path,
      all(sql, ...parameters) {
        try {
          return prepare(database, sql).all(...parameters);
        } catch (cause) {
          throw told(cause);
        }
      },
      *each(sql, ...parameters) {
        try {
          for (const row of prepare(database, sql).iterate(...parameters)) yield row;
        } catch (cause) {
          throw told(cause);
        }
      },
      close() {
        database.close();
        close();
      },
    };
  } catch (cause) {
    close();
    throw sqliteFailure(path, cause);
  }
}

/** The names of the columns of a table; empty where there is none. */
export function columnsOf(database: Database, table: string): ReadonlySet<string> {
  return new Set(database.all('SELECT name FROM pragma_table_info(?)', table).map(({ name }) => String(name)));
}

function prepare(database: Sqlite.DatabaseSync, sql: string): Sqlite.StatementSync {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

/** A copy of files that belong together, all of one moment. */
function copyOf(paths: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-folder-'));
  try {
    const stamps = new Stamps(paths);
    for (const path of paths) copyFileSync(path, join(folder, basename(path)));
    stamps.check();
    return folder;
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw toVsmError(cause, paths[0] ?? '');
  }
}

function sqliteFailure(path: string, cause: unknown): Error {
  if (!existsSync(path)) return damaged(path, 'the file is missing', cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = sqliteCode(cause);
  // Busy and locked: somebody writes at this moment.
  if (code === 5 || code === 6)
    return folderError('CONFLICT', `${path} is being written to. Stop what writes there.`, cause);
  return code === undefined ? toVsmError(cause, path) : damaged(path, `SQLite cannot read it: ${reason}`, cause);
}
