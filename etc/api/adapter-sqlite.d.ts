// client.d.ts
export type SqlValue = null | bigint | number | string | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;
export interface Statement {
    readonly sql: string;
    readonly parameters: readonly SqlValue[];
}
export interface Client {
    readonly engine: 'sqlite' | 'libsql';
    exists(): boolean;
    hasVec(): Promise<boolean>;
    read(what: string, sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
    write(what: string, statements: readonly Statement[]): Promise<void>;
    close(): Promise<void>;
}
export declare const MOST_PARAMETERS = 30000;
export declare function identifier(name: string): string;
export declare function literal(text: string): string;
export declare function marks(count: number): string;
export declare function selected(expression: string, affinity: string, { engine }: Pick<Client, 'engine'>): string;
export declare function textOf(value: SqlValue, affinity: string): SqlValue;

// index.d.ts
export { createSqlite } from './sqlite.ts';
export type { SqliteOptions } from './options.ts';
export type { LibsqlClient } from './libsql-client.ts';
export { openLocation } from './location.ts';

// libsql-client.d.ts
import type { Client } from './client.ts';
export interface LibsqlClient {
    execute(statement: {
        sql: string;
        args: (null | bigint | number | string | Uint8Array)[];
    }): Promise<{
        readonly rows: readonly unknown[];
    }>;
    reconnect?(): void | Promise<void>;
    batch(statements: {
        sql: string;
        args: (null | bigint | number | string | Uint8Array)[];
    }[], mode: 'write'): Promise<unknown>;
    close(): void;
}
type Place = {
    readonly client: LibsqlClient;
} | {
    readonly path: string;
} | {
    readonly url: string;
    readonly authToken: string | undefined;
};
export declare function openLibsql(place: Place): Client;
export {};

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { apiKey }?: LocationOptions): OpenedLocation;

// options.d.ts
import { type ReadingOptions } from '@vsm/core/adapter';
import type { LibsqlClient } from './libsql-client.ts';
export interface ColumnChoices extends ReadingOptions {
    readonly container?: string | undefined;
    readonly contents?: string | undefined;
}
export interface SqliteOptions extends ColumnChoices {
    readonly path?: string | undefined;
    readonly url?: string | undefined;
    readonly authToken?: string | undefined;
    readonly client?: LibsqlClient | undefined;
    readonly engine?: 'sqlite' | 'libsql' | undefined;
    readonly tables?: 'plain' | 'vec0' | undefined;
    readonly vectorIndex?: boolean | undefined;
    readonly snapshot?: boolean | undefined;
}
export declare function checkOptions(options: SqliteOptions): SqliteOptions;
export declare function isLibsql({ path, engine }: SqliteOptions): boolean;
export declare function locationOf({ path, url, client }: SqliteOptions): string;

// sqlite.d.ts
import { type VectorStoreV1 } from '@vsm/core/adapter';
import { type SqliteOptions } from './options.ts';
export declare function createSqlite(options: SqliteOptions): VectorStoreV1;
