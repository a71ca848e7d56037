// folder.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type FolderOptions } from './options.ts';
export declare function createFolder(options: FolderOptions): DisposableStore;

// index.d.ts
export { createFolder } from './folder.ts';
export { openLocation } from './location.ts';
export type { FolderOptions } from './options.ts';

// location.d.ts
import { type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string): OpenedLocation;

// options.d.ts
export interface FolderOptions {
    readonly path: string;
}
export declare function checkOptions(options: FolderOptions): FolderOptions;
