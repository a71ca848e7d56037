// index.d.ts
export { openLocation } from './location.ts';
export type { QdrantOptions } from './options.ts';
export { createQdrant } from './qdrant.ts';
export type { ReadyQdrantClient } from './ready-client.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, options?: LocationOptions): OpenedLocation;

// options.d.ts
import { type HttpOptions, type HttpSettings } from '@vsm/core/adapter';
import { type ReadyQdrantClient } from './ready-client.ts';
export interface QdrantOptions extends HttpOptions {
    readonly url?: string | undefined;
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly https?: boolean | undefined;
    readonly apiKey?: string | undefined;
    readonly prefix?: string | undefined;
    readonly grpcPort?: number | false | undefined;
    readonly documentKey?: string | false | undefined;
    readonly shardKeyField?: string | undefined;
    readonly client?: ReadyQdrantClient | undefined;
}
export interface Connection {
    readonly server: string;
    readonly grpc: GrpcSide | undefined;
    readonly http: HttpSettings;
    readonly client: ReadyQdrantClient | undefined;
    readonly documentKey: string | false;
    readonly shardKeyField: string;
}
interface GrpcSide {
    readonly origin: string;
    readonly trusted: boolean;
}
export declare function readOptions(options: QdrantOptions): Connection;
export {};

// qdrant.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type QdrantOptions } from './options.ts';
export declare function createQdrant(options?: QdrantOptions): DisposableStore;

// ready-client.d.ts
export interface ReadyQdrantClient {
    api(): {
        root(arguments_: object, init?: RequestInit): Promise<unknown>;
    };
}
export declare function addressOf(client: ReadyQdrantClient): string;
export declare function headersOf(client: ReadyQdrantClient): Promise<Record<string, string>>;
