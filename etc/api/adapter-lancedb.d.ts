// index.d.ts
export { createLanceDb } from './lancedb.ts';
export { openLocation } from './location.ts';
export type { LanceDbOptions } from './options.ts';

// lancedb.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type LanceDbOptions } from './options.ts';
export declare function createLanceDb(options: LanceDbOptions): DisposableStore;

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { takeOver }?: LocationOptions): OpenedLocation;

// options.d.ts
import type { Connection } from '@lancedb/lancedb';
import { type ReadingOptions } from '@vsm/core/adapter';
export interface LanceDbOptions extends Omit<ReadingOptions, 'uri'> {
    readonly uri?: string | undefined;
    readonly uriField?: string | undefined;
    readonly storageOptions?: Readonly<Record<string, string>> | undefined;
    readonly connection?: Connection | undefined;
    readonly takeOver?: boolean | undefined;
}
export declare function checkOptions(options: LanceDbOptions): LanceDbOptions;
export declare function checkName(name: string): void;
