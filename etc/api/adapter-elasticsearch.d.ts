// elasticsearch.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type ElasticsearchOptions } from './options.ts';
export declare function createElasticsearch(options?: ElasticsearchOptions): DisposableStore;

// index.d.ts
export { createElasticsearch } from './elasticsearch.ts';
export type { ElasticsearchOptions, SignedRequest, Sign } from './options.ts';
export { openLocation } from './location.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type FieldOptions, type HttpOptions, type HttpSettings, type ReadingOptions } from '@vsm/core/adapter';
export interface SignedRequest {
    readonly method: string;
    readonly url: string;
    readonly body: string | undefined;
}
export type Sign = (request: SignedRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
export interface ElasticsearchOptions extends HttpOptions, FieldOptions {
    readonly url?: string | undefined;
    readonly prefix?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly sign?: Sign | {
        readonly service: 'es';
        readonly region: string;
    } | undefined;
}
export interface ElasticsearchConnection {
    readonly server: string;
    readonly http: HttpSettings;
    readonly location: string;
    readonly sign: ElasticsearchOptions['sign'];
    readonly reading: ReadingOptions;
}
export declare const ADAPTER = "elasticsearch";
export declare function readOptions(options: ElasticsearchOptions): ElasticsearchConnection;
