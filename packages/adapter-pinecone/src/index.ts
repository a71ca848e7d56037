export { createPinecone } from './pinecone.ts';
export type { PineconeOptions, ReadyPineconeClient } from './options.ts';
export { openLocation } from './location.ts';
