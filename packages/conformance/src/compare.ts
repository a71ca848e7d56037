import {
  Float,
  isMetadataArray,
  isMetadataObject,
  isMulti,
  isSparse,
  numberKind,
  type Capabilities,
  type DenseVector,
  type MetadataValue,
  type Metric,
  type SparseVector,
  type Vector,
  type VectorRecord,
  own,
} from '@vsm/core/adapter';
import { expectThat } from './expectations.ts';

/**
 * `bits`: every float32 bit. `size`: within 5e-7 of each component, where the store rounds. `direction`: equal after scaling
 * to length 1, where it normalises.
 */
export type VectorComparison = 'bits' | 'size' | 'direction';

const SIZE_TOLERANCE = 5e-7;
const DIRECTION_TOLERANCE = 1e-6;

/** How vectors under this metric compare with what was written. */
export function comparisonFor(metric: Metric | undefined, { normalizes, rounds }: Capabilities): VectorComparison {
  if (metric === undefined) return 'bits';
  if (normalizes.includes(metric)) return 'direction';
  return rounds.includes(metric) ? 'size' : 'bits';
}

/** What differs between two records, in words; `undefined` where nothing does. */
export function recordDifference(
  actual: VectorRecord,
  expected: VectorRecord,
  comparison: VectorComparison = 'bits',
): string | undefined {
  if (actual.id !== expected.id) return `id: expected ${text(expected.id)}, but got ${text(actual.id)}`;
  for (const field of ['namespace', 'document', 'uri'] as const) {
    if (actual[field] !== expected[field])
      return `${field}: expected ${text(expected[field])}, but got ${text(actual[field])}`;
  }
  const names = new Set([...Object.keys(expected.vectors), ...Object.keys(actual.vectors)]);
  for (const name of names) {
    const difference = vectorDifference(own(actual.vectors, name), own(expected.vectors, name), comparison);
    if (difference !== undefined) return `vector ${text(name)}: ${difference}`;
  }
  return metadataDifference(actual.metadata, expected.metadata, 'metadata');
}

/** The same records, whatever their order: none missing, none twice, none too many, each with the same content. */
export function expectSameRecords(
  actual: readonly VectorRecord[],
  expected: readonly VectorRecord[],
  what: string,
  comparison: VectorComparison = 'bits',
): void {
  const found = new Map<string, VectorRecord>();
  for (const record of actual) {
    expectThat(!found.has(recordKey(record)), `${what}: record ${label(record)} comes twice`);
    found.set(recordKey(record), record);
  }
  for (const record of expected) {
    const match = found.get(recordKey(record));
    expectThat(match !== undefined, `${what}: record ${label(record)} is missing`);
    const difference = recordDifference(match, record, comparison);
    expectThat(difference === undefined, `${what}: record ${label(record)}: ${difference}`);
    found.delete(recordKey(record));
  }
  const [extra] = found.values();
  expectThat(extra === undefined, `${what}: record ${extra === undefined ? '' : label(extra)} should not be there`);
}

/** An id is unique within its namespace only. */
function recordKey(record: { readonly id: string; readonly namespace?: string | undefined }): string {
  return `${record.namespace ?? ''}\0${record.id}`;
}

function label({ id, namespace }: VectorRecord): string {
  return namespace === undefined ? text(id) : `${text(id)} of namespace ${text(namespace)}`;
}

function vectorDifference(
  actual: Vector | undefined,
  expected: Vector | undefined,
  comparison: VectorComparison,
): string | undefined {
  if (actual === undefined || expected === undefined) {
    if (actual === expected) return undefined;
    return actual === undefined ? 'is missing' : 'should not be there';
  }
  if (isSparse(expected))
    return isSparse(actual) ? sparseDifference(actual, expected, comparison) : 'expected a sparse one';
  if (isMulti(expected)) {
    if (!isMulti(actual)) return 'expected a multi-vector';
    if (actual.rows.length !== expected.rows.length)
      return `expected ${expected.rows.length} rows, but got ${actual.rows.length}`;
    return expected.rows
      .map((row, at) => denseDifference(actual.rows[at] as DenseVector, row, comparison))
      .find((difference) => difference !== undefined);
  }
  return isSparse(actual) || isMulti(actual) ? 'expected a dense one' : denseDifference(actual, expected, comparison);
}

function denseDifference(actual: DenseVector, expected: DenseVector, comparison: VectorComparison): string | undefined {
  if (actual.length !== expected.length) return `expected ${expected.length} dimensions, but got ${actual.length}`;
  const [left, right] = comparison === 'direction' ? [unit(actual), unit(expected)] : [actual, expected];
  for (let at = 0; at < right.length; at += 1) {
    const got = Math.fround(left[at] as number);
    const wanted = Math.fround(right[at] as number);
    if (!sameComponent(got, wanted, comparison))
      return `component ${at}: expected ${printFloat(wanted)}, but got ${printFloat(got)}`;
  }
  return undefined;
}

function sameComponent(got: number, wanted: number, comparison: VectorComparison): boolean {
  switch (comparison) {
    case 'bits':
      return Object.is(got, wanted);
    case 'size':
      return Math.abs(got - wanted) <= SIZE_TOLERANCE * Math.abs(wanted);
    case 'direction':
      return Math.abs(got - wanted) <= DIRECTION_TOLERANCE;
  }
}

function sparseDifference(
  actual: SparseVector,
  expected: SparseVector,
  comparison: VectorComparison,
): string | undefined {
  // A store may drop explicit zeros and sort the indices: neither changes what the vector means.
  const [left, right] = [nonZero(actual), nonZero(expected)];
  if (left.indices.join() !== right.indices.join())
    return `expected the indices ${right.indices.join()}, but got ${left.indices.join()}`;
  return denseDifference(left.values, right.values, comparison);
}

function nonZero({ indices, values }: SparseVector): { indices: readonly number[]; values: readonly number[] } {
  const pairs = Array.from(indices, (index, at) => [index, values[at] ?? Number.NaN] as const)
    .filter(([, value]) => value !== 0)
    .toSorted(([left], [right]) => left - right);
  return { indices: pairs.map(([index]) => index), values: pairs.map(([, value]) => value) };
}

function unit(vector: DenseVector): DenseVector {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : Array.from(vector, (value) => value / length);
}

/** By value and type: `1`, `1.0` and `1n` are three things, key order is none. */
function metadataDifference(
  actual: MetadataValue | undefined,
  expected: MetadataValue | undefined,
  path: string,
): string | undefined {
  const differs = `${path}: expected ${typed(expected)}, but got ${typed(actual)}`;
  if (actual === undefined || expected === undefined) return actual === expected ? undefined : differs;
  if (isMetadataArray(expected)) {
    if (!isMetadataArray(actual) || actual.length !== expected.length) return differs;
    return expected
      .map((item, at) => metadataDifference(actual[at], item, `${path}[${at}]`))
      .find((difference) => difference !== undefined);
  }
  if (isMetadataObject(expected)) {
    if (isMetadataArray(actual) || !isMetadataObject(actual)) return differs;
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys]
      .map((key) => metadataDifference(own(actual, key), own(expected, key), `${path}.${text(key)}`))
      .find((difference) => difference !== undefined);
  }
  return typed(actual) === typed(expected) ? undefined : differs;
}

function typed(value: MetadataValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (Float.isInstance(value)) return `float ${exact(value.value)}`;
  if (typeof value === 'number') return `${numberKind(value)} ${exact(value)}`;
  if (typeof value === 'bigint') return `integer ${value}`;
  if (typeof value === 'string') return `text ${text(value)}`;
  if (isMetadataArray(value)) return `[${value.map(typed).join(', ')}]`;
  if (isMetadataObject(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${text(key)}: ${typed(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function printFloat(value: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return `${exact(value)} (0x${view.getUint32(0).toString(16).padStart(8, '0')})`;
}

function text(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
