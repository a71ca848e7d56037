// case.d.ts
import type { Capabilities } from '@vsm/core/adapter';
import type { Offer } from './offers.ts';
import type { ConformanceContext } from './context.ts';
export interface ConformanceCase {
    readonly id: string;
    readonly title: string;
    readonly hint: string;
    readonly appliesTo?: (capabilities: Capabilities) => boolean;
    readonly needs?: Offer;
    readonly run: (context: ConformanceContext) => Promise<void>;
}

// cases/index.d.ts
import type { ConformanceCase } from '../case.ts';
export declare const conformanceCases: readonly ConformanceCase[];

// compare.d.ts
import { type Capabilities, type Metric, type VectorRecord } from '@vsm/core/adapter';
export type VectorComparison = 'bits' | 'size' | 'direction';
export declare function comparisonFor(metric: Metric | undefined, { normalizes, rounds }: Capabilities): VectorComparison;
export declare function recordDifference(actual: VectorRecord, expected: VectorRecord, comparison?: VectorComparison): string | undefined;
export declare function expectSameRecords(actual: readonly VectorRecord[], expected: readonly VectorRecord[], what: string, comparison?: VectorComparison): void;

// context.d.ts
import { type Capabilities, type CollectionSchema, type CollectionV1, type Metric, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { type VectorComparison } from './compare.ts';
import type { ConformanceOptions, RawReader } from './options.ts';
export interface ConformanceContext {
    readonly adapter: string;
    readonly store: VectorStoreV1;
    readonly capabilities: Capabilities;
    readonly raw: RawReader | undefined;
    readonly unreachable: ConformanceOptions['unreachable'];
    readonly offered: Pick<ConformanceOptions, 'locations' | 'givenClient' | 'busy' | 'rules'>;
    readonly secret: string | undefined;
    readonly metric: Metric | undefined;
    readonly comparison: VectorComparison;
    readonly name: () => string;
    readonly connect: () => Promise<VectorStoreV1>;
    readonly reconnect: () => Promise<VectorStoreV1>;
    readonly create: (schema?: Partial<CollectionSchema>) => Promise<CollectionV1>;
    readonly filled: (records: readonly VectorRecord[], schema?: Partial<CollectionSchema>) => Promise<CollectionV1>;
    readonly write: (collection: CollectionV1, records: readonly VectorRecord[]) => Promise<void>;
    readonly settle: <Result>(check: () => Promise<Result>) => Promise<Result>;
    readonly cleanUp: () => Promise<void>;
    readonly close: () => Promise<void>;
}
export declare function createContext(options: ConformanceOptions): Promise<ConformanceContext>;

// index.d.ts
export type { ConformanceCase } from './case.ts';
export { conformanceCases } from './cases/index.ts';
export type { ConformanceContext } from './context.ts';
export type { Offer } from './offers.ts';
export type { BusyStore, ConformanceOptions, GivenClient, LocationHarness, RawReader, RuledRecords, } from './options.ts';
export type { CaseResult } from './run-case.ts';
export { runConformance, type ConformanceReport, type RunOptions } from './runners/report.ts';

// offers.d.ts
import type { ConformanceOptions } from './options.ts';
export declare const OFFERS: readonly ['raw', 'unreachable', 'secret', 'locations', 'folders', 'givenClient', 'busy', 'rules'];
export type Offer = (typeof OFFERS)[number];
export declare function isOffered(offer: Offer, options: ConformanceOptions): boolean;
export declare const OPTION: Readonly<Record<Offer, string>>;

// options.d.ts
import type { CollectionSchema, OpenedLocation, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
export interface RawReader {
    read(collection: string, id: string, namespace: string | undefined, store: VectorStoreV1): Promise<VectorRecord | undefined>;
}
export interface LocationHarness {
    readonly open: (location: string) => OpenedLocation;
    readonly of?: ((collection: string) => string) | undefined;
    readonly inFolder?: ((folder: string, collection: string) => string) | undefined;
}
export interface GivenClient {
    readonly store: VectorStoreV1;
    readonly use: () => Promise<unknown>;
    readonly end: () => Promise<unknown>;
}
export interface BusyStore {
    readonly store: VectorStoreV1;
    readonly call: (store: VectorStoreV1) => Promise<unknown>;
}
export interface RuledRecords {
    readonly fits: readonly VectorRecord[];
    readonly unfit: readonly VectorRecord[];
}
export interface ConformanceOptions {
    readonly adapter: string;
    readonly connect: () => VectorStoreV1 | Promise<VectorStoreV1>;
    readonly raw?: RawReader | undefined;
    readonly seed?: ((store: VectorStoreV1, schema: CollectionSchema, records: readonly VectorRecord[]) => Promise<string>) | undefined;
    readonly unreachable?: (() => VectorStoreV1 | Promise<VectorStoreV1>) | undefined;
    readonly locations?: LocationHarness | undefined;
    readonly givenClient?: (() => Promise<GivenClient>) | undefined;
    readonly busy?: (() => Promise<BusyStore>) | undefined;
    readonly rules?: ((store: VectorStoreV1, name: string) => Promise<RuledRecords>) | undefined;
    readonly secret?: string | undefined;
    readonly deviations?: Readonly<Record<string, string>> | undefined;
    readonly settleMs?: number | undefined;
    readonly timeoutMs?: number | undefined;
}

// run-case.d.ts
import type { ConformanceCase } from './case.ts';
import type { ConformanceOptions } from './options.ts';
export interface CaseResult {
    readonly id: string;
    readonly title: string;
    readonly status: 'passed' | 'failed' | 'not-applicable' | 'deviation';
    readonly detail?: string;
    readonly hint?: string;
}
export declare function runCase(one: ConformanceCase, options: ConformanceOptions): Promise<CaseResult>;
export declare function checkDeviations(cases: readonly ConformanceCase[], options: ConformanceOptions): void;

// runners/report.d.ts
import { type Offer } from '../offers.ts';
import type { ConformanceOptions } from '../options.ts';
import { type CaseResult } from '../run-case.ts';
export interface ConformanceReport {
    readonly adapter: string;
    readonly passed: number;
    readonly failed: number;
    readonly notApplicable: number;
    readonly deviations: number;
    readonly witnesses: Readonly<Record<Offer, boolean>>;
    readonly cases: readonly CaseResult[];
}
export interface RunOptions extends ConformanceOptions {
    readonly onCase?: ((result: CaseResult) => void) | undefined;
}
export declare function runConformance(options: RunOptions): Promise<ConformanceReport>;

// runners/vitest.d.ts
import type { ConformanceOptions } from '../options.ts';
export type { BusyStore, ConformanceOptions, GivenClient, LocationHarness, RawReader } from '../options.ts';
export declare function testAdapter(options: ConformanceOptions): void;
