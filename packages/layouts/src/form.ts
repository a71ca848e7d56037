import type {
  IdKind,
  JsonObject,
  Metadata,
  MetadataIndex,
  MetadataValue,
  Metric,
  VectorSchema,
} from '@vsm/core/adapter';
import type { AppDocument } from './document.ts';

/** The stores for which layouts are known. */
export const LAYOUT_STORES = [
  'qdrant',
  'chroma',
  'pinecone',
  'pgvector',
  'lancedb',
  'milvus',
  'weaviate',
  'elasticsearch',
  'redis',
  'mongodb',
  'folder',
] as const;
export type LayoutStore = (typeof LAYOUT_STORES)[number];

/** Those in which each field has a name and a role, as the adapter finds or is told. */
export const NAMED_STORES: ReadonlySet<LayoutStore> = new Set([
  'milvus',
  'weaviate',
  'elasticsearch',
  'redis',
  'mongodb',
]);

/**
 * How one framework keeps its records in one store. A form speaks of the payload: in Qdrant and Pinecone all fields of a point,
 * the text among them, whatever `documentKey` the adapter was given; in all others the metadata, beside the document.
 */
export interface Form {
  /** Read and not written: the framework makes tables that VSM does not, or leaves folders. */
  readonly sourceOnly?: boolean | undefined;
  /** The field that holds the text, or the store's own place for it. Absent: it is in the node. */
  readonly text?: { readonly field: string } | 'document' | undefined;
  /** A text in a field is written to the store's own place for it too (Mastra in Chroma). */
  readonly mirror?: boolean | undefined;
  /** The framework cannot read a record without text, so one that has none gets the empty text. */
  readonly textRequired?: boolean | undefined;
  /** Beside the text, or all together in one field of this name. */
  readonly metadata: 'root' | { readonly field: string };
  /** What the framework does to metadata when it writes, and undoes when it reads. */
  readonly rewrite?: Rewrite | undefined;
  readonly nodes?: NodeRule | undefined;
  readonly id?: IdRule | undefined;
  readonly scope?: ScopeRule | undefined;
  /** The namespace that the framework uses where none is named. */
  readonly namespace?: string | undefined;
  /** Fields that are always written, and mean nothing. */
  readonly constants?: Metadata | undefined;
  /** Fields that the framework fills by itself, and that say nothing of the document. */
  readonly fills?: readonly string[] | undefined;
  /** Fields that mean nothing where they are null. */
  readonly nulls?: readonly string[] | undefined;
  /** Fields beside the text that are no metadata. Where metadata has a field of its own, all others are. */
  readonly extras?: ExtraFields | undefined;
  readonly vector: string;
  /** How it calls that one in a collection with a sparse vector, where it reads either. */
  readonly vectorBesideSparse?: string | undefined;
  readonly sparse?: string | undefined;
  /** Vectors have this many dimensions, the rest of which are zeros. */
  readonly padTo?: number | undefined;
  /** By which the framework compares unless told otherwise. */
  readonly metric?: Metric | undefined;
  /** What the framework can address, where that is less than the store. */
  readonly ids?: readonly IdKind[] | undefined;
  readonly indexes?: readonly MetadataIndex[] | undefined;
  /** What makes a new collection the framework's own, in the words of the store's adapter: `native` of a schema. */
  readonly making?: ((wanted: WantedCollection) => JsonObject) | undefined;
  /** The table that the framework makes for itself. */
  readonly table?: FrameworkTable | undefined;
  /** What the framework makes in a collection of its own and VSM does not, with its line for it: a note of the plan. */
  readonly notMade?: ((wanted: { readonly sparse: boolean }) => string | undefined) | undefined;
  /** What no record of this form keeps. */
  readonly drops?: { readonly node?: string | undefined } | undefined;
}

/** What is known of a collection before it is made. */
export interface WantedCollection {
  /** The vector that the framework searches. */
  readonly vector: VectorSchema | undefined;
  /** Metadata by which an application may want to filter, with the types that the records show. */
  readonly fields: readonly FilterField[];
}

export interface FilterField {
  readonly key: string;
  readonly type: 'text' | 'number' | 'boolean';
}

export interface ExtraFields {
  readonly names: readonly string[];
  /** From the form that all stores share to the one of this store, and back. */
  readonly rewrite?: Rewrite | undefined;
}

export interface Rewrite {
  readonly encode: (metadata: Metadata) => Metadata;
  readonly decode: (metadata: Metadata) => Metadata;
}

export interface NodeRule {
  readonly dialect: NodeDialect;
  /** `inside` the JSON, or blank there and `beside` it in the field or place of the form. */
  readonly text: 'inside' | 'beside';
  /** Metadata that is null is written as an empty text. */
  readonly emptyForNull?: boolean | undefined;
  /** Whether a value is what the store makes of the one that is inside the node, which is the one that counts then. */
  readonly same?: ((stored: MetadataValue, inside: MetadataValue) => boolean) | undefined;
}

export type NodeDialect = 'python' | 'typescript';

/** How the id of a record is made of the application's. */
export interface IdRule {
  readonly kind: 'same' | 'string' | 'uuid';
  readonly encode: (document: AppDocument) => { readonly id: string; readonly fields?: Metadata | undefined };
  /** `fields` are taken out of the payload for it. */
  readonly decode: (stored: {
    readonly id: string;
    readonly payload: Metadata;
    readonly source: string | undefined;
  }) => string;
  readonly fields: readonly string[];
}

export interface ScopeRule {
  readonly field: string;
  /** In front of the scope, in the store only. */
  readonly prefix?: string | undefined;
  /** `required`: the framework finds nothing without it. `given`: written only where the options say what, as it must exist elsewhere. */
  readonly when: 'known' | 'required' | 'given';
  /** Written where there is none. */
  readonly otherwise?: string | undefined;
  /** Its value is the application's metadata too and stays that in every form; a record with one of these fields needs none. */
  readonly or?: readonly string[] | undefined;
  /** The value stands for a name, which the framework keeps in a table of its own and finds the records by. */
  readonly named?: boolean | undefined;
}

/** Columns of a table in Postgres, by what is in them. */
export interface FrameworkTable {
  readonly id: {
    readonly column: string;
    readonly type: string;
    /** `false`: several rows may have it; then it has an index that is not unique. */
    readonly unique?: boolean | undefined;
  };
  /** Ids are unique within its values, of which the default is that of an application that names none. */
  readonly namespace?: { readonly column: string; readonly type: string; readonly default: string } | undefined;
  readonly document?: { readonly column: string; readonly type: string; readonly notNull?: boolean } | undefined;
  readonly metadata: {
    readonly column: string;
    readonly type: 'json' | 'jsonb';
    /** The name of the GIN index that the framework makes on it. */
    readonly index?: string | undefined;
    /** Keys by which it deletes, each with an index of its own. */
    readonly keyIndexes?: readonly string[] | undefined;
  };
  readonly vector: { readonly column: string; readonly type?: 'vector' | 'halfvec' };
  /** What a hybrid search looks at, made of the document by the database. */
  readonly search?: (SearchVector & { readonly filled?: boolean }) | undefined;
  /** The same where the framework fills it itself, and has it only where an application asks for hybrid search. */
  readonly filledSearch?: SearchVector | undefined;
  /** Further columns, whose values are metadata fields; `serial` numbers rows and is the primary key instead of the id. */
  readonly fields?: readonly TableField[] | undefined;
}

interface SearchVector {
  readonly column: string;
  /** A text search configuration of Postgres. */
  readonly language: string;
}

interface TableField {
  readonly column: string;
  readonly type: string;
  readonly serial?: boolean;
  /** The table of the names that its values stand for, made with it where it is not there. */
  readonly references?: {
    readonly table: string;
    readonly key: string;
    readonly name: string;
    readonly metadata: string;
  };
}

/** A framework, and its form in each store. */
export interface Framework {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Options of its own, beyond those of every layout, with a sentence each. */
  readonly options?: Readonly<Record<string, string>> | undefined;
  readonly forms: Readonly<Partial<Record<LayoutStore, (options: LayoutOptions) => Form>>>;
  /** The scope that the name of a collection or table says. */
  readonly scopeOfName?: ((name: string) => string | undefined) | undefined;
}

/** Settings of a layout, by the names in docs/layouts.md. */
export type LayoutOptions = Readonly<Record<string, string>>;
