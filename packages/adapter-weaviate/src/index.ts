export { createWeaviate } from './weaviate.ts';
export type { WeaviateOptions } from './options.ts';
export { openLocation } from './location.ts';
