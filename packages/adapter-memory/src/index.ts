export { createMemory, type MemoryOptions } from './memory.ts';
export { openLocation } from './location.ts';
