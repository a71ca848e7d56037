import {
  Float,
  isDense,
  isMetadataArray,
  isMetadataObject,
  own,
  setOwn,
  Unfit,
  type MetadataValue,
  type VectorRecord,
} from '../spec/record.ts';
import type {
  CollectionDescription,
  JsonObject,
  JsonValue,
  Metric,
  RecordsRequest,
  WitnessedRecord,
} from '../spec/v1.ts';
import { distance, lengthOf } from '../store/distance.ts';
import { fromBrain, fromHalf, toBrain, toHalf } from '../store/vector-bytes.ts';
import { shorten } from '../store/shorten.ts';
import { vectorLabel } from '../store/vector-label.ts';

/** A field of a record that was read in another way than a road of the store's own gives it. */
export interface WitnessDifference {
  readonly field: string;
  readonly read: string;
  readonly witnessed: string;
}

/** How far distances may be apart, relative to the lengths of both vectors: stores add up so many products in single precision. */
const within = (dimension: number): number => 3e-7 * (1 + Math.sqrt(dimension));

/** Of other lengths, the squares of components, or the product of two sums of them, may lie beyond either end of float32. */
const isMeasurable = (size: number): boolean => size > 1e-9 && size < 1e9;

/**
 * A direction for each dense vector that the records have, about as long as theirs. Against a direction that none of them has, one wrong
 * component anywhere changes the distance in proportion; against the vector itself, only by its square.
 */
export function probesFor(
  records: readonly VectorRecord[],
  { vectors }: Pick<CollectionDescription, 'vectors'>,
): RecordsRequest['probes'] {
  const probes: Record<string, readonly number[]> = {};
  for (const [name, schema] of Object.entries(vectors)) {
    if (schema.kind !== 'dense' || WHOLE_NUMBERS.has(schema.datatype ?? '')) continue;
    for (const record of records) {
      const vector = own(record.vectors, name);
      if (vector === undefined || !isDense(vector)) continue;
      const size = lengthOf(vector);
      if (!isMeasurable(size)) continue;
      const made = probe(vector.length, size, ROUNDING[schema.datatype ?? 'float32'] ?? Math.fround); // own key: a datatype
      // As long as a vector near the end of what its type holds, a component may lie beyond it.
      if (!made.every(Number.isFinite)) continue;
      setOwn(probes, name, made);
      break;
    }
  }
  return probes;
}

const ROUNDING: Readonly<Record<string, (value: number) => number>> = {
  float16: (value) => fromHalf(toHalf(value)),
  bfloat16: (value) => fromBrain(toBrain(value)),
};
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['bit', 'int8', 'uint8']);

/** As the store keeps its own, so that it computes with the same numbers. */
function probe(dimension: number, size: number, round: (value: number) => number): number[] {
  let state = dimension;
  const direction = Array.from({ length: dimension }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return state / 0x100000000 - 0.5;
  });
  const scale = size / (lengthOf(direction) || 1);
  return direction.map((component) => round(component * scale));
}

/** What of a record was witnessed, and where that is not what was read. */
export function witnessDifferences(
  record: VectorRecord,
  found: WitnessedRecord,
  probes: RecordsRequest['probes'],
  metrics: Readonly<Record<string, Metric>>,
): { readonly witnessed: readonly string[]; readonly differences: readonly WitnessDifference[] } {
  const witnessed: string[] = [];
  const differences: WitnessDifference[] = [];
  const differ = (field: string, read: string, other: string): void => {
    differences.push({ field, read: shorten(read), witnessed: shorten(other) });
  };
  for (const field of ['document', 'uri'] as const) {
    if (found[field] === undefined) continue;
    witnessed.push(field);
    const read = record[field] ?? null;
    if (read !== found[field]) differ(field, JSON.stringify(read), JSON.stringify(found[field]));
  }
  if (found.metadata !== undefined && !standsForAll(record, found.metadata)) {
    witnessed.push('metadata');
    const skipped = new Set(found.skipped);
    // What is called otherwise beside a field of its name, is so once more beside one of that name.
    const isSkipped = (key: string): boolean =>
      skipped.has(key) || skipped.has(key.replace(/(?:__column)+$/, '__column'));
    for (const key of new Set([...Object.keys(record.metadata), ...Object.keys(found.metadata)])) {
      const [read, other] = [own(record.metadata, key), own(found.metadata, key)];
      if (isSkipped(key) || (read !== undefined && other !== undefined && isSame(read, other))) continue;
      differ(`metadata.${key}`, read === undefined ? 'absent' : printed(read), JSON.stringify(other) ?? 'absent');
    }
  }
  for (const [name, numbers] of Object.entries(found.vectors ?? {})) {
    const [field, read] = [vectorLabel(name), own(record.vectors, name)];
    witnessed.push(field);
    if (!Array.isArray(numbers)) differ(field, 'a vector', 'no list of numbers');
    else if (read === undefined || !isDense(read)) differ(field, 'absent', `${numbers.length} components`);
    else {
      const at = numbers.findIndex((number, index) => Math.fround(number) !== Math.fround(read[index] ?? Number.NaN));
      if (numbers.length !== read.length) differ(field, `${read.length} components`, `${numbers.length} components`);
      else if (at !== -1) differ(field, `component ${at} is ${read[at]}`, `component ${at} is ${numbers[at]}`);
    }
  }
  for (const [name, apart] of Object.entries(found.distances ?? {})) {
    const [field, read, asked, metric] = [
      vectorLabel(name),
      own(record.vectors, name),
      own(probes, name),
      own(metrics, name),
    ];
    if (asked === undefined || metric === undefined || !Number.isFinite(apart)) continue;
    if (read === undefined || !isDense(read)) {
      witnessed.push(field);
      differ(field, 'absent', `a vector at the distance ${apart}`);
      continue;
    }
    const [size, asLong] = [lengthOf(read), lengthOf(asked)];
    const expected = distance(metric, asked, read);
    // A vector of zeros has no direction, nor one whose squares are lost, and sums beyond float32 are none.
    if ((metric === 'cosine' && !isMeasurable(size)) || !Number.isFinite(Math.fround(expected))) continue;
    witnessed.push(field);
    const scale = metric === 'cosine' ? 1 : metric === 'dot' ? size * asLong : size + asLong;
    const most = within(read.length) * Math.max(scale, metric === 'manhattan' ? expected : 0);
    const allowed = metric === 'dot' ? most + OF_ONE : most;
    if (read.length !== asked.length) differ(field, `${read.length} components`, `${asked.length} components`);
    else if (!(Math.abs(expected - apart) <= allowed))
      differ(field, `${metric} distance ${expected} from a probe`, `${metric} distance ${apart} from a probe`);
  }
  return { witnessed, differences };
}

/** Whether metadata that cannot be carried was read as one value, which has the record rejected by name, whatever its entries are. */
function standsForAll({ metadata }: VectorRecord, found: JsonObject): boolean {
  return Object.entries(metadata).some(([key, value]) => Unfit.isInstance(value) && !Object.hasOwn(found, key));
}

/** Some stores give the dot product as its difference from 1, which float32 rounds. */
const OF_ONE = 2.4e-7;

/**
 * As doubles: the plain `JSON.parse` tells neither a float from an integer nor 2^53 from its neighbour. What cannot be carried has its record
 * rejected by name, whatever it is.
 */
function isSame(read: MetadataValue, other: JsonValue): boolean {
  if (Unfit.isInstance(read)) return true;
  if (typeof read === 'bigint' || Float.isInstance(read)) return Number(read) === other;
  if (isMetadataArray(read)) {
    return (
      Array.isArray(other) && read.length === other.length && read.every((item, at) => isSame(item, other[at] ?? null))
    );
  }
  if (!isMetadataObject(read)) return read === other;
  if (typeof other !== 'object' || other === null || Array.isArray(other)) return false;
  const keys = Object.keys(read);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) =>
        Object.hasOwn(other, key) &&
        isSame(own(read, key) as MetadataValue, own(other as JsonObject, key) as JsonValue),
    )
  );
}

const printed = (value: MetadataValue): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
