/**
 * What survives a crash on disk: files replaced as a whole, journals without half a line, and locks that outlive nobody. Knows
 * neither runs nor stores.
 */
export { codeOf, isMissing, readIfThere, syncFolder, writeDurably } from './durable.ts';
export { identityOf } from './identity.ts';
export { hasWriteAheadLog, importSqlite, sqliteCode, type SqliteUser } from './sqlite-file.ts';
export { lock, type Lock, type LockOptions } from './lock.ts';
export { FULL_DISK_ADVICE, freeDisk } from './free-disk.ts';
