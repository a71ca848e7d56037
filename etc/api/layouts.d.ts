// check.d.ts
import { type CallOptions, type VectorStoreV1 } from '@vsm/core/adapter';
export interface LayoutCheck {
    readonly layout: string;
    readonly collection: string;
    readonly passed: boolean;
    readonly findings: readonly LayoutFinding[];
}
export interface LayoutFinding {
    readonly about: 'text' | 'metadata' | 'ids' | 'vector' | 'metric' | 'dimension' | 'scope' | 'nodes' | 'table' | 'kept aside';
    readonly level: 'fine' | 'note' | 'problem';
    readonly detail: string;
}
export declare function checkLayout(store: VectorStoreV1, collectionName: string, layout: string, options?: CallOptions): Promise<LayoutCheck>;

// choice.d.ts
import type { Form, Framework, LayoutOptions, LayoutStore } from './form.ts';
export interface LayoutChoice {
    readonly framework: Framework;
    readonly options: LayoutOptions;
}
export declare function parseLayout(text: string): LayoutChoice;
export declare function printLayout({ framework, options }: LayoutChoice): string;
export declare function formOf({ framework, options }: LayoutChoice, adapter: string): {
    store: LayoutStore;
    form: Form;
};

// codec.d.ts
import { type Metadata, type VectorRecord } from '@vsm/core/adapter';
import type { AppDocument } from './document.ts';
import type { Form } from './form.ts';
export declare const REST_KEY = "__vsm_layout";
export interface StoredRecord {
    readonly id: string;
    readonly namespace?: string | undefined;
    readonly vectors: VectorRecord['vectors'];
    readonly payload: Metadata;
    readonly document?: string | undefined;
    readonly uri?: string | undefined;
}
export declare function decodeDocument(stored: StoredRecord, form: Form): AppDocument;
export declare function encodeDocument(document: AppDocument, form: Form): StoredRecord;

// detect.d.ts
import type { CallOptions, VectorStoreV1 } from '@vsm/core/adapter';
export interface DetectedLayout {
    readonly layout: string;
    readonly title: string;
    readonly confidence: number;
    readonly evidence: readonly string[];
}
export declare function detectLayout(store: VectorStoreV1, name: string, options?: CallOptions): Promise<DetectedLayout | undefined>;

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

// form.d.ts
import type { IdKind, JsonObject, Metadata, MetadataIndex, Metric } from '@vsm/core/adapter';
import type { AppDocument } from './document.ts';
export type LayoutStore = 'qdrant' | 'chroma' | 'pinecone' | 'pgvector' | 'lancedb';
export declare const LAYOUT_STORES: readonly LayoutStore[];
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
    readonly extras?: readonly string[] | undefined;
    readonly vector: string;
    readonly sparse?: string | undefined;
    readonly padTo?: number | undefined;
    readonly metric?: Metric | undefined;
    readonly ids?: readonly IdKind[] | undefined;
    readonly indexes?: readonly MetadataIndex[] | undefined;
    readonly collectionMetadata?: ((dimension: number | undefined, metric: Metric | undefined) => JsonObject) | undefined;
    readonly table?: FrameworkTable | undefined;
    readonly drops?: {
        readonly node?: string | undefined;
    } | undefined;
}
export interface Rewrite {
    readonly encode: (metadata: Metadata) => Metadata;
    readonly decode: (metadata: Metadata) => Metadata;
}
export interface NodeRule {
    readonly dialect: NodeDialect;
    readonly text: 'inside' | 'beside';
    readonly emptyForNull?: boolean | undefined;
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
}
export interface FrameworkTable {
    readonly id: {
        readonly column: string;
        readonly type: string;
    };
    readonly document?: {
        readonly column: string;
        readonly type: string;
        readonly notNull?: boolean;
    } | undefined;
    readonly metadata: {
        readonly column: string;
        readonly type: 'json' | 'jsonb';
    };
    readonly vector: {
        readonly column: string;
        readonly type?: 'vector' | 'halfvec';
    };
    readonly fields?: readonly {
        readonly column: string;
        readonly type: string;
        readonly serial?: boolean;
    }[] | undefined;
}
export interface Framework {
    readonly name: string;
    readonly title: string;
    readonly options?: Readonly<Record<string, string>> | undefined;
    readonly forms: Readonly<Partial<Record<LayoutStore, (options: LayoutOptions) => Form>>>;
    readonly scopeOfName?: ((name: string) => string | undefined) | undefined;
}
export type LayoutOptions = Readonly<Record<string, string>>;

// frameworks/index.d.ts
import type { Framework } from '../form.ts';
export declare const FRAMEWORKS: readonly Framework[];

// ids.d.ts
import type { IdRule } from './form.ts';
export declare function haystackPointId(id: string): string;
export declare const haystackIds: IdRule;
export declare function chunkIds(separator: string, withoutSource: 'plain' | 'prefixed'): IdRule;
export declare const besideDocumentColumn: IdRule;
export declare const nodeIdColumn: IdRule;

// index.d.ts
export { checkLayout, type LayoutCheck, type LayoutFinding } from './check.ts';
export { formOf, parseLayout, printLayout, type LayoutChoice } from './choice.ts';
export { decodeDocument, encodeDocument, REST_KEY, type StoredRecord } from './codec.ts';
export { detectLayout, type DetectedLayout } from './detect.ts';
export type { AppDocument, AppNode } from './document.ts';
export type { Form, Framework, FrameworkTable, IdRule, LayoutOptions, LayoutStore, NodeDialect, NodeRule, Rewrite, ScopeRule, } from './form.ts';
export { FRAMEWORKS } from './frameworks/index.ts';
export { haystackPointId } from './ids.ts';
export { createLayout, type LayoutRequest } from './layout.ts';
export { proposeLayout, type ProposedLayout } from './propose.ts';

// layout.d.ts
import { type RecordLayout } from '@vsm/core';
import { type StoreFacts } from '@vsm/core/adapter';
export interface LayoutRequest {
    readonly from: string;
    readonly to?: string | undefined;
    readonly source: StoreFacts;
    readonly target: StoreFacts;
    readonly sourceCollection: string;
    readonly namespaces?: readonly string[] | undefined;
}
export declare function createLayout(request: LayoutRequest): RecordLayout;

// propose.d.ts
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
}): ProposedLayout | undefined;
