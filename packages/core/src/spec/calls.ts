// What the verbs of the contract are asked with, and what they answer.
import type { Filter } from './filter.ts';
import type { JsonObject } from './json-value.ts';
import type { Vector, VectorRecord } from './record.ts';
import type { Metric } from './schema.ts';

/** Opaque, JSON-safe, valid in a new process against the same collection, and another one behind every page of a scan. */
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

export interface RecordsRequest {
  readonly ids: readonly string[];
  /** `''` when absent. */
  readonly namespace?: string | undefined;
  /** Dense vectors for the store to measure those of the records against, by the name of theirs. */
  readonly probes: Readonly<Record<string, readonly number[]>>;
}

/** What a road of its own says of a record. What is absent was not witnessed. */
export interface WitnessedRecord {
  readonly id: string;
  /** `null` where the record has none. */
  readonly document?: string | null | undefined;
  readonly uri?: string | null | undefined;
  /** All of its metadata but the keys in `skipped`, numbers as doubles. */
  readonly metadata?: JsonObject | undefined;
  readonly skipped?: readonly string[] | undefined;
  /** Dense vectors, number by number. */
  readonly vectors?: Readonly<Record<string, readonly number[]>> | undefined;
  /** How far the store finds each vector from its probe, smaller is nearer: 1 − cosine, the negative dot product, the root of the squares. */
  readonly distances?: Readonly<Record<string, number>> | undefined;
}

export interface RecordsWitness {
  /** The road, such as `to_jsonb and <=> of Postgres`. */
  readonly by: string;
  /** Those of the records that the road leads to. */
  readonly records: readonly WitnessedRecord[];
  /** The metric of the distances of each vector. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** What it says nothing of though it may be there, and why, a phrase each. */
  readonly unwitnessed: readonly string[];
}

export interface ScanRequest extends CountRequest {
  readonly partition?: Partition | undefined;
  readonly cursor?: Cursor | undefined;
  /** At most this many records; a page may be shorter, even empty, before the end. */
  readonly limit: number;
  /** `metadata` includes document and uri. Ids and namespaces always come. */
  readonly include: readonly ('vectors' | 'metadata')[];
  /** Whether the page is to carry figures of its own records too, from an adapter that has them. */
  readonly witness?: boolean | undefined;
}

export interface ScanPage {
  readonly records: readonly VectorRecord[];
  readonly cursor: Cursor | null;
  /**
   * Figures of just these records, where they were asked for, with everything included and no filter: counted in the answer of the store by
   * other code than makes records of it. They cost the store nothing, and
   * tell what `witnessValues` tells, of every metadata key of the records that `unwitnessed` does not name.
   */
  readonly witness?: ValuesWitness | undefined;
}

export type RejectionReason =
  | 'invalid-id'
  | 'duplicate-id'
  | 'superseded'
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
