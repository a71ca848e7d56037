export { openLocation } from './location.ts';
export type { QdrantOptions } from './options.ts';
export { createQdrant } from './qdrant.ts';
export type { ReadyQdrantClient } from './ready-client.ts';
