export { createChroma } from './chroma.ts';
export type { ChromaOptions } from './options.ts';
export { openLocation } from './location.ts';
