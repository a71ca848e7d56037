export { createFile } from './file.ts';
export { openLocation } from './location.ts';
export type { FileOptions, Format } from './options.ts';
export { createVdf, type VdfOptions } from './vdf/vdf.ts';
