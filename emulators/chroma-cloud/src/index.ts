export { startChromaCloud, type ChromaCloud, type ChromaCloudOptions, type Key } from './chroma-cloud.ts';
