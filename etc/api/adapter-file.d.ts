// file.d.ts
import type { DisposableStore } from '@vsm/core/adapter';
import { type FileOptions } from './options.ts';
export declare function createFile(options: FileOptions): DisposableStore;

// index.d.ts
export { createFile } from './file.ts';
export { openLocation } from './location.ts';
export type { FileOptions, Format } from './options.ts';
export { createVdf, type VdfOptions } from './vdf/vdf.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { takeOver }?: LocationOptions): OpenedLocation;

// options.d.ts
import { type ReadingOptions } from '@vsm/core/adapter';
export interface FileOptions extends ReadingOptions {
    readonly path: string;
    readonly metric?: 'cosine' | 'euclidean' | 'dot' | 'manhattan' | undefined;
    readonly format?: Format | undefined;
    readonly maxLineBytes?: number | undefined;
    readonly takeOver?: boolean | undefined;
}
export declare const MAX_LINE_BYTES: number;
export type Format = 'parquet' | 'jsonl' | 'jsonl.gz' | 'jsonl.zst';
export interface FileName {
    readonly name: string;
    readonly format: Format;
}
export declare function fileName(path: string): FileName | undefined;
export declare function checkOptions(options: FileOptions): FileOptions;

// vdf/vdf.d.ts
import type { DisposableStore } from '@vsm/core/adapter';
import { type FileOptions } from '../options.ts';
export type VdfOptions = Omit<FileOptions, 'format'>;
export declare function createVdf(options: VdfOptions): DisposableStore;
