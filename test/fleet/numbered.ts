import { float, type VectorRecord } from '@vsm/core';

export const DIMENSION = 8;

/** The vector of a record, by its number. */
function vectorOf(index: number): Float32Array {
  const vector = new Float32Array(DIMENSION);
  let state = (index + 1) * 2_654_435_761;
  for (let at = 0; at < DIMENSION; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    vector[at] = state / 4_294_967_296 - 0.5;
  }
  return vector;
}

/** A record of the source that costs nothing to read. */
export function plainRecord(index: number): VectorRecord {
  const metadata = { number: index, price: float(priceOf(index)) };
  return { id: `record-${index}`, vectors: { '': vectorOf(index) }, metadata };
}

const priceOf = (index: number): number => ((index * 37) % 1000) / 100;

/** What a record is, as it stands in a store: numbers of JSON as they are written, for 1.0 is not 1. */
export interface KnownRecord {
  readonly id: string;
  readonly vector: Float32Array;
  /** JSON of an object; absent where the record has none. */
  readonly metadata?: string | undefined;
  readonly document?: string | undefined;
}

export function knownPlain(index: number): KnownRecord {
  const price = priceOf(index);
  const metadata = `{"number": ${index}, "price": ${Number.isInteger(price) ? price.toFixed(1) : price}}`;
  return { id: `record-${index}`, vector: vectorOf(index), metadata };
}

/** Every tenth is of one of these kinds, so that a page has all of them. */
const ODD: readonly ((index: number) => Omit<KnownRecord, 'vector'>)[] = [
  (index) => ({ id: `bare-${index}` }),
  (index) => ({ id: `empty-${index}`, metadata: `{"text": ""}`, document: '' }),
  (index) => ({ id: `"it's" \\ <b>${index}</b>`, metadata: `{"number": ${index}}`, document: 'zwei\nZeilen\t"so"' }),
  (index) => ({ id: `鳥🦜 é ${index}`, metadata: `{"ключ": "🦜 ${index}"}`, document: `鳥は${index}番` }),
  () => ({
    id: '',
    metadata: `{"large": 9007199254740993, "small": -9223372036854775808, "one": 1.0, "many": 1.5e-7}`,
  }),
  () => ({ id: '', metadata: `{"a.b": true, "c d": false, "e/f": "g"}`, document: 'x'.repeat(3000) }),
  () => ({ id: '', metadata: `{"list": ["a", "b"], "numbers": [1, 2, 3]}` }),
];

/** A record of a real store, with metadata and a document, or an odd one. */
export function knownRecord(index: number): KnownRecord {
  const vector = vectorOf(index);
  const odd = ODD[index % 10]?.(index);
  if (odd !== undefined) return { ...odd, id: odd.id === '' ? `record-${index}` : odd.id, vector };
  const { id, metadata } = knownPlain(index);
  return {
    id,
    vector,
    metadata,
    document: `Record number ${index}: a sentence of ordinary length that stands for its text.`,
  };
}

/** One of a thousand or so has an id that no index of Postgres takes: it is rejected, once, whoever dies. */
export const isUnfit = (index: number): boolean => index % 997 === 500;

export function unfitRecord(index: number): KnownRecord {
  const pieces = Array.from({ length: 500 }, (_, at) => vectorOf(index + 1_000_000 * at)[0] ?? 0);
  return {
    ...knownRecord(index),
    id: `${index}-${pieces.map((piece) => Math.abs(piece).toString(36).slice(2)).join('')}`,
  };
}
