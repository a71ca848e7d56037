// check.d.ts
import { type CallOptions, type VectorStoreV1 } from '@vsm/core/adapter';
import { type LayoutFinding } from './finding.ts';
export interface LayoutCheck {
    readonly layout: string;
    readonly collection: string;
    readonly passed: boolean;
    readonly findings: readonly LayoutFinding[];
}
export declare function checkLayout(store: VectorStoreV1, collectionName: string, layout: string, options?: CallOptions): Promise<LayoutCheck>;

// choice.d.ts
import { type Form, type Framework, type LayoutOptions, type LayoutStore } from './form.ts';
export interface LayoutChoice {
    readonly framework: Framework;
    readonly options: LayoutOptions;
}
export declare function parseLayout(text: string): LayoutChoice;
export declare function parseLayouts(given: {
    readonly from: string;
    readonly to?: string | undefined;
}): {
    readonly from: LayoutChoice;
    readonly to: LayoutChoice;
};
export declare function printLayout({ framework, options }: LayoutChoice): string;
export declare function formOf({ framework, options }: LayoutChoice, adapter: string): {
    store: LayoutStore;
    form: Form;
};

// codec.d.ts
import type { AppDocument } from './document.ts';
import type { Form } from './form.ts';
import type { StoredRecord } from './stored-record.ts';
export declare function decodeDocument(stored: StoredRecord, form: Form): AppDocument;
export declare function encodeDocument(document: AppDocument, form: Form): StoredRecord;

// detect.d.ts
import type { CallOptions, VectorStoreV1 } from '@vsm/core/adapter';
import { type Observed } from './observed.ts';
export interface DetectedLayout {
    readonly layout: string;
    readonly title: string;
    readonly confidence: number;
    readonly evidence: readonly string[];
}
export declare function detectLayout(store: VectorStoreV1, name: string, options?: CallOptions): Promise<DetectedLayout | undefined>;
export declare function lookAt(store: VectorStoreV1, name: string, options: CallOptions): Promise<Observed | undefined>;
interface FoundSign {
    readonly layout: string;
    readonly confidence: number;
    readonly evidence: string;
}
export declare function signsIn(observed: Observed): FoundSign[];
export declare function judge(observed: Observed): DetectedLayout | undefined;
export {};

// document.d.ts
import type { Metadata, VectorRecord } from '@vsm/core/adapter';
export interface AppDocument {
    readonly id: string;
    readonly text?: string | undefined;
    readonly metadata: Metadata;
    readonly vectors: VectorRecord['vectors'];
    readonly scope?: string | undefined;
    readonly source?: string | undefined;
    readonly node?: AppNode | undefined;
    readonly extra?: Metadata | undefined;
    readonly uri?: string | undefined;
}
export interface AppNode {
    readonly content: string;
    readonly type: string;
}

// finding.d.ts
export interface LayoutFinding {
    readonly about: 'text' | 'metadata' | 'ids' | 'vector' | 'metric' | 'dimension' | 'scope' | 'nodes' | 'table' | 'kept aside';
    readonly level: 'fine' | 'note' | 'problem';
    readonly detail: string;
}
export declare function finding(about: LayoutFinding['about'], level: LayoutFinding['level'], detail: string): LayoutFinding;
export declare function share(count: number, { length }: readonly unknown[]): string;

// form.d.ts
import type { IdKind, JsonObject, Metadata, MetadataIndex, MetadataValue, Metric, VectorSchema } from '@vsm/core/adapter';
import type { AppDocument } from './document.ts';
export declare const LAYOUT_STORES: readonly ['qdrant', 'chroma', 'pinecone', 'pgvector', 'lancedb', 'milvus', 'weaviate', 'elasticsearch', 'redis', 'mongodb', 'folder'];
export type LayoutStore = (typeof LAYOUT_STORES)[number];
export declare const NAMED_STORES: ReadonlySet<LayoutStore>;
export interface Form {
    readonly sourceOnly?: boolean | undefined;
    readonly text?: {
        readonly field: string;
    } | 'document' | undefined;
    readonly mirror?: boolean | undefined;
    readonly textRequired?: boolean | undefined;
    readonly metadata: 'root' | {
        readonly field: string;
    };
    readonly rewrite?: Rewrite | undefined;
    readonly nodes?: NodeRule | undefined;
    readonly id?: IdRule | undefined;
    readonly scope?: ScopeRule | undefined;
    readonly namespace?: string | undefined;
    readonly constants?: Metadata | undefined;
    readonly fills?: readonly string[] | undefined;
    readonly nulls?: readonly string[] | undefined;
    readonly extras?: ExtraFields | undefined;
    readonly vector: string;
    readonly vectorBesideSparse?: string | undefined;
    readonly sparse?: string | undefined;
    readonly padTo?: number | undefined;
    readonly metric?: Metric | undefined;
    readonly ids?: readonly IdKind[] | undefined;
    readonly indexes?: readonly MetadataIndex[] | undefined;
    readonly making?: ((wanted: WantedCollection) => JsonObject) | undefined;
    readonly table?: FrameworkTable | undefined;
    readonly notMade?: ((wanted: {
        readonly sparse: boolean;
    }) => string | undefined) | undefined;
    readonly drops?: {
        readonly node?: string | undefined;
    } | undefined;
}
export interface WantedCollection {
    readonly vector: VectorSchema | undefined;
    readonly fields: readonly FilterField[];
}
export interface FilterField {
    readonly key: string;
    readonly type: 'text' | 'number' | 'boolean';
}
export interface ExtraFields {
    readonly names: readonly string[];
    readonly rewrite?: Rewrite | undefined;
}
export interface Rewrite {
    readonly encode: (metadata: Metadata) => Metadata;
    readonly decode: (metadata: Metadata) => Metadata;
}
export interface NodeRule {
    readonly dialect: NodeDialect;
    readonly text: 'inside' | 'beside';
    readonly emptyForNull?: boolean | undefined;
    readonly same?: ((stored: MetadataValue, inside: MetadataValue) => boolean) | undefined;
}
export type NodeDialect = 'python' | 'typescript';
export interface IdRule {
    readonly kind: 'same' | 'string' | 'uuid';
    readonly encode: (document: AppDocument) => {
        readonly id: string;
        readonly fields?: Metadata | undefined;
    };
    readonly decode: (stored: {
        readonly id: string;
        readonly payload: Metadata;
        readonly source: string | undefined;
    }) => string;
    readonly fields: readonly string[];
}
export interface ScopeRule {
    readonly field: string;
    readonly prefix?: string | undefined;
    readonly when: 'known' | 'required' | 'given';
    readonly otherwise?: string | undefined;
    readonly or?: readonly string[] | undefined;
    readonly named?: boolean | undefined;
}
export interface FrameworkTable {
    readonly id: {
        readonly column: string;
        readonly type: string;
        readonly unique?: boolean | undefined;
    };
    readonly namespace?: {
        readonly column: string;
        readonly type: string;
        readonly default: string;
    } | undefined;
    readonly document?: {
        readonly column: string;
        readonly type: string;
        readonly notNull?: boolean;
    } | undefined;
    readonly metadata: {
        readonly column: string;
        readonly type: 'json' | 'jsonb';
        readonly index?: string | undefined;
        readonly keyIndexes?: readonly string[] | undefined;
    };
    readonly vector: {
        readonly column: string;
        readonly type?: 'vector' | 'halfvec';
    };
    readonly search?: (SearchVector & {
        readonly filled?: boolean;
    }) | undefined;
    readonly filledSearch?: SearchVector | undefined;
    readonly fields?: readonly TableField[] | undefined;
}
interface SearchVector {
    readonly column: string;
    readonly language: string;
}
interface TableField {
    readonly column: string;
    readonly type: string;
    readonly serial?: boolean;
    readonly references?: {
        readonly table: string;
        readonly key: string;
        readonly name: string;
        readonly metadata: string;
    };
}
export interface Framework {
    readonly name: string;
    readonly title: string;
    readonly options?: Readonly<Record<string, string>> | undefined;
    readonly forms: Readonly<Partial<Record<LayoutStore, (options: LayoutOptions) => Form>>>;
    readonly scopeOfName?: ((name: string) => string | undefined) | undefined;
}
export type LayoutOptions = Readonly<Record<string, string>>;
export {};

// frameworks/index.d.ts
import type { Framework } from '../form.ts';
export declare const FRAMEWORKS: readonly Framework[];

// guesses.d.ts
import { type CallOptions, type VectorStoreV1 } from '@vsm/core/adapter';
export interface PossibleLayout {
    readonly layout: string;
    readonly title: string;
    readonly basis: string;
}
export declare function guessLayouts(store: VectorStoreV1, name: string, options?: CallOptions): Promise<PossibleLayout[]>;

// ids.d.ts
import type { IdRule } from './form.ts';
export declare function haystackPointId(id: string): string;
export declare function nameUuid(namespace: Buffer, name: string): string;
export declare function haystackObjectId(id: string): string;
export declare const haystackPointIds: IdRule;
export declare const haystackObjectIds: IdRule;
export declare function chunkIds(separator: string, withoutSource: 'plain' | 'prefixed'): IdRule;
export declare const besideDocumentColumn: IdRule;
export declare const idBeside: IdRule;
export declare const nodeIdColumn: IdRule;
export declare const customIdColumn: IdRule;

// index.d.ts
export { checkLayout, type LayoutCheck } from './check.ts';
export type { LayoutFinding } from './finding.ts';
export { formOf, parseLayout, printLayout, type LayoutChoice } from './choice.ts';
export { decodeDocument, encodeDocument } from './codec.ts';
export { REST_KEY } from './rest.ts';
export type { StoredRecord } from './stored-record.ts';
export { detectLayout, type DetectedLayout } from './detect.ts';
export type { AppDocument, AppNode } from './document.ts';
export type { ExtraFields, Form, Framework, FrameworkTable, IdRule, LayoutOptions, LayoutStore, NodeDialect, NodeRule, Rewrite, ScopeRule, } from './form.ts';
export { FRAMEWORKS } from './frameworks/index.ts';
export { guessLayouts, type PossibleLayout } from './guesses.ts';
export { haystackPointId } from './ids.ts';
export { createLayout, createLayoutReader, type LayoutRequest } from './layout.ts';
export { layoutOfPart, listScopes, resolveScopes, splitScopes, type ScopeRequest, type SingleScope } from './scopes.ts';
export type { ChosenScope, LayoutScopes } from './sides.ts';
export { proposeLayout, type ProposedLayout } from './propose.ts';

// layout.d.ts
import { type RecordLayout } from '@vsm/core';
import { type StoreFacts, type VectorRecord } from '@vsm/core/adapter';
import { type LayoutScopes } from './sides.ts';
export interface LayoutRequest {
    readonly from: string;
    readonly to?: string | undefined;
    readonly source: StoreFacts;
    readonly target: StoreFacts;
    readonly sourceCollection: string;
    readonly namespaces?: readonly string[] | undefined;
    readonly scopes?: LayoutScopes | undefined;
}
export declare function createLayout(request: LayoutRequest): RecordLayout;
export declare function createLayoutReader(from: string, source: StoreFacts): (record: VectorRecord) => Pick<VectorRecord, 'document' | 'metadata'>;

// observed.d.ts
import { type CollectionDescription, type MetadataValue, type StoreFacts, type VectorRecord } from '@vsm/core/adapter';
import type { StoredRecord } from './stored-record.ts';
import { type LayoutStore } from './form.ts';
export interface Observed {
    readonly store: LayoutStore;
    readonly name: string;
    readonly location: string;
    readonly description: CollectionDescription;
    readonly records: readonly StoredRecord[];
    readonly columns: TableColumns | undefined;
}
export interface TableColumns {
    readonly id: string | undefined;
    readonly document: string | undefined;
    readonly metadata: string | undefined;
    readonly vector: string | undefined;
    readonly fields: readonly string[];
}
export declare function observe({ adapter, capabilities, location }: StoreFacts & {
    readonly location: string;
}, name: string, description: CollectionDescription, records: readonly VectorRecord[]): Observed | undefined;
export declare function columnsOf(store: LayoutStore, description: CollectionDescription): TableColumns | undefined;
export declare function keysOf({ payload }: StoredRecord): string[];
export declare function field({ payload }: StoredRecord, key: string): MetadataValue | undefined;

// propose.d.ts
import type { CountedScope } from '@vsm/core/adapter';
import type { DetectedLayout } from './detect.ts';
export interface ProposedLayout {
    readonly from: string;
    readonly to: string;
    readonly note: string;
}
export declare function proposeLayout({ layout, title, confidence, evidence }: DetectedLayout, source: {
    readonly adapter: string;
}, target: {
    readonly adapter: string;
}, scopes?: readonly CountedScope[]): ProposedLayout | undefined;

// rest.d.ts
import { type Metadata, type MetadataValue } from '@vsm/core/adapter';
import type { AppDocument, AppNode } from './document.ts';
import type { Form } from './form.ts';
import type { StoredRecord } from './stored-record.ts';
export declare const REST_KEY = "__vsm_layout";
interface Rest {
    readonly id?: string;
    readonly text?: string | null;
    readonly scope?: string | null;
    readonly metadata?: Metadata;
    readonly without?: readonly string[];
    readonly source?: string | null;
    readonly node?: AppNode | null;
    readonly extra?: Metadata;
}
export declare function differences(wanted: AppDocument, read: AppDocument, form: Form): Rest | undefined;
export declare function restore(read: AppDocument, rest: Rest): AppDocument;
export declare function withoutRest(stored: StoredRecord): StoredRecord;
export declare function readRest(value: MetadataValue | undefined): Rest | undefined;
export {};

// scopes.d.ts
import type { CallOptions, CountedScope, VectorStoreV1 } from '@vsm/core/adapter';
import { type LayoutChoice } from './choice.ts';
import { type LayoutScopes } from './sides.ts';
export declare const ALL_SCOPES = "*";
export interface ScopeRequest {
    readonly from: string;
    readonly to?: string | undefined;
    readonly source: VectorStoreV1;
    readonly target: VectorStoreV1;
    readonly sourceCollection: string;
    readonly targetCollection: string;
}
export declare function saidScopes(from: LayoutChoice, to: LayoutChoice): LayoutScopes;
export declare function listScopes(store: VectorStoreV1, collectionName: string, layout: string, options?: CallOptions): Promise<CountedScope[] | undefined>;
export declare function resolveScopes(request: ScopeRequest, options?: CallOptions): Promise<LayoutScopes>;
export interface SingleScope {
    readonly from: string;
    readonly to: string;
    readonly name: string;
}
export declare function splitScopes(request: ScopeRequest, options?: CallOptions): Promise<SingleScope[] | undefined>;
export declare function layoutOfPart(to: string, target: VectorStoreV1, sourceCollection: string): string | undefined;

// sides.d.ts
import type { RecordLayout } from '@vsm/core';
import { type JsonObject, type Metadata, type StoreFacts } from '@vsm/core/adapter';
import type { Form, ScopeRule } from './form.ts';
export interface ChosenScope {
    readonly value: string;
    readonly name?: string | undefined;
    readonly metadata?: JsonObject | undefined;
}
export interface LayoutScopes {
    readonly source?: ChosenScope | undefined;
    readonly target?: ChosenScope | undefined;
}
export interface LayoutSides {
    readonly from: Form;
    readonly to: Form;
    readonly title: string;
    readonly source: StoreFacts;
    readonly target: StoreFacts;
    readonly sameFramework: boolean;
    readonly scopes: LayoutScopes;
    readonly wholeTarget: boolean;
    readonly selected: string | undefined;
    readonly fallback: string | undefined;
    readonly given: {
        readonly scope?: string | undefined;
        readonly namespace?: string | undefined;
    };
    readonly dimension: number | undefined;
}
export declare function takesNamespaces({ adapter, capabilities }: StoreFacts, { namespace }: Form): boolean;
export declare function scopesSaid(payload: Metadata, { field, or }: ScopeRule): string[];
export declare function scopeFields({ field, or }: ScopeRule): string;
export declare function takesSparse({ table, sparse }: Form): boolean;
export declare function hasPlaceForScope({ to, given }: LayoutSides): boolean;
export declare function partsOf(sides: LayoutSides): RecordLayout['scopes'];

// stored-record.d.ts
import type { Metadata, VectorRecord } from '@vsm/core/adapter';
export interface StoredRecord {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly vectors: VectorRecord['vectors'];
    readonly payload: Metadata;
    readonly document?: string | undefined;
    readonly uri?: string | undefined;
}
