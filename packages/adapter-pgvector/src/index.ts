export type { PgvectorOptions, SqlClient } from './options.ts';
export type { ColumnChoices } from './table.ts';
export { createPgvector } from './pgvector.ts';
export { openLocation } from './location.ts';
