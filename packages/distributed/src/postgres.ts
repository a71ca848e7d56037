export type { PgliteDatabase, PostgresConnection, PostgresDatabase, PostgresPool } from './postgres-database.ts';
export { postgresQueue, type PostgresQueueOptions } from './postgres-queue.ts';
export { postgresStorage } from './postgres-storage.ts';
