/**
 * The adapter contract, whole. Facts are capability fields, verbs are methods, and a verb that some databases lack is an
 * optional method with no second flag beside it. Nothing is lost silently: rejected records, unsupported features and
 * approximations come back as data.
 */
import type {
  CallOptions,
  CountRequest,
  Match,
  NamespaceOptions,
  Partition,
  QueryRequest,
  RecordsRequest,
  RecordsWitness,
  Rejection,
  ScanPage,
  ScanRequest,
  UpsertOptions,
  UpsertResult,
  ValuesWitness,
  Warning,
  Witness,
  WitnessRequest,
} from './calls.ts';
import type { Capabilities } from './capabilities.ts';
import type { Scope, CountedScope } from './filter.ts';
import type { JsonValue } from './json-value.ts';
import type { CollectionSchema, LackingSetting, CollectionDescription } from './schema.ts';
import type { DenseVector, Vector, VectorRecord } from './record.ts';
import type { StoreRoom } from './room.ts';

export * from './calls.ts';
export * from './capabilities.ts';
export * from './filter.ts';
export * from './json-value.ts';
export * from './room.ts';
export * from './schema.ts';

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
  /**
   * How a collection of this schema would be kept, which says what it takes, and what is left. Asked before a run; changes nothing. Left
   * out, the usual is taken, and said to be.
   */
  room?(schema: CollectionSchema, options?: CallOptions): Promise<StoreRoom>;
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
  /**
   * What the store says of single records by a road of its own: what it computes of them itself, or another encoding that is read by other
   * code than `scan` and `fetch` use. Whole vectors and nested values are witnessed by nothing else. `undefined` where there is none.
   */
  witnessRecords?(request: RecordsRequest, options?: CallOptions): Promise<RecordsWitness | undefined>;
  /** Default namespace: `''`. Present only where `capabilities.namespaces`. */
  listNamespaces?(options?: CallOptions): Promise<string[]>;
  /**
   * Namespaces that are there without a record, which nothing can carry. Left out where there can be none; `undefined` where there are too
   * many namespaces to look into each.
   */
  listEmptyNamespaces?(options?: CallOptions): Promise<string[] | undefined>;
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
  /**
   * Those of the records that `upsert` would reject for what this collection is, such as a column that they have nothing for, as far as it
   * can be told without writing. Changes nothing. Left out where nothing but the capabilities decides.
   */
  wouldReject?(records: readonly VectorRecord[], options?: CallOptions): Promise<readonly Rejection[]>;
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

/** What every user of a store has to know before handing it records. */
export type StoreFacts = Pick<VectorStoreV1, 'adapter' | 'capabilities'>;

export type { DenseVector, Vector, VectorRecord };
