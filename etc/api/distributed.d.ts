// bullmq.d.ts
import { type ConnectionOptions } from 'bullmq';
import { type WorkQueue } from './queue.ts';
export interface BullmqQueueOptions {
    readonly connection: ConnectionOptions;
    readonly name?: string | undefined;
    readonly leaseMs?: number | undefined;
}
export declare function bullmqQueue({ connection, name, leaseMs }: BullmqQueueOptions): WorkQueue;

// clock.d.ts
export interface Clock {
    now(): number;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export declare const realClock: Clock;

// create-ledger.d.ts
import { type Rules } from './items.ts';
import type { Ledger } from './ledger.ts';
import { type Timings } from './model.ts';
import type { LedgerStorage } from './storage.ts';
export interface LedgerOptions {
    readonly timings?: Timings | undefined;
    readonly rules?: Rules | undefined;
}
export declare function createLedger(storage: LedgerStorage, options?: LedgerOptions): Ledger;

// engine.d.ts
import type { Ledger } from './ledger.ts';
import type { StoreResolver } from './stores.ts';
import type { RunEngine } from './work.ts';
interface EngineOptions {
    readonly ledger: Ledger;
    readonly stores: StoreResolver;
    readonly slots: number;
    readonly maxBytesInFlight?: number | undefined;
    readonly onRefused?: ((runId: string, error: unknown) => void) | undefined;
}
export declare function createEngine({ ledger, stores, slots, maxBytesInFlight, onRefused }: EngineOptions): RunEngine;
export {};

// held.d.ts
import { VsmError } from '@vsm/core';
import type { Clock } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Append, Claimed, ItemRef } from './model.ts';
import type { Delivery } from './queue.ts';
export declare class ClaimLost extends VsmError {
    readonly name = "ClaimLost";
    constructor(message: string, cause?: unknown);
}
export declare class Stopped extends VsmError {
    readonly name = "Stopped";
    constructor();
}
interface Holding {
    readonly ledger: Ledger;
    readonly clock: Clock;
    readonly since: number;
    readonly signal: AbortSignal;
    readonly onOpened: (refs: readonly ItemRef[]) => void;
    readonly onRefused: () => void;
}
export declare class HeldItem {
    #private;
    readonly delivery: Delivery;
    readonly signal: AbortSignal;
    constructor(claimed: Claimed, delivery: Delivery, holding: Holding);
    get claimed(): Claimed;
    get lost(): boolean;
    confirm(asked: number): void;
    lose(why: string, cause?: unknown): ClaimLost;
    check(): void;
    settle(): Promise<void>;
    append(page: Append): Promise<void>;
}
export {};

// index.d.ts
export { realClock, type Clock } from './clock.ts';
export { createEngine } from './engine.ts';
export { createLedger, type LedgerOptions } from './create-ledger.ts';
export type { Ledger } from './ledger.ts';
export { borrowedQueue } from './lent-queue.ts';
export { TIMINGS, type Append, type Claimed, type FleetHeader, type ItemRef, type RunState, type Timings, type Wave, type WorkerReport, } from './model.ts';
export { workInProcesses, type ProcessesOptions } from './processes.ts';
export type { Delivery, WorkQueue } from './queue.ts';
export { startRun, type StartedRun, type StartOptions } from './start-run.ts';
export type { Change, LedgerStorage, Rows } from './storage.ts';
export { checkedStore, type FleetStores, type StoreResolver } from './stores.ts';
export { work, type RunEngine, type WorkOptions, type WorkOutcome, type WorkProblem } from './work.ts';
export { openLedger, openQueue, openStorage } from './open.ts';
export { fleetProgress, watch, type FleetProgress, type WatchOptions } from './watch.ts';
export { inspectServer, type ServerFinding, type ServerQuestion } from './inspect-servers.ts';

// inspect-servers.d.ts
export interface ServerFinding {
    readonly check: string;
    readonly status: 'ok' | 'warning' | 'problem';
    readonly detail: string;
    readonly advice?: string | undefined;
}
export interface ServerQuestion {
    readonly url: string;
    readonly role: 'ledger' | 'queue';
}
export declare function inspectServer(question: ServerQuestion): Promise<readonly ServerFinding[]>;

// items.d.ts
import { type Append, type Claimed, type ItemRow, type Position, type Timings } from './model.ts';
export interface Rules {
    accepts(row: ItemRow, claimed: Claimed): boolean;
    beginsAt(row: ItemRow): Position;
}
export declare const RULES: Rules;
export declare const UNTOUCHED: ItemRow;
export interface Taking {
    readonly row: ItemRow;
    readonly outcome: 'taken' | 'not-now' | 'given-up';
    readonly takenOver: boolean;
}
export declare function take(row: ItemRow, ref: Claimed['ref'], worker: string, now: number, timings: Timings): Taking;
export declare function appended(row: ItemRow, { position, sums, bytes, done }: Append, now: number): ItemRow;
export declare function released(row: ItemRow, { wave }: Claimed['ref'], failure: string | undefined, now: number, { lease, late, retry }: Timings): ItemRow;

// ledger.d.ts
import type { JsonValue, RejectedRecord, RunSummary } from '@vsm/core';
import type { ScanPart } from '@vsm/core/engine';
import type { Append, AppendAnswer, Claimed, FleetHeader, ItemRef, ItemRow, RunRow, Timings, Wave, WorkerReport } from './model.ts';
export interface Ledger {
    readonly timings: Timings;
    createRun(header: FleetHeader): Promise<void>;
    header(runId: string): Promise<FleetHeader>;
    run(runId: string): Promise<RunRow>;
    list(): Promise<readonly RunSummary[]>;
    openRuns(): Promise<readonly string[]>;
    claim(ref: ItemRef, worker: string): Promise<Claimed | 'done' | 'not-now'>;
    append(claimed: Claimed, page: Append): Promise<AppendAnswer>;
    release(claimed: Claimed, failure?: string): Promise<readonly ItemRef[]>;
    beat(report: WorkerReport): Promise<{
        readonly now: number;
        readonly lost: readonly Claimed[];
    }>;
    reconcile(runId: string): Promise<readonly ItemRef[]>;
    items(runId: string, wave: Wave): AsyncIterable<readonly [item: number, row: ItemRow]>;
    workers(runId: string): Promise<readonly WorkerReport[]>;
    facts(runId: string): Promise<ReadonlyMap<string, JsonValue>>;
    results(runId: string, wave: Wave): AsyncIterable<unknown>;
    rejected(runId: string, item?: number): AsyncIterable<RejectedRecord>;
    parts(runId: string, item: number): Promise<readonly ScanPart[]>;
    hashes(runId: string): AsyncIterable<readonly [item: number, packed: string]>;
    forgetHashes(runId: string): Promise<void>;
    pause(runId: string): Promise<void>;
    resume(runId: string): Promise<readonly ItemRef[]>;
    cancel(runId: string): Promise<{
        readonly refs: readonly ItemRef[];
        readonly delayMs: number;
    }>;
    book(target: string, ms: number): Promise<number>;
    holdOff(target: string, ms: number): Promise<void>;
    now(): Promise<number>;
    close(): Promise<void>;
}

// lent-queue.d.ts
import type { ChildProcess } from 'node:child_process';
import { type WorkQueue } from './queue.ts';
export declare function lendQueue(queue: WorkQueue, child: ChildProcess): void;
export declare function borrowedQueue(channel?: NodeJS.Process): WorkQueue;

// memory.d.ts
import { type WorkQueue } from './queue.ts';
import type { LedgerStorage } from './storage.ts';
export interface MemoryStorageOptions {
    readonly now?: (() => number) | undefined;
}
export declare function memoryStorage({ now }?: MemoryStorageOptions): LedgerStorage;
export declare function memoryQueue(): WorkQueue;

// model.d.ts
import type { JsonValue, RejectedRecord, RunHeader, VerifyLevel } from '@vsm/core';
import type { PageCounts, PageSums, RateCaps, ScanPart } from '@vsm/core/engine';
export type Wave = 'prepare' | 'copy' | 'finish' | 'compare' | 'conclude' | 'restore';
export interface ItemRef {
    readonly runId: string;
    readonly wave: Wave;
    readonly item: number;
}
export type RunState = 'preparing' | 'copying' | 'finishing' | 'verifying' | 'concluding' | 'done' | 'differences'
 | 'failed' | 'cancelling' | 'cancelled';
export interface FleetHeader extends RunHeader {
    readonly fleet: {
        readonly parts: number;
        readonly verify: VerifyLevel | 'none';
        readonly verifySample?: number | undefined;
        readonly witness?: number | 'all' | undefined;
        readonly caps: RateCaps;
        readonly versions: Readonly<Record<string, string>>;
    };
}
export interface Position {
    readonly part: number;
    readonly cursor?: string | undefined;
}
export interface ItemSums extends PageSums {
    bytes: number;
}
export interface Claimed {
    readonly ref: ItemRef;
    readonly claim: string;
    readonly epoch: number;
    readonly seq: number;
    readonly position: Position;
    readonly parts: readonly ScanPart[];
    readonly settleMs: number;
}
export interface Append {
    readonly position?: Position | undefined;
    readonly sums?: PageCounts | undefined;
    readonly bytes?: number | undefined;
    readonly rejected?: readonly RejectedRecord[] | undefined;
    readonly rejectedOf?: number | undefined;
    readonly hashes?: string | undefined;
    readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
    readonly done?: ItemResult | undefined;
}
export interface ItemResult {
    readonly next?: readonly (readonly ScanPart[])[] | undefined;
    readonly result?: unknown;
    readonly success?: boolean | undefined;
    readonly facts?: Readonly<Record<string, JsonValue>> | undefined;
}
export type AppendAnswer = 
{
    readonly accepted: false;
} | {
    readonly accepted: true;
    readonly claimed: Claimed;
    readonly stop: boolean;
    readonly opened: readonly ItemRef[];
};
export interface Timings {
    readonly lease: number;
    readonly late: number;
    readonly beat: number;
    readonly reconcile: number;
    readonly retry: number;
}
export declare const TIMINGS: Timings;
export declare const MOST_ATTEMPTS = 5;
export interface RunRow {
    readonly state: RunState;
    readonly wave: Wave;
    readonly items: number;
    readonly open: number;
    readonly failed: number;
    readonly copyItems: number;
    readonly compares: boolean;
    readonly paused: boolean;
    readonly lateUntil: number;
    readonly takeovers: number;
}
export interface ItemRow {
    readonly status: 'open' | 'done' | 'failed';
    readonly claim?: string | undefined;
    readonly worker?: string | undefined;
    readonly epoch: number;
    readonly seq: number;
    readonly position: Position;
    readonly sums: ItemSums;
    readonly attempts: number;
    readonly progressed: boolean;
    readonly claimedAt: number;
    readonly seenAt: number;
    readonly notBefore: number;
    readonly error?: string | undefined;
}
export interface WorkerReport {
    readonly worker: string;
    readonly slots: number;
    readonly held: readonly Claimed[];
    readonly refused: number;
    readonly seenAt?: number | undefined;
}

// open.d.ts
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { Ledger } from './ledger.ts';
import type { WorkQueue } from './queue.ts';
import type { LedgerStorage } from './storage.ts';
export declare function openLedger(url: string): Promise<Ledger>;
export declare function openStorage(url: string): Promise<LedgerStorage>;
export declare function openQueue(url: string): Promise<WorkQueue>;
export declare const isPostgres: (url: string) => boolean;
export declare function openPostgres(url: string): Promise<Pool>;
export declare function redisClient(url: string): Promise<Redis>;

// postgres-database.d.ts
export interface PostgresConnection {
    query(sql: string, parameters?: unknown[]): Promise<{
        readonly rows: unknown[];
    }>;
}
export interface PostgresPool extends PostgresConnection {
    connect(): Promise<PostgresConnection & {
        release(error?: Error | boolean): void;
    }>;
    end(): Promise<void>;
}
export interface PgliteDatabase extends PostgresConnection {
    transaction<Result>(work: (transaction: PostgresConnection) => Promise<Result>): Promise<Result>;
    close(): Promise<void>;
}
export type PostgresDatabase = PostgresPool | PgliteDatabase;
export declare function makeTables(database: PostgresDatabase, statements: readonly string[]): () => Promise<void>;
export declare function inTransaction<Result>(database: PostgresDatabase, work: (connection: PostgresConnection) => Promise<Result>): Promise<Result>;
export declare function end(database: PostgresDatabase): Promise<void>;

// postgres-queue.d.ts
import { type PostgresDatabase } from './postgres-database.ts';
import { type WorkQueue } from './queue.ts';
export interface PostgresQueueOptions {
    readonly leaseMs?: number | undefined;
}
export declare function postgresQueue(database: PostgresDatabase, options?: PostgresQueueOptions): WorkQueue;

// postgres-storage.d.ts
import { type PostgresDatabase } from './postgres-database.ts';
import type { LedgerStorage } from './storage.ts';
export declare function postgresStorage(database: PostgresDatabase): LedgerStorage;

// postgres.d.ts
export type { PgliteDatabase, PostgresConnection, PostgresDatabase, PostgresPool } from './postgres-database.ts';
export { postgresQueue, type PostgresQueueOptions } from './postgres-queue.ts';
export { postgresStorage } from './postgres-storage.ts';

// processes.d.ts
import type { ChildProcess } from 'node:child_process';
import type { Ledger } from './ledger.ts';
import type { WorkQueue } from './queue.ts';
export interface ProcessesOptions {
    readonly ledger: Ledger;
    readonly queue: WorkQueue;
    readonly runId: string;
    readonly processes: number;
    readonly start: () => ChildProcess;
    readonly signal?: AbortSignal | undefined;
    readonly onLost?: ((how: string) => void) | undefined;
}
export declare function workInProcesses(options: ProcessesOptions): Promise<void>;

// queue.d.ts
import type { ItemRef } from './model.ts';
export interface Delivery {
    readonly ref: ItemRef;
    readonly handle: unknown;
}
export interface WorkQueue {
    add(refs: readonly ItemRef[], options?: {
        readonly delayMs?: number | undefined;
    }): Promise<void>;
    claim(signal: AbortSignal): Promise<Delivery | undefined>;
    renew(held: readonly Delivery[]): Promise<void>;
    complete(delivery: Delivery): Promise<void>;
    fail(delivery: Delivery, retryInMs: number): Promise<void>;
    depth(): Promise<{
        readonly waiting: number;
        readonly active: number;
    }>;
    close(): Promise<void>;
    readonly gone?: AbortSignal | undefined;
}
export declare function refName({ runId, wave, item }: ItemRef): string;
export declare function parseRef(name: string): ItemRef;

// redis.d.ts
import type { Redis } from 'ioredis';
import type { LedgerStorage } from './storage.ts';
export declare function redisStorage(redis: Redis): LedgerStorage;

// sqlite.d.ts
import type { LedgerStorage } from './storage.ts';
export declare function sqliteStorage(path: string): Promise<LedgerStorage>;

// start-run.d.ts
import type { MigrateOptions, VectorStoreMigratorOptions } from '@vsm/core';
import type { Ledger } from './ledger.ts';
import type { WorkQueue } from './queue.ts';
export interface StartOptions extends Omit<VectorStoreMigratorOptions, 'checkpoints' | 'onProgress' | 'observer'>, Omit<MigrateOptions, 'dryRun' | 'deleteExtra' | 'control' | 'concurrency' | 'maxBytesInFlight'> {
    readonly ledger: Ledger;
    readonly queue: WorkQueue;
    readonly parts?: number | undefined;
    readonly versions?: Readonly<Record<string, string>> | undefined;
}
export interface StartedRun {
    readonly runId: string;
    readonly takenUp: boolean;
}
export declare function startRun(options: StartOptions): Promise<StartedRun>;

// storage.d.ts
export interface Change<Result> {
    readonly result: Result;
    readonly put?: ReadonlyMap<string, string | undefined> | undefined;
}
export interface Rows {
    readonly locked: readonly string[];
    readonly alone?: readonly string[] | undefined;
    readonly steady?: readonly string[] | undefined;
    readonly seen?: readonly string[] | undefined;
    readonly prefix?: string | undefined;
}
export interface LedgerStorage {
    transact<Result>(space: string, rows: Rows, change: (read: (key: string) => string | undefined, now: number, any: boolean) => Change<Result>): Promise<Result>;
    read(space: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
    list(space: string, prefix: string): AsyncIterable<readonly [key: string, value: string]>;
    close(): Promise<void>;
}

// stores.d.ts
import type { Embedding, RecordLayout, RunObserver, Transform, VectorStoreV1 } from '@vsm/core';
import type { FleetHeader } from './model.ts';
export interface FleetStores {
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly transform?: Transform | undefined;
    readonly embed?: Embedding | undefined;
    readonly layout?: RecordLayout | undefined;
    readonly versions?: Readonly<Record<string, string>> | undefined;
    readonly observer?: RunObserver | undefined;
}
export type StoreResolver = (header: FleetHeader) => Promise<FleetStores>;
export declare function checkedStore(store: VectorStoreV1, check: () => void): VectorStoreV1;

// watch.d.ts
import type { MigrationProgress, RunObserver, SharedProgress } from '@vsm/core';
import { type Clock } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { RunState, WorkerReport } from './model.ts';
export interface FleetProgress extends MigrationProgress {
    readonly shared: SharedProgress;
    readonly runId: string;
    readonly state: RunState;
    readonly paused: boolean;
    readonly items: {
        readonly total: number;
        readonly done: number;
        readonly failed: number;
        readonly taken: number;
    };
    readonly workers: readonly WorkerReport[];
    readonly takeovers: number;
    readonly problems: readonly string[];
}
export declare function fleetProgress(ledger: Ledger, runId: string, earlier?: {
    readonly progress: FleetProgress;
    readonly seconds: number;
}): Promise<FleetProgress>;
export interface WatchOptions {
    readonly everyMs?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly clock?: Clock | undefined;
    readonly observer?: RunObserver | undefined;
}
export declare function watch(ledger: Ledger, runId: string, { everyMs, signal, clock, observer }?: WatchOptions): AsyncGenerator<FleetProgress, void, void>;

// work.d.ts
import { type Clock } from './clock.ts';
import { HeldItem } from './held.ts';
import type { Ledger } from './ledger.ts';
import type { ItemRef, ItemResult } from './model.ts';
import type { WorkQueue } from './queue.ts';
export interface RunEngine {
    admits(runId: string): Promise<boolean>;
    run(item: HeldItem): Promise<ItemResult>;
}
export interface WorkOptions {
    readonly ledger: Ledger;
    readonly queue: WorkQueue;
    readonly engine: RunEngine;
    readonly slots?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly until?: string | undefined;
    readonly untilIdle?: boolean | undefined;
    readonly name?: string | undefined;
    readonly clock?: Clock | undefined;
    readonly onProblem?: ((problem: WorkProblem) => void) | undefined;
}
export interface WorkProblem {
    readonly ref?: ItemRef | undefined;
    readonly error: unknown;
}
export interface WorkOutcome {
    readonly worker: string;
    readonly itemsDone: number;
    readonly refused: number;
    readonly workLeft: boolean;
}
export declare function work(options: WorkOptions): Promise<WorkOutcome>;
