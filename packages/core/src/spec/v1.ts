/**
 * The adapter contract, whole. Facts are capability fields, verbs are methods, and a verb that some databases lack is an
 * optional method with no second flag beside it. Nothing is lost silently: rejected records, unsupported features and
 * approximations come back as data.
 */
import type { DenseVector, IdKind, MetadataValue, Vector, VectorRecord } from './record.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** One connection to one vector database. Factories are synchronous; the first call connects. */
export interface VectorStoreV1 {
  readonly specificationVersion: 'v1';
  /** Stable adapter id such as `qdrant`: names cursors, checkpoints and `adapterOptions` keys. */
  readonly adapter: string;
  /** Where this is, without secrets. Two stores with the same location are the same place. */
  readonly location: string;
  /** Facts about this adapter. Plain JSON, and identical before, during and after use. */
  readonly capabilities: Capabilities;
  /** What this very deployment can do, where an older server does less than `capabilities`. Left out: the same. */
  effectiveCapabilities?(options?: CallOptions): Promise<Capabilities>;
  listCollections(options?: CallOptions): Promise<string[]>;
  /** Never alters an existing collection: a taken name is `CONFLICT`. What could not be expressed comes back as warnings. */
  createCollection(schema: CollectionSchema, options?: CallOptions): Promise<readonly Warning[]>;
  /** An unknown name is `NOT_FOUND`, and creates nothing. */
  openCollection(name: string, options?: CallOptions): Promise<CollectionV1>;
  /** An unknown name is not an error. */
  dropCollection?(name: string, options?: CallOptions): Promise<void>;
  /** Releases sockets and timers. Safe to call twice; a client passed in by the user stays open. */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. Core gives it to every store. */
  [Symbol.asyncDispose]?(): Promise<void>;
}

/** What a package named `@vsm/adapter-acme` or `vsm-adapter-acme` exports, so that tools reach it as `acme:…`. */
export interface AdapterModuleV1 {
  openLocation(location: string, options?: LocationOptions): OpenedLocation;
}
export interface LocationOptions {
  /** Takes the place of the environment variable that the adapter would read. */
  readonly apiKey?: string | undefined;
  /** Where the store lets one process write at a time, takes its place at once, for whoever knows that it is gone. @default false */
  readonly takeOver?: boolean | undefined;
}
export interface OpenedLocation {
  readonly store: VectorStoreV1;
  /** Absent where the location names none; `*` means all of them. */
  readonly collection?: string | undefined;
  /** Only these, where the location names some. */
  readonly namespaces?: readonly string[] | undefined;
}

/** The verbs that change nothing: all that a source is ever asked for. */
export interface ReadableCollection {
  readonly name: string;
  describe(options?: CallOptions): Promise<CollectionDescription>;
  /**
   * What this collection is, whatever it was called by: the same text over every connection, alias or link that leads to it, and no
   * other collection's of this adapter. `undefined` where that cannot be told. Keeps a run from writing to its own source.
   */
  identify?(options?: CallOptions): Promise<string | undefined>;
  /** With a filter, an upper bound unless `exact`. Without `namespace`, over all of them. */
  count(request?: CountRequest, options?: CallOptions): Promise<{ value: number; exact: boolean }>;
  /**
   * A count of all records by a road that shares nothing with `scan` (no keys, cursors, partitions or pages), to hold against what
   * scans gave. `by` names the road; `hint` says what a difference most likely means. `undefined` where there is none.
   */
  witness?(options?: CallOptions): Promise<Witness | undefined>;
  /**
   * Figures about the values of all records, counted by the store itself and not by what makes records of its answers, to hold against what
   * reading gave: a field that the reader drops or reads wrongly shows nowhere else. `undefined` where the store can count none.
   */
  witnessValues?(request: WitnessRequest, options?: CallOptions): Promise<ValuesWitness | undefined>;
  /** Default namespace: `''`. Present only where `capabilities.namespaces`. */
  listNamespaces?(options?: CallOptions): Promise<string[]>;
  /** Splits the collection into about `target` disjoint scans that cover it. Left out, core scans in one piece. */
  partition?(target: number, request?: CountRequest, options?: CallOptions): Promise<Partition[]>;
  /** Reads one page. `cursor: null` in the result, and only that, means the end. */
  scan(request: ScanRequest, options?: CallOptions): Promise<ScanPage>;
  /** Missing ids are absent from the result; order is not significant. */
  fetch(ids: readonly string[], options?: NamespaceOptions): Promise<VectorRecord[]>;
  /** Nearest neighbours, best first. Used for recall checks, not for serving. */
  query(request: QueryRequest, options?: CallOptions): Promise<Match[]>;
  /** The parts into which the values of one metadata field divide the records, named where the store keeps names for them. */
  listScopes?(path: string, options?: CallOptions): Promise<CountedScope[]>;
  /**
   * What a collection made from this schema would have and this one lacks: indexes, and settings that its own kind of store described.
   * Changes nothing.
   */
  lacks?(schema: CollectionSchema, options?: CallOptions): Promise<LackingSetting[]>;
}

export interface CollectionV1 extends ReadableCollection {
  /** Idempotent by id. Reports rejected records instead of throwing. */
  upsert(records: readonly VectorRecord[], options?: UpsertOptions): Promise<UpsertResult>;
  /** Unknown ids are not an error. */
  delete(ids: readonly string[], options?: NamespaceOptions): Promise<void>;
  /** Makes what names a part of the collection, such as the row that a foreign key asks for. Safe to call twice. */
  makeScope?(scope: Scope, options?: CallOptions): Promise<void>;
  /** Adds what `lacks` lists without a problem, and changes nothing that is there already. Safe to call twice. */
  complete?(schema: CollectionSchema, options?: CallOptions): Promise<void>;
  /** Resolves once every accepted write can be read and survives a restart. Left out: `upsert` already promises that. */
  flush?(options?: CallOptions): Promise<void>;
  /** The index settings that a bulk load will change, as JSON: kept before they are, so that no crash can lose them. Changes nothing. */
  prepareBulkLoad?(options?: CallOptions): Promise<JsonValue>;
  /** Defers indexing while much is written. Safe to call twice. */
  beginBulkLoad?(token: JsonValue, options?: CallOptions): Promise<void>;
  /** Restores what the token says, also from a new process. Safe to call twice. */
  endBulkLoad?(token: JsonValue, options?: CallOptions): Promise<void>;
}

export const METRICS = ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'] as const;

export type Metric = (typeof METRICS)[number];
export const DATATYPES = ['float64', 'float32', 'float16', 'bfloat16', 'int8', 'uint8', 'bit'] as const;

export type Datatype = (typeof DATATYPES)[number];

export type VectorKind = 'dense' | 'named' | 'sparse' | 'multi';
export const FILTER_OPERATORS = [
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'exists',
  'null',
  'contains',
] as const;

export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** What every user of a store has to know before handing it records. */
export type StoreFacts = Pick<VectorStoreV1, 'adapter' | 'capabilities'>;

/** What a key of metadata must look like in a store that makes it the name of a column or of a property. */
export interface KeyGrammar {
  /** Source of a regular expression that the whole key matches. Where a store changes a letter, as the first to a small one, it leaves that letter out. */
  readonly pattern: string;
  /** How many characters it may have. */
  readonly length: number;
}

/** What a metadata field can hold, beside strings, booleans, fractions and integers of up to 53 bits, which all stores hold. */
export interface MetadataCapabilities {
  readonly null: boolean;
  readonly object: boolean;
  /** `homogeneous`: not empty, and all strings, all booleans, all integers or all floats. */
  readonly arrays: 'any' | 'homogeneous' | 'strings' | 'none';
  /** The widest integer that stays exact. */
  readonly integers: 'safe' | 'int64' | 'uint64' | 'any';
  /** Whether `1.0` and `1` stay different. */
  readonly floats: 'distinct' | 'merged';
  /** Whether `-0.0` keeps its sign. */
  readonly negativeZero: boolean;
  /**
   * `serde`: numbers are read by Rust's serde_json, which reads a few doubles as their neighbours whatever the digits.
   * `serde-shortest`: the store prints what it read and reads that again, so that one in five doubles of full length changes.
   */
  readonly numberParser: 'exact' | 'serde' | 'serde-shortest';
  /** Whether text, keys included, can hold U+0000. */
  readonly nul: boolean;
  /** Whether text can hold half of a surrogate pair, which UTF-8 cannot. */
  readonly loneSurrogates: boolean;
  /** Keys that begin with one of these are the store's own. */
  readonly reservedPrefixes: readonly string[];
  readonly reservedKeys: readonly string[];
  /** Of the keys of a record itself, not of those in its objects; left out where any text is one. */
  readonly keys?: KeyGrammar | undefined;
}

export interface Capabilities {
  readonly access: 'read-write' | 'read-only';
  readonly metrics: readonly Metric[];
  /** Metrics under which vectors are scaled to length 1 when written. */
  readonly normalizes: readonly Metric[];
  /** Metrics under which components come back within 5e-7 of their size, not always bit for bit. */
  readonly rounds: readonly Metric[];
  readonly ids: readonly IdKind[];
  readonly vectors: readonly VectorKind[];
  readonly datatypes: readonly Datatype[];
  /** With named vectors: whether one without a name, dense or sparse, may lie beside them, or only a dense one for itself. */
  readonly unnamedVector: 'beside-named' | 'alone';
  /** Whether a record may have no vector at all, and whether one may be all zeros. */
  readonly emptyRecords: boolean;
  readonly zeroVectors: boolean;
  readonly namespaces: boolean;
  /**
   * `false`: no place for text. `true`: beside the metadata. A string: it is kept as metadata under this key, where a value
   * that is no text stays metadata.
   */
  readonly document: boolean | string;
  readonly uri: boolean;
  readonly metadata: MetadataCapabilities;
  /** Operators that `scan` and `count` push down; a superset of the matches may come back. */
  readonly filter: readonly FilterOperator[];
  readonly insertOnly: boolean;
  /** Whether a collection is described just as it was created, metric or none, indexes and settings of other stores included. */
  readonly keepsSchema: boolean;
  /**
   * What a scan of a collection gives that is written to meanwhile. `snapshot`: what was there when it began, from `partition` or the first
   * page on. `stable`: a record that is there all the time and not written comes at least once, exactly as it is, whatever happens to others.
   * `best-effort`: it may be missed.
   */
  readonly scan: 'snapshot' | 'stable' | 'best-effort';
  readonly exactQuery: boolean;
  readonly readAfterWrite: 'immediate' | 'eventual';
  /** A missing limit means none is known. */
  readonly limits: {
    readonly upsertBatch?: number;
    readonly fetchIds?: number;
    readonly idBytes?: number;
    readonly metadataBytes?: number;
    readonly dimension?: number;
    /** Largest index of a sparse vector. */
    readonly sparseIndex?: number;
  };
}

export type VectorSchema =
  | {
      readonly kind: 'dense';
      /** Unknown where the store learns it from the first record. */
      readonly dimension?: number | undefined;
      /** Unknown where the store keeps none (a table without an index, a file). */
      readonly metric?: Metric | undefined;
      readonly datatype?: Datatype | undefined;
    }
  | {
      readonly kind: 'multi';
      readonly dimension?: number | undefined;
      readonly metric?: Metric | undefined;
      readonly datatype?: Datatype | undefined;
    }
  | { readonly kind: 'sparse'; readonly modifier?: 'idf' | undefined; readonly dimension?: number | undefined };

export type FieldType =
  | 'integer'
  | 'float'
  | 'boolean'
  | 'string'
  | 'datetime'
  | 'uuid'
  | 'integer[]'
  | 'float[]'
  | 'boolean[]'
  | 'string[]'
  | 'json';

/** An index on a metadata field. `native` is the store's own definition, for a store of the same kind. */
export interface MetadataIndex {
  readonly path: string;
  readonly type: 'keyword' | 'integer' | 'float' | 'boolean' | 'datetime' | 'uuid' | 'text' | 'geo';
  readonly native?: JsonValue | undefined;
}

/** Everything needed to create a collection. */
export interface CollectionSchema {
  readonly name: string;
  /** By name; `''` is the unnamed vector. */
  readonly vectors: Readonly<Record<string, VectorSchema>>;
  readonly ids?: IdKind | 'int64' | undefined;
  /** Whether records carry a namespace. */
  readonly namespaces?: boolean | undefined;
  /** Metadata types by path, where the store knows them. */
  readonly fields?: Readonly<Record<string, FieldType>> | undefined;
  readonly indexes?: readonly MetadataIndex[] | undefined;
  /** Settings that only a store of the same kind takes back, by adapter id. */
  readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}

/** What a schema has and a collection that was made beforehand does not. */
export interface LackingSetting {
  /** What, of which part, and how: `payload index on "topic" (keyword, is_tenant)`. */
  readonly setting: string;
  /** Why `complete` leaves it as it is. Absent: it adds it. */
  readonly problem?: string | undefined;
}

export interface CollectionDescription extends CollectionSchema {
  /** What this deployment cannot do although the adapter can: capability name → sentence for the user. */
  readonly restrictions?: Readonly<Record<string, string>> | undefined;
  /** Other names of this collection. */
  readonly aliases?: readonly string[] | undefined;
  /** How an existing table or file was understood, one sentence each. */
  readonly notes?: readonly string[] | undefined;
  /** What each field was read as, of a collection that others made. Every field has an entry; absent where nothing had to be told. */
  readonly reading?: readonly FieldReading[] | undefined;
  /** What somebody has to decide before the collection can be moved: a sentence each, with the option that decides it. */
  readonly undecided?: readonly string[] | undefined;
}

export const FIELD_ROLES = [
  'id',
  'vector',
  'document',
  'uri',
  'namespace',
  'metadata',
  'ignored',
  'undecided',
] as const;

/** `ignored` fields are left out by name; an `undecided` one stops the plan until somebody says what it is. */
export type FieldRole = (typeof FIELD_ROLES)[number];

/** What one field was read as, and on what grounds. */
export interface FieldReading {
  /** As the store calls it; dotted where it lies within another. */
  readonly field: string;
  readonly role: FieldRole;
  /** Of a vector its name in records, `''` being the unnamed one; of metadata the key under which it arrives, where that is another. */
  readonly name?: string | undefined;
  /** Of metadata: its entries become the fields, instead of one field that holds them. */
  readonly unfolded?: boolean | undefined;
  /** `declared` by the store, `named` by the user, or `guessed` from names, types and a sample. */
  readonly basis: 'declared' | 'named' | 'guessed';
  /** One sentence, with numbers where there are any: `list of 384 floats in 200 of 200 sampled rows`. */
  readonly evidence: string;
  /** Other fields that could have this role. A guess that has any stops the plan. */
  readonly candidates?: readonly string[] | undefined;
  /** What it came nearest to without being taken for it, where no field has that role. */
  readonly nearTo?: FieldRole | undefined;
}

export type FilterValue = Exclude<
  MetadataValue,
  null | readonly MetadataValue[] | { readonly [key: string]: MetadataValue }
>;

/** `path` is dotted; meaning in docs/filters.md. `eq` on an array asks whether one element is equal. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly path: string; readonly value: FilterValue }
  | { readonly op: 'in' | 'nin'; readonly path: string; readonly values: readonly FilterValue[] }
  | { readonly op: 'exists' | 'null'; readonly path: string; readonly value: boolean }
  | { readonly op: 'contains'; readonly path: string; readonly value: string };

/** A part of a collection that several share: the records of which one metadata field has one value. */
export interface Scope {
  /** Of the field, dotted as in a filter. */
  readonly path: string;
  /** Absent: every record stays in the part that it says itself. */
  readonly value?: string | undefined;
  /** What people call it, where the store keeps a name for the value. */
  readonly name?: string | undefined;
  /** What is kept with the name. */
  readonly metadata?: JsonObject | undefined;
}
export interface CountedScope extends Scope {
  readonly value: string;
  readonly count: number;
}

/** Opaque, JSON-safe, and valid in a new process against the same collection. */
export type Cursor = string;
/** `id` is opaque and JSON-safe too. */
export interface Partition {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly estimatedCount?: number | undefined;
}
export interface Warning {
  readonly type: 'unsupported' | 'approximated';
  readonly feature: string;
  readonly detail: string;
}
export interface CountRequest {
  readonly namespace?: string | undefined;
  readonly filter?: Filter | undefined;
}
export interface Witness {
  readonly count: number;
  readonly by: string;
  readonly hint?: string | undefined;
}
export interface WitnessRequest {
  /** Keys of metadata that reading found, for a store that keeps no list of them. One that does looks for itself. */
  readonly keys: readonly string[];
}
export const VALUE_MEASURES = ['records', 'filled', 'octets', 'sum', 'least', 'most', 'first', 'last'] as const;

/**
 * `records`: how many records have it, as null included. `filled`: in how many it is neither null nor an empty list. `octets`: how long
 * those that are texts are together, in bytes of UTF-8. `sum`, `least`, `most`: of those that are numbers, within the rounding of doubles.
 * `first`, `last`: the bits of that component of a dense vector as float32, read as a whole number, summed modulo 2^32.
 */
export type ValueMeasure = (typeof VALUE_MEASURES)[number];

export interface ValueFigure {
  readonly part: 'document' | 'uri' | 'namespace' | 'vector' | 'metadata';
  /** Of a vector its name, of metadata the key as records have it, of a namespace itself; `''` of a document or uri. */
  readonly name: string;
  readonly measure: ValueMeasure;
  readonly value: number;
}
export interface ValuesWitness {
  /** The road, such as `json_each and count() of SQLite`. */
  readonly by: string;
  readonly figures: readonly ValueFigure[];
  /** What has no figure though it is there, and why, a phrase each. */
  readonly unwitnessed: readonly string[];
}
export interface ScanRequest extends CountRequest {
  readonly partition?: Partition | undefined;
  readonly cursor?: Cursor | undefined;
  /** At most this many records; a page may be shorter, even empty, before the end. */
  readonly limit: number;
  /** `metadata` includes document and uri. Ids and namespaces always come. */
  readonly include: readonly ('vectors' | 'metadata')[];
}
export interface ScanPage {
  readonly records: readonly VectorRecord[];
  readonly cursor: Cursor | null;
}
export type RejectionReason =
  | 'invalid-id'
  | 'duplicate-id'
  | 'invalid-vector'
  | 'invalid-metadata'
  | 'too-large'
  | 'refused';
export interface Rejection {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly reason: RejectionReason;
  readonly detail: string;
}
export interface UpsertResult {
  /** Records that are now in the store, in `insert-only` also those that were there before. */
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
}
export interface QueryRequest extends CountRequest {
  readonly vector: Vector;
  /** Name of the vector to search; `''` when absent. */
  readonly using?: string | undefined;
  readonly topK: number;
  /** Ask for exact search where `capabilities.exactQuery`. */
  readonly exact?: boolean | undefined;
}
export interface Match {
  readonly id: string;
  readonly namespace?: string | undefined;
  /** The store's own number: a similarity in some, a distance in others. Only the order is comparable. */
  readonly score: number;
}
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Passed through to the adapter of that id, which validates its own key. */
  readonly adapterOptions?: Readonly<Record<string, JsonObject>> | undefined;
}
export interface NamespaceOptions extends CallOptions {
  readonly namespace?: string | undefined;
}
export interface UpsertOptions extends CallOptions {
  /** `replace` leaves exactly the given record; `insert-only` leaves an existing one untouched. Default: `replace`. */
  readonly mode?: 'replace' | 'insert-only' | undefined;
}

export type { DenseVector, Vector, VectorRecord };
