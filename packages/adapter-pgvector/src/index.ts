export type { PgvectorOptions, SqlClient } from './options.ts';
export type { ColumnChoices } from './foreign-table.ts';
export { createPgvector } from './pgvector.ts';
export { openLocation } from './location.ts';
