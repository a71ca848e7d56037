export { createChroma } from './chroma.ts';
export type { ChromaOptions, ReadyChromaClient } from './options.ts';
export { openLocation } from './location.ts';
