// What a collection is made of, as it is created and as it is described.
import type { IdKind } from './record.ts';
import type { JsonValue, JsonObject } from './json-value.ts';

export const METRICS = ['cosine', 'euclidean', 'dot', 'manhattan', 'hamming', 'jaccard'] as const;
export type Metric = (typeof METRICS)[number];

export const DATATYPES = ['float64', 'float32', 'float16', 'bfloat16', 'int8', 'uint8', 'bit'] as const;
export type Datatype = (typeof DATATYPES)[number];

export type VectorKind = 'dense' | 'named' | 'sparse' | 'multi';

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
  /** How many records are older versions of others, and how that is told. */
  readonly superseded?: { readonly records: number; readonly detail: string } | undefined;
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
