// index.d.ts
export { createTurbopuffer } from './turbopuffer.ts';
export { openLocation } from './location.ts';
export type { TurbopufferOptions } from './options.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings, type NamedFields, type ReadingOptions } from '@vsm/core/adapter';
export interface TurbopufferOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
    readonly apiKey?: string | undefined;
    readonly region?: string | undefined;
    readonly url?: string | undefined;
}
export interface Connection {
    readonly server: string;
    readonly http: HttpSettings;
    readonly location: string;
    readonly fields: NamedFields;
}
export declare function readOptions(options: TurbopufferOptions): Connection;

// turbopuffer.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type TurbopufferOptions } from './options.ts';
export declare function createTurbopuffer(options?: TurbopufferOptions): DisposableStore;
