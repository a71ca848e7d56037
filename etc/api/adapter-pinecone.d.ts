// import/import.d.ts
import { type ImportOptions } from '@vsm/adapter-file/import';
import type { DisposableStore, LocationOptions, OpenedLocation } from '@vsm/core/adapter';
export interface PineconeImportOptions extends ImportOptions {
    readonly documentKey?: string | false | undefined;
    readonly sparseName?: string | undefined;
}
export declare function createPineconeImport(options: PineconeImportOptions): DisposableStore;
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// import/index.d.ts
export { createPineconeImport, openLocation, type PineconeImportOptions } from './import.ts';

// index.d.ts
export { createPinecone } from './pinecone.ts';
export type { PineconeOptions, ReadyPineconeClient } from './options.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings } from '@vsm/core/adapter';
export declare const DOCUMENT_KEY = "text";
export declare const SPARSE_NAME = "sparse";
export interface PineconeOptions extends HttpOptions {
    readonly apiKey?: string | undefined;
    readonly controllerHost?: string | undefined;
    readonly host?: string | undefined;
    readonly cloud?: string | undefined;
    readonly region?: string | undefined;
    readonly documentKey?: string | false | undefined;
    readonly sparseName?: string | undefined;
    readonly concurrency?: number | undefined;
    readonly readyTimeoutMs?: number | undefined;
    readonly flushTimeoutMs?: number | undefined;
    readonly client?: ReadyPineconeClient | undefined;
}
export interface ReadyPineconeClient {
    getConfig(): {
        readonly apiKey: string;
        readonly controllerHostUrl?: string | undefined;
        readonly additionalHeaders?: Readonly<Record<string, string>> | undefined;
        readonly sourceTag?: string | undefined;
        readonly fetchApi?: unknown;
    };
}
export interface Connection {
    readonly apiKey: string;
    readonly controllerHost: string | undefined;
    readonly host: string | undefined;
    readonly cloud: string;
    readonly region: string;
    readonly documentKey: string | false;
    readonly sparseName: string;
    readonly concurrency: number;
    readonly http: HttpSettings;
    readonly authorizations: Readonly<Record<string, string>>;
    readonly sourceTag: string | undefined;
    readonly readyTimeoutMs: number;
    readonly flushTimeoutMs: number;
    readonly location: string;
}
export declare function readOptions(given: PineconeOptions): Connection;
export declare function authorizationFor({ authorizations }: Connection, url: string): {
    readonly authorization?: string;
};

// pinecone.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type PineconeOptions } from './options.ts';
export declare function createPinecone(options?: PineconeOptions): DisposableStore;
