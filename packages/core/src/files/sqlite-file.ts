import { closeSync, openSync, readSync } from 'node:fs';
import type Sqlite from 'node:sqlite';
import { VsmError } from '../errors.ts';

/** Bytes 18 and 19 of a database say how it is written: 2 is the write-ahead log. https://www.sqlite.org/fileformat2.html */
const WRITE_AHEAD_LOG = 2;

/** Whether a database of SQLite is in WAL mode: read in the ordinary way, it gets a -wal and a -shm beside it. */
export function hasWriteAheadLog(path: string): boolean {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header[18] === WRITE_AHEAD_LOG;
}

/** Who asks for it: an adapter by its id, or else what is kept in it. */
export type SqliteUser = { readonly adapter: string } | { readonly what: string };

/** @throws VsmError `UNSUPPORTED` in a runtime that has none, with what to do `instead` */
export async function importSqlite(user: SqliteUser, instead = 'use Node'): Promise<typeof Sqlite> {
  try {
    return await import('node:sqlite');
  } catch (cause) {
    const [who, adapter] = 'adapter' in user ? [user.adapter, user.adapter] : [user.what, undefined];
    const message = `${who}: this runtime (${process.version}) has no node:sqlite: ${instead}`;
    throw new VsmError('UNSUPPORTED', message, { adapter, cause });
  }
}

/** The primary result code (https://www.sqlite.org/rescode.html) of an error of `node:sqlite`; `undefined` of any other. */
export function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}
