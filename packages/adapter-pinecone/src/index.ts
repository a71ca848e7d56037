export { createPinecone } from './pinecone.ts';
export type { PineconeOptions } from './options.ts';
export { openLocation } from './location.ts';
