// index.d.ts
export { createRedis } from './redis.ts';
export { openLocation } from './location.ts';
export type { RedisClient } from './redis-client.ts';
export type { RedisOptions } from './options.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { apiKey }?: LocationOptions): OpenedLocation;

// options.d.ts
import { type FieldOptions } from '@vsm/core/adapter';
import type { RedisClient } from './redis-client.ts';
export interface RedisOptions extends FieldOptions {
    readonly url?: string | undefined;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
    readonly caFile?: string | undefined;
    readonly timeoutMs?: number | undefined;
    readonly client?: RedisClient | undefined;
    readonly prefix?: string | undefined;
    readonly container?: string | undefined;
    readonly index?: 'flat' | 'hnsw' | 'none' | undefined;
    readonly expires?: string | undefined;
}
export declare const DROP_EXPIRY = "#drop";
export interface Settings extends RedisOptions {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly secure: boolean;
    readonly ca: readonly string[] | undefined;
    readonly location: string;
}
export declare function readOptions(options: RedisOptions): Settings;

// redis-client.d.ts
export interface RedisClient {
    pipeline(): RedisPipeline;
}
interface RedisPipeline {
    callBuffer(command: string, ...words: (string | Buffer)[]): unknown;
    exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}
export {};

// redis.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type RedisOptions } from './options.ts';
export declare function createRedis(options?: RedisOptions): DisposableStore;
