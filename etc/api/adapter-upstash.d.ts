// index.d.ts
export { createUpstash } from './upstash.ts';
export { openLocation } from './location.ts';
export type { UpstashOptions } from './options.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings } from '@vsm/core/adapter';
export interface UpstashOptions extends HttpOptions {
    readonly url?: string | undefined;
    readonly token?: string | undefined;
    readonly email?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly controller?: string | undefined;
    readonly region?: string | undefined;
    readonly plan?: string | undefined;
    readonly sparseName?: string | undefined;
    readonly flushTimeoutMs?: number | undefined;
}
export interface Connection {
    readonly account: {
        readonly controller: string;
        readonly http: HttpSettings;
    } | undefined;
    readonly index: {
        readonly url: string;
        readonly name: string;
        readonly token: string;
    } | undefined;
    readonly httpFor: (token: string) => HttpSettings;
    readonly region: string;
    readonly plan: string;
    readonly sparseName: string;
    readonly flushTimeoutMs: number;
    readonly location: string;
}
export declare const SERVICE = "https://api.upstash.com";
export declare function readOptions(options: UpstashOptions): Connection;

// upstash.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type UpstashOptions } from './options.ts';
export declare function createUpstash(options?: UpstashOptions): DisposableStore;
