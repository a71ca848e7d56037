// index.d.ts
export { createMilvus } from './milvus.ts';
export type { MilvusOptions } from './options.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// milvus.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type MilvusOptions } from './options.ts';
export declare function createMilvus(options?: MilvusOptions): DisposableStore;

// options.d.ts
import { type FieldOptions, type HttpOptions, type HttpSettings, type ReadingOptions } from '@vsm/core/adapter';
export interface MilvusOptions extends Omit<HttpOptions, 'maxConnections'>, FieldOptions {
    readonly url?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly database?: string | undefined;
}
export interface MilvusConnection {
    readonly origin: string;
    readonly http: HttpSettings;
    readonly location: string;
    readonly database: string;
    readonly reading: ReadingOptions;
}
export declare function readOptions(options: MilvusOptions): MilvusConnection;
