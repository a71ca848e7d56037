export type { PgvectorOptions, SqlClient } from './options.ts';
export { createPgvector } from './pgvector.ts';
