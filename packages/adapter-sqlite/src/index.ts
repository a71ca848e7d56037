export { createSqlite } from './sqlite.ts';
export type { SqliteOptions } from './options.ts';
export type { LibsqlClient } from './libsql-client.ts';
export { openLocation } from './location.ts';
