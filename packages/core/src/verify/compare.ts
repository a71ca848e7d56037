import { stringifyJson } from '../json/json.ts';
import {
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  numberKind,
  type DenseVector,
  type MetadataValue,
  type SparseVector,
  type Vector,
  type VectorRecord,
  own,
} from '../spec/record.ts';
import { lengthOf } from '../store/distance.ts';
import { shorten } from '../store/shorten.ts';
import { vectorLabel } from '../store/vector-label.ts';

/** One field in which two records differ. `expected` and `actual` are shortened texts for people. */
export interface FieldDifference {
  /** `vector`, `vector "name"`, `document`, `uri` or `metadata.<key>`. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * How the store that holds `actual` may have changed a vector: see `normalizes` and `rounds` of its capabilities. `normalized-halves`: scaled,
 * and kept as float16. `doubles`: not at all.
 */
export type VectorTolerance = 'normalized' | 'normalized-halves' | 'rounded' | 'computed' | 'doubles';

/** Largest difference of a rounded component, relative to its size. */
const ROUNDED_TOLERANCE = 5e-7;

/** Largest difference of one component between two normalised vectors that still counts as equal. */
const NORMALIZED_TOLERANCE = 1e-6;

/** The same where each of the two was rounded to float16, which keeps eleven bits: relative to the size of the component. */
const HALVES_TOLERANCE = 2 ** -10;

/**
 * Compares by value: vectors as float32 bits, metadata without regard to key order, integers and floats as different types.
 * `tolerances` says by vector name where less than equal bits is all the store promises.
 */
export function compareRecords(
  expected: VectorRecord,
  actual: VectorRecord,
  tolerances: ReadonlyMap<string, VectorTolerance>,
): FieldDifference[] {
  const differences: FieldDifference[] = [];
  const differ = (field: string, left: string, right: string): void => {
    differences.push({ field, expected: shorten(left), actual: shorten(right) });
  };
  for (const name of union(expected.vectors, actual.vectors)) {
    const field = vectorLabel(name);
    const left = own(expected.vectors, name);
    const right = own(actual.vectors, name);
    if (left === undefined || right === undefined) differ(field, presence(left), presence(right));
    else if (tolerances.get(name) !== 'computed') {
      const found = vectorDifference(left, right, tolerances.get(name));
      if (found !== undefined) differ(field, found[0], found[1]);
    }
  }
  for (const field of ['document', 'uri'] as const) {
    if (expected[field] !== actual[field]) differ(field, presence(expected[field]), presence(actual[field]));
  }
  for (const key of union(expected.metadata, actual.metadata)) {
    const left = own(expected.metadata, key);
    const right = own(actual.metadata, key);
    if (left === undefined || right === undefined || !metadataEqual(left, right)) {
      differ(`metadata.${key}`, describeValue(left), describeValue(right));
    }
  }
  return differences;
}

function metadataEqual(left: MetadataValue, right: MetadataValue): boolean {
  const kind = numberKind(left);
  if (kind !== undefined)
    return kind === numberKind(right) && Object.is(Number(left), Number(right)) && exactEqual(left, right);
  if (isMetadataArray(left)) {
    return (
      isMetadataArray(right) &&
      left.length === right.length &&
      left.every((item, index) => metadataEqual(item, right[index] as MetadataValue))
    );
  }
  if (isMetadataObject(left)) {
    if (!isMetadataObject(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every(
        (key) => Object.hasOwn(right, key) && metadataEqual(left[key] as MetadataValue, right[key] as MetadataValue),
      )
    );
  }
  return left === right;
}

/** `Number` rounds big integers, so two of them are equal only if they are so as `bigint` too. */
function exactEqual(left: MetadataValue, right: MetadataValue): boolean {
  return typeof left !== 'bigint' && typeof right !== 'bigint' ? true : left === right;
}

function vectorDifference(
  left: Vector,
  right: Vector,
  tolerance: VectorTolerance | undefined,
): [string, string] | undefined {
  if (isSparse(left) || isSparse(right)) {
    if (isSparse(left) && isSparse(right)) {
      const [a, b] = [sortedSparse(left), sortedSparse(right)];
      return a === b ? undefined : [a, b];
    }
    return [kindOf(left), kindOf(right)];
  }
  if (isMulti(left) || isMulti(right)) {
    if (!isMulti(left) || !isMulti(right)) return [kindOf(left), kindOf(right)];
    if (left.rows.length !== right.rows.length) return [`${left.rows.length} rows`, `${right.rows.length} rows`];
    for (const [index, row] of left.rows.entries()) {
      const found = denseDifference(row, right.rows[index] as DenseVector, tolerance);
      if (found !== undefined) return [`row ${index}: ${found[0]}`, found[1]];
    }
    return undefined;
  }
  return denseDifference(left, right, tolerance);
}

function denseDifference(
  left: DenseVector,
  right: DenseVector,
  tolerance: VectorTolerance | undefined,
): [string, string] | undefined {
  if (left.length !== right.length) return [`${left.length} dimensions`, `${right.length} dimensions`];
  for (let index = 0; index < left.length; index += 1) {
    const x = left[index] as number;
    const y = right[index] as number;
    const a = tolerance === 'doubles' ? x : Math.fround(x);
    const b = tolerance === 'doubles' ? y : Math.fround(y);
    // Almost always equal and not zero, and `Object.is` alone is ten times slower.
    if ((a === b && a !== 0) || Object.is(a, b)) continue;
    if (tolerance === 'normalized' && directionEqual(left, right)) return undefined;
    if (tolerance === 'normalized-halves' && directionEqual(left, right, HALVES_TOLERANCE)) return undefined;
    if (tolerance === 'rounded' && Math.abs(a - b) <= ROUNDED_TOLERANCE * Math.max(Math.abs(a), Math.abs(b))) continue;
    return [`component ${index} is ${a}`, `component ${index} is ${b}`];
  }
  return undefined;
}

function directionEqual(left: DenseVector, right: DenseVector, relative = 0): boolean {
  const [leftLength, rightLength] = [lengthOf(left), lengthOf(right)];
  if (leftLength === 0 || rightLength === 0) return leftLength === rightLength;
  for (let index = 0; index < left.length; index += 1) {
    const a = (left[index] as number) / leftLength;
    const b = (right[index] as number) / rightLength;
    const most = Math.max(NORMALIZED_TOLERANCE, relative * Math.max(Math.abs(a), Math.abs(b)));
    if (Math.abs(a - b) > most) return false;
  }
  return true;
}

/** Stores are free to reorder sparse entries, so they are compared by index. */
function sortedSparse({ indices, values }: SparseVector): string {
  return Array.from(indices, (index, at) => [index, Math.fround(values[at] as number)] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([index, value]) => `${index}:${Object.is(value, -0) ? '-0' : value}`)
    .join(' ');
}

function kindOf(vector: Vector): string {
  if (isSparse(vector)) return 'a sparse vector';
  return isMulti(vector) ? 'a multi-vector' : 'a dense vector';
}

function union(left: object, right: object): Set<string> {
  return new Set([...Object.keys(left), ...Object.keys(right)]);
}

function presence(value: Vector | string | undefined): string {
  if (value === undefined) return 'absent';
  return typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
}

function describeValue(value: MetadataValue | undefined): string {
  return value === undefined ? 'absent' : stringifyJson(value);
}
