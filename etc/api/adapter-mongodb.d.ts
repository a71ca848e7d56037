// index.d.ts
export { createMongodb } from './mongodb.ts';
export { openLocation } from './location.ts';
export type { MongodbOptions } from './options.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { apiKey }?: LocationOptions): OpenedLocation;

// mongodb.d.ts
import { type DisposableStore } from '@vsm/core/adapter';
import { type MongodbOptions } from './options.ts';
export declare function createMongodb(options?: MongodbOptions): DisposableStore;

// options.d.ts
import { type FieldOptions } from '@vsm/core/adapter';
import { MongoClient } from 'mongodb';
export interface MongodbOptions extends FieldOptions {
    readonly url?: string | undefined;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
    readonly caFile?: string | undefined;
    readonly timeoutMs?: number | undefined;
    readonly client?: MongoClient | undefined;
    readonly database?: string | undefined;
    readonly container?: string | undefined;
}
export interface Settings extends MongodbOptions {
    readonly client: MongoClient;
    readonly database: string;
    readonly given: boolean;
    readonly location: string;
}
export declare function readOptions(options: MongodbOptions): Settings;
