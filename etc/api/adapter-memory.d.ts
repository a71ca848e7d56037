// index.d.ts
export { createMemory, type MemoryOptions } from './memory.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string): OpenedLocation;

// memory.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
export interface MemoryOptions {
    readonly name?: string | undefined;
}
export declare function createMemory(options?: MemoryOptions): DisposableStore;
