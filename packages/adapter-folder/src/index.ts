export { createFolder } from './folder.ts';
export { openLocation } from './location.ts';
export type { FolderOptions } from './options.ts';
