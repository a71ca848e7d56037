// index.d.ts
export { createWeaviate } from './weaviate.ts';
export type { WeaviateOptions } from './options.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings, type NamedFields, type ReadingOptions } from '@vsm/core/adapter';
export interface WeaviateOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
    readonly url?: string | undefined;
    readonly prefix?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly wakeTenants?: boolean | undefined;
    readonly letServerEmbed?: boolean | undefined;
}
export interface WeaviateConnection {
    readonly server: string;
    readonly http: HttpSettings;
    readonly location: string;
    readonly wakeTenants: boolean;
    readonly letServerEmbed: boolean;
    readonly fields: NamedFields;
}
export declare function readOptions(options: WeaviateOptions): WeaviateConnection;

// weaviate.d.ts
import { type VectorStoreV1 } from '@vsm/core/adapter';
import { type WeaviateOptions } from './options.ts';
export declare function createWeaviate(options?: WeaviateOptions): VectorStoreV1;
