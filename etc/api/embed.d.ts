// ai-sdk.d.ts
import type { EmbeddingProvider } from './provider.ts';
export interface AiSdkModel {
    readonly specificationVersion: string;
    readonly provider: string;
    readonly modelId: string;
    readonly maxEmbeddingsPerCall: number | undefined | PromiseLike<number | undefined>;
    doEmbed(options: {
        values: string[];
        abortSignal?: AbortSignal;
    }): PromiseLike<{
        readonly embeddings: readonly (readonly number[])[];
        readonly usage?: {
            readonly tokens: number;
        } | undefined;
    }>;
}
export declare function aiSdkProvider(model: AiSdkModel): Promise<EmbeddingProvider>;
export declare function isAiSdkModel(value: unknown): value is AiSdkModel;

// cache.d.ts
export interface EmbeddingCache {
    get(model: string, text: string): Float32Array | undefined;
    has(model: string, text: string): boolean;
    put(model: string, entries: readonly (readonly [text: string, vector: Float32Array])[]): void;
    close(): void;
}
export declare function openCache(path: string): Promise<EmbeddingCache>;
export declare function memoryCache(): EmbeddingCache;

// count.d.ts
import type { Embedding } from '@vsm/core';
import type { EmbeddingCache } from './cache.ts';
import type { Ledger } from './ledger.ts';
import type { Payer } from './payer.ts';
import { type ModelPrice } from './prices.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import type { TextSource } from './text.ts';
import type { Tokenizer } from './tokens.ts';
import { type TooLong } from './too-long.ts';
export interface EmbeddingPrice {
    readonly model: string;
    readonly texts: number;
    readonly known: number;
    readonly toPay: number;
    readonly tokens: number;
    readonly tokensBy: 'tokenizer' | 'measured' | 'guessed';
    readonly sampled: number;
    readonly cost: number | undefined;
    readonly price: ModelPrice | undefined;
    readonly durationSeconds: number | undefined;
    readonly rates: RateLimits | undefined;
    readonly tooLong: {
        readonly texts: number;
        readonly become: TooLong;
        readonly maxTokens: number | undefined;
        readonly ids: readonly string[];
    };
    readonly neverFilled: readonly string[];
}
interface Counting {
    readonly embedding: Embedding;
    readonly provider: EmbeddingProvider;
    readonly tokenizer: Tokenizer;
    readonly cache: EmbeddingCache | undefined;
    readonly price: ModelPrice | undefined;
    readonly payer: Payer;
    readonly ledger: Ledger;
    readonly tooLong: TooLong;
    readonly maxTokens: number | undefined;
    readonly source: TextSource;
    readonly rates: RateLimits | undefined;
}
export declare function countTexts(dryRun: (embed: Embedding) => Promise<unknown>, given: Counting): Promise<EmbeddingPrice>;
export {};

// embedder.d.ts
import type { Embedding } from '@vsm/core';
import { type RetryPolicy } from '@vsm/core/adapter';
import type { EmbeddingCache } from './cache.ts';
import { type EmbeddingPrice } from './count.ts';
import { type BudgetError, type LedgerFigures } from './ledger.ts';
import type { ModelPrice } from './prices.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import { type TextOptions } from './text.ts';
import { type TooLong } from './too-long.ts';
export interface ReembedOptions {
    readonly provider: EmbeddingProvider;
    readonly dimension?: number | undefined;
    readonly text?: TextOptions | undefined;
    readonly tooLong?: TooLong | undefined;
    readonly maxTokens?: number | undefined;
    readonly vector?: string | undefined;
    readonly cache?: EmbeddingCache | undefined;
    readonly concurrency?: number | undefined;
    readonly retry?: Partial<RetryPolicy> | undefined;
    readonly prices?: readonly ModelPrice[] | undefined;
    readonly maxCost?: number | undefined;
    readonly onBudget?: ((error: BudgetError) => void) | undefined;
    readonly rates?: RateLimits | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface Reembedding {
    readonly embedding: Embedding;
    readonly figures: () => LedgerFigures;
    readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
    readonly price: (dryRun: (embed: Embedding) => Promise<unknown>) => Promise<EmbeddingPrice>;
    readonly close: () => void;
}
export declare function createReembedding(options: ReembedOptions): Promise<Reembedding>;

// function.d.ts
import type { DenseVector } from '@vsm/core/adapter';
import type { EmbeddingProvider, ProviderLimits } from './provider.ts';
export interface FunctionOptions {
    readonly id: string;
    readonly model?: string | undefined;
    readonly embed: (texts: readonly string[]) => Promise<readonly DenseVector[]>;
    readonly limits?: Partial<ProviderLimits> | undefined;
}
export declare function functionProvider({ id, model, embed, limits }: FunctionOptions): EmbeddingProvider;

// index.d.ts
export { aiSdkProvider, isAiSdkModel, type AiSdkModel } from './ai-sdk.ts';
export { memoryCache, openCache, type EmbeddingCache } from './cache.ts';
export type { EmbeddingPrice } from './count.ts';
export { createReembedding, type Reembedding, type ReembedOptions } from './embedder.ts';
export { functionProvider, type FunctionOptions } from './function.ts';
export { BudgetError, type LedgerFigures } from './ledger.ts';
export { createOpenAiProvider, type OpenAiOptions } from './openai.ts';
export { readPrices, type ModelPrice } from './prices.ts';
export type { EmbeddedTexts, EmbeddingProvider, ProviderLimits, RateLimits } from './provider.ts';
export type { TextOptions } from './text.ts';
export { costOfTraffic, priceOfService, type MeteredCost, type ServiceCost } from './services/cost.ts';
export { readServicePrices, type ServiceMeter, type ServicePrice } from './services/prices.ts';
export { TOO_LONG, type TooLong } from './too-long.ts';
export type { JudgedSide } from './judge/exact.ts';
export type { Mean } from './judge/figures.ts';
export { judge, type JudgedQuery, type JudgeOptions, type Judgement, type Labelled } from './judge/judge.ts';
export { readQueries, type Query } from './judge/queries.ts';

// judge/exact.d.ts
import { type DenseVector, type Metric, type ReadableCollection, type Reduction, type VectorRecord } from '@vsm/core/adapter';
export interface JudgedSide {
    readonly collection: ReadableCollection;
    readonly vector?: string | undefined;
    readonly embed?: ((texts: readonly string[]) => Promise<readonly DenseVector[]>) | undefined;
    readonly reduce?: Reduction | undefined;
    readonly only?: ((record: VectorRecord) => boolean) | undefined;
}
export interface OpenSide extends JudgedSide {
    readonly name: 'source' | 'target';
    readonly vector: string;
    readonly metric: Metric;
}
export declare function openSide(side: JudgedSide, name: OpenSide['name']): Promise<OpenSide>;
export declare function judgedRecords({ collection, vector, only }: OpenSide, signal: AbortSignal | undefined): AsyncGenerator<{
    readonly key: string;
    readonly record: VectorRecord;
    readonly vector: DenseVector | undefined;
}>;
interface Hit {
    readonly key: string;
    readonly distance: number;
}
export interface ExactQuery {
    readonly vector: DenseVector;
    readonly self: string | undefined;
    readonly watched: ReadonlySet<string>;
}
export interface ExactAnswer {
    readonly hits: readonly Hit[];
    readonly watched: ReadonlyMap<string, number>;
}
export declare function searchExactly(side: OpenSide, queries: readonly ExactQuery[], topK: number, signal: AbortSignal | undefined): Promise<{
    readonly answers: readonly ExactAnswer[];
    readonly records: number;
}>;
export {};

// judge/figures.d.ts
export interface Mean {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}
export declare function meanOf(values: readonly number[]): Mean | undefined;
export declare function overlapOf(before: readonly string[], after: readonly string[]): number;
export declare function rankCorrelation(distances: readonly number[]): number | undefined;
export declare function recallOf(found: readonly string[], right: ReadonlySet<string>): number;
export declare function reciprocalRank(found: readonly string[], right: ReadonlySet<string>): number;
export declare function ndcgOf(found: readonly string[], right: ReadonlySet<string>, topK: number): number;

// judge/judge.d.ts
import { type JudgedSide } from './exact.ts';
import { type Mean } from './figures.ts';
import { type Query } from './queries.ts';
export interface JudgeOptions {
    readonly source: JudgedSide;
    readonly target: JudgedSide;
    readonly queries?: readonly Query[] | undefined;
    readonly sample?: number | undefined;
    readonly slice?: string | undefined;
    readonly topK?: number | undefined;
    readonly minOverlap?: number | undefined;
    readonly minRecall?: number | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface Labelled {
    readonly recall: Mean;
    readonly mrr: Mean;
    readonly ndcg: Mean;
}
export interface JudgedQuery {
    readonly name: string;
    readonly text: string | undefined;
    readonly overlap: number;
    readonly source: readonly string[];
    readonly target: readonly string[];
}
export interface Judgement {
    readonly passed: boolean;
    readonly failures: readonly string[];
    readonly least: {
        readonly overlap: number | undefined;
        readonly recall: number | undefined;
    };
    readonly queries: number;
    readonly unasked: number;
    readonly queriesFrom: 'given' | 'sampled records';
    readonly topK: number;
    readonly records: {
        readonly source: number;
        readonly target: number;
    };
    readonly overlap: Mean;
    readonly missingAt1: number;
    readonly rankCorrelation: Mean | undefined;
    readonly distribution: readonly number[];
    readonly slices: readonly {
        readonly slice: string;
        readonly queries: number;
        readonly overlap: Mean;
    }[];
    readonly labelled: {
        readonly queries: number;
        readonly source: Labelled;
        readonly target: Labelled;
    } | undefined;
    readonly worst: readonly JudgedQuery[];
}
export declare function judge(options: JudgeOptions): Promise<Judgement>;

// judge/queries.d.ts
import { type DenseVector } from '@vsm/core/adapter';
import { type OpenSide } from './exact.ts';
export interface Query {
    readonly name: string;
    readonly text?: string | undefined;
    readonly vectors?: {
        readonly source: DenseVector;
        readonly target: DenseVector;
    } | undefined;
    readonly relevant?: readonly string[] | undefined;
    readonly slice?: string | undefined;
    readonly self?: string | undefined;
}
export declare function readQueries(path: string): Promise<readonly Query[]>;
interface Sampling {
    readonly count: number;
    readonly slice: string | undefined;
    readonly signal: AbortSignal | undefined;
}
export declare function sampleQueries(source: OpenSide, target: OpenSide, { count, slice, signal }: Sampling): Promise<{
    readonly queries: readonly Query[];
    readonly unasked: number;
}>;
export {};

// ledger.d.ts
import { VsmError } from '@vsm/core/adapter';
import { type ModelPrice } from './prices.ts';
export interface LedgerFigures {
    readonly texts: number;
    readonly known: number;
    readonly paid: number;
    readonly requests: number;
    readonly tokens: number;
    readonly cost: number | undefined;
    readonly currency: string | undefined;
    readonly cut: number;
    readonly averaged: number;
}
export declare class BudgetError extends VsmError {
    readonly name = "BudgetError";
    constructor(message: string);
}
export declare class Ledger {
    #private;
    countedByProvider: boolean;
    readonly counts: {
        texts: number;
        known: number;
        paid: number;
        requests: number;
        tokens: number;
        cut: number;
        averaged: number;
    };
    constructor(model: string, price: ModelPrice | undefined, maxCost: number | undefined, onBudget?: (error: BudgetError) => void);
    get figures(): LedgerFigures;
    reserve(tokens: number): void;
    settle(reserved: number, answered?: {
        readonly texts: number;
        readonly tokens: number | undefined;
    }): void;
}

// openai.d.ts
import { type HttpOptions } from '@vsm/core/adapter';
import type { EmbeddingProvider, ProviderLimits } from './provider.ts';
export interface OpenAiOptions extends HttpOptions {
    readonly model: string;
    readonly url?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly dimensions?: number | undefined;
    readonly limits?: Partial<ProviderLimits> | undefined;
}
export declare function createOpenAiProvider(options: OpenAiOptions): EmbeddingProvider;

// payer.d.ts
import { type RetryPolicy } from '@vsm/core/adapter';
import type { EmbeddingCache } from './cache.ts';
import type { Ledger } from './ledger.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import type { Tokenizer } from './tokens.ts';
interface PayerSettings {
    readonly provider: EmbeddingProvider;
    readonly tokenizer: Tokenizer;
    readonly cache: EmbeddingCache | undefined;
    readonly ledger: Ledger;
    readonly dimension: () => number | undefined;
    readonly concurrency: number;
    readonly retry: RetryPolicy;
    readonly signal: AbortSignal | undefined;
}
export declare class Payer {
    #private;
    measured: number | undefined;
    rates: RateLimits | undefined;
    constructor(settings: PayerSettings);
    vectorsOf(texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
}
export {};

// prices.d.ts
export interface ModelPrice {
    readonly model: string;
    readonly perMillionTokens: number;
    readonly currency: string;
    readonly source: string;
    readonly date: string;
    readonly dimension?: number | undefined;
    readonly maxTokens?: number | undefined;
}
export declare function readPrices(path?: string): Promise<readonly ModelPrice[]>;
export declare function readList<Found>(path: string | undefined, read: (list: Readonly<Record<string, unknown>>) => Found): Promise<Found>;
export declare function costOf(tokens: number, { perMillionTokens }: Pick<ModelPrice, 'perMillionTokens'>): number;

// provider.d.ts
import type { DenseVector } from '@vsm/core/adapter';
export interface EmbeddingProvider {
    readonly id: string;
    readonly model: string;
    readonly dimension?: number | undefined;
    readonly limits: ProviderLimits;
    embed(texts: readonly string[], options: {
        readonly signal?: AbortSignal | undefined;
    }): Promise<EmbeddedTexts>;
    close?(): void;
}
export interface ProviderLimits {
    readonly texts: number;
    readonly tokens?: number | undefined;
}
export interface EmbeddedTexts {
    readonly vectors: readonly DenseVector[];
    readonly tokens?: number | undefined;
    readonly rates?: RateLimits | undefined;
}
export interface RateLimits {
    readonly requestsPerMinute?: number | undefined;
    readonly tokensPerMinute?: number | undefined;
}

// services/cost.d.ts
import type { SideTraffic } from '@vsm/core';
import type { ServiceMeter, ServicePrice } from './prices.ts';
export interface MeteredCost {
    readonly unit: string;
    readonly units: number;
    readonly cost: number;
    readonly bound: ServiceMeter['bound'];
}
export interface ServiceCost {
    readonly service: string;
    readonly currency: string;
    readonly once: readonly MeteredCost[];
    readonly monthly: readonly MeteredCost[];
    readonly notes: readonly string[];
    readonly source: string;
    readonly date: string;
}
export declare function priceOfService({ adapter, location }: {
    readonly adapter: string;
    readonly location: string;
}, prices: readonly ServicePrice[]): ServicePrice | undefined;
export declare function costOfTraffic({ service, currency, meters, notes, source, date }: ServicePrice, traffic: SideTraffic): ServiceCost;

// services/prices.d.ts
declare const MEASURED: readonly ['written', 'read', 'scanned', 'stored'];
declare const COUNTED: readonly ['byte', 'record', 'request', 'byte of all for each request'];
declare const BOUNDS: readonly ['at least', 'at most'];
export interface ServiceMeter {
    readonly unit: string;
    readonly of: (typeof MEASURED)[number];
    readonly by: (typeof COUNTED)[number];
    readonly amount: number;
    readonly least?: number | undefined;
    readonly price: number;
    readonly for: number;
    readonly bound?: (typeof BOUNDS)[number] | undefined;
}
export interface ServicePrice {
    readonly service: string;
    readonly adapter: string;
    readonly host?: string | undefined;
    readonly currency: string;
    readonly meters: readonly ServiceMeter[];
    readonly notes: readonly string[];
    readonly source: string;
    readonly date: string;
}
export declare function readServicePrices(path?: string): Promise<readonly ServicePrice[]>;
export {};

// text.d.ts
import { type VectorRecord } from '@vsm/core/adapter';
export interface TextOptions {
    readonly field?: string | undefined;
    readonly template?: string | undefined;
    readonly read?: ((record: VectorRecord) => Pick<VectorRecord, 'document' | 'metadata'>) | undefined;
}
export interface TextSource {
    readonly description: string;
    readonly of: (record: VectorRecord) => string | undefined;
    readonly neverFilled: () => readonly string[];
}
export declare function textSource({ field, template, read }: TextOptions): TextSource;

// tokens.d.ts
export interface Tokenizer {
    readonly name: string;
    readonly exact: boolean;
    count(text: string): number;
    pieces(text: string, most: number): string[];
}
export declare function tokenizerOf(model: string): Promise<Tokenizer>;

// too-long.d.ts
import type { Tokenizer } from './tokens.ts';
export declare const TOO_LONG: readonly ['refuse', 'cut', 'average'];
export type TooLong = (typeof TOO_LONG)[number];
export declare function partsOf(text: string, tooLong: TooLong, maxTokens: number | undefined, tokenizer: Tokenizer): readonly string[];
export declare function isTooLong(text: string, maxTokens: number, tokenizer: Tokenizer): boolean;
export declare function averageOf(parts: readonly (readonly [vector: Float32Array, weight: number])[]): Float32Array;
