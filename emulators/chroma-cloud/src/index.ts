export { startChromaCloud, type ChromaCloud } from './chroma-cloud.ts';
export type { ChromaCloudOptions, Key } from './options.ts';
