export { createFile } from './file.ts';
export type { FileOptions, Format } from './options.ts';
export { openLocation } from './location.ts';
