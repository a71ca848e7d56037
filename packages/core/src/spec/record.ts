/** One dense vector: float32 values, not normalised by us. Views are handed on as they are; nobody mutates them. */
export type DenseVector = Float32Array | readonly number[];

/** `indices` are 0-based and unique, `values` has the same length. Explicit zeros are kept where the store keeps them. */
export interface SparseVector {
  readonly indices: Uint32Array | readonly number[];
  readonly values: DenseVector;
}

/** Several dense rows of equal length that belong to one record, as in late-interaction models. */
export interface MultiVector {
  readonly rows: readonly DenseVector[];
}

export type Vector = DenseVector | SparseVector | MultiVector;

/**
 * A JSON value with exact numbers.
 *
 * - an integer within ±(2^53 − 1) is a `number`, beyond that a `bigint`
 * - a fraction is a `number`, and so is a float beyond ±(2^53 − 1)
 * - a float with a whole value, such as `1.0`, is a {@link Float}: `1` and `1.0` are different types in most stores
 */
export type MetadataValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | readonly MetadataValue[]
  | { readonly [key: string]: MetadataValue };

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** What moves: one entry of a collection, whatever the store calls it (point, row, object, document). */
export interface VectorRecord {
  /**
   * Unique within its namespace. Integer ids are their decimal digits (up to 18446744073709551615), UUIDs are lower case
   * with hyphens; both keep their type in stores that have one.
   */
  readonly id: string;
  /** Absent in the default namespace. */
  readonly namespace?: string | undefined;
  /** By name; `''` is the unnamed vector. A name that is missing here is missing in the store, which is not a zero vector. */
  readonly vectors: Readonly<Record<string, Vector>>;
  /** Never null: a store's "no metadata" and its empty metadata are both `{}`. */
  readonly metadata: Metadata;
  /** The text that was embedded. */
  readonly document?: string | undefined;
  /** Where the original lies (Chroma). */
  readonly uri?: string | undefined;
  /**
   * Says which newer version of it the collection holds too, where nothing keeps the application's ids unique. Such a record goes nowhere:
   * it is rejected, by name and for this.
   */
  readonly superseded?: string | undefined;
}

const floatMarker = Symbol.for('vsm.float');

/** A float whose value is whole, such as `1.0`. Behaves as its number in arithmetic, comparison and `JSON.stringify`. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
    Object.defineProperty(this, floatMarker, { value: true });
  }
  /** Works across duplicate installs of `@vsm/core`, where `instanceof` does not. */
  static isInstance(value: unknown): value is Float {
    return typeof value === 'object' && value !== null && floatMarker in value;
  }
  valueOf(): number {
    return this.value;
  }
  toJSON(): number {
    return this.value;
  }
  toString(): string {
    return String(this.value);
  }
}

/** The metadata value of a float64: a plain number unless that would read as an integer. */
export function float(value: number): number | Float {
  return Number.isSafeInteger(value) ? new Float(value) : value;
}

/** The metadata value of an integer: a `bigint` only where a number would round it. */
export function integer(value: bigint | number): number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : BigInt(value);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

export type NumberKind = 'integer' | 'float';

/** Which of the two number types a value is; `undefined` for anything that is not a number. */
export function numberKind(value: MetadataValue): NumberKind | undefined {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'integer' : 'float';
  return Float.isInstance(value) ? 'float' : undefined;
}

export function isMetadataObject(value: MetadataValue): value is { readonly [key: string]: MetadataValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Float.isInstance(value);
}

export function isMetadataArray(value: MetadataValue): value is readonly MetadataValue[] {
  return Array.isArray(value);
}

export function isSparse(vector: Vector): vector is SparseVector {
  return 'indices' in vector;
}

export function isMulti(vector: Vector): vector is MultiVector {
  return 'rows' in vector;
}

export function isDense(vector: Vector): vector is DenseVector {
  return !isSparse(vector) && !isMulti(vector);
}

/** What an object has of its own under a key that comes from data: `constructor` and `__proto__` are keys like any other. */
export function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Gives an object a key that comes from data; by assignment, `__proto__` would not become one. */
export function setOwn<Value>(object: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value; // own key: this is the place for it
}

/** Id and namespace as one text, different for different records of a collection; `''` is the default namespace. */
export function recordKey({
  id,
  namespace = '',
}: {
  readonly id: string;
  readonly namespace?: string | undefined;
}): string {
  // The length comes first, so that no character of either can be taken for the border between them.
  return namespace === '' ? `/${id}` : `${namespace.length}/${namespace}${id}`;
}

/** The inverse of {@link recordKey}, for stores whose keys are unique in a collection; `undefined` for a text that it did not make. */
export function recordOfKey(key: string): Pick<VectorRecord, 'id' | 'namespace'> | undefined {
  const slash = key.indexOf('/');
  const rest = key.slice(slash + 1);
  if (slash === 0) return rest === '' ? undefined : { id: rest };
  const length = Number(key.slice(0, Math.max(0, slash)));
  if (!/^[1-9]\d*$/.test(key.slice(0, Math.max(0, slash))) || rest.length <= length) return undefined;
  return { id: rest.slice(length), namespace: rest.slice(0, length) };
}

/** Levels of objects and lists within one metadata value that VSM carries. */
export const MOST_LEVELS = 500;

const unfitMarker = Symbol.for('vsm.unfit');

/** Stands in metadata where a record holds what cannot be carried. No store takes it, so that its record is rejected by name. */
export class Unfit {
  /** Reads on from the name of the field. */
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
    Object.defineProperty(this, unfitMarker, { value: true });
  }
  static isInstance(value: unknown): value is Unfit {
    return typeof value === 'object' && value !== null && unfitMarker in value;
  }
  toJSON(): string {
    return `(${this.reason})`;
  }
}

/** A value that has its record rejected, for the reason given. */
export function unfit(reason: string): MetadataValue {
  return new Unfit(reason) as unknown as MetadataValue;
}

export function tooDeep(): MetadataValue {
  return unfit(`it is nested deeper than ${MOST_LEVELS} levels`);
}

export type IdKind = 'uint64' | 'uuid' | 'string';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGITS = /^(0|[1-9][0-9]{0,19})$/;

/** The narrowest kind that holds an id exactly. `007` and an upper-case UUID are strings: other kinds would rewrite them. */
export function idKind(id: string): IdKind {
  if (DIGITS.test(id) && (id.length < 20 || BigInt(id) <= 18446744073709551615n)) return 'uint64';
  return UUID.test(id) ? 'uuid' : 'string';
}
