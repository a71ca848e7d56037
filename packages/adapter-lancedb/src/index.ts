export { createLanceDb } from './lancedb.ts';
export { openLocation } from './location.ts';
export type { LanceDbOptions } from './options.ts';
