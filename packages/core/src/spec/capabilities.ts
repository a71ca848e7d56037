// What a store can hold, and how much of it.
import type { IdKind } from './record.ts';
import type { FilterOperator } from './filter.ts';
import type { Metric, Datatype, VectorKind } from './schema.ts';

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
