export { createMilvus } from './milvus.ts';
export type { MilvusOptions } from './options.ts';
export { openLocation } from './location.ts';
