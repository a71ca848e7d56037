export { createMemory, type MemoryOptions } from './memory.ts';
