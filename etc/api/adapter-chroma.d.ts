// chroma.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type ChromaOptions } from './options.ts';
export declare function createChroma(options?: ChromaOptions): DisposableStore;

// index.d.ts
export { createChroma } from './chroma.ts';
export type { ChromaOptions, ReadyChromaClient } from './options.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings } from '@vsm/core/adapter';
export interface ChromaOptions extends HttpOptions {
    readonly url?: string | undefined;
    readonly prefix?: string | undefined;
    readonly tenant?: string | undefined;
    readonly database?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly client?: ReadyChromaClient | undefined;
}
export interface ReadyChromaClient {
    readonly tenant: string | undefined;
    readonly database: string | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
}
export interface ChromaConnection {
    readonly server: string;
    readonly http: HttpSettings;
    readonly tenant: string | undefined;
    readonly database: string;
    readonly location: string;
    readonly hosted: boolean;
}
export declare const ALL_DATABASES = "*";
export declare function readOptions(given: ChromaOptions): ChromaConnection;
