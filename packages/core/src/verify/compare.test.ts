import { describe, expect, it } from 'vitest';
import { Float, type Metadata, type Vector, type VectorRecord } from '../spec/record.ts';
import { compareRecords, type VectorTolerance } from './compare.ts';

function record(vector: Vector, metadata: Metadata = {}, document?: string): VectorRecord {
  return { id: 'one', vectors: { '': vector }, metadata, document };
}

function fields(expected: VectorRecord, actual: VectorRecord, tolerance?: VectorTolerance): string[] {
  const tolerances = new Map(tolerance === undefined ? [] : [['', tolerance]]);
  return compareRecords(expected, actual, tolerances).map(({ field }) => field);
}

describe('vectors', () => {
  it('are compared as float32 bits', () => {
    const stored = Float32Array.of(0.1, 2, -0);
    expect(fields(record([0.1, 2, -0]), record(stored))).toEqual([]);
    expect(fields(record([0.1, 2, 0]), record(stored))).toEqual(['vector']);
    const flipped = Float32Array.of(0.1, 2, -0);
    new Uint32Array(flipped.buffer)[1] = (new Uint32Array(flipped.buffer)[1] ?? 0) ^ 1;
    expect(fields(record([0.1, 2, -0]), record(flipped))).toEqual(['vector']);
  });

  it('may have another length only where the store normalizes', () => {
    expect(fields(record([3, 4]), record([0.6, 0.8]))).toEqual(['vector']);
    expect(fields(record([3, 4]), record([0.6, 0.8]), 'normalized')).toEqual([]);
    expect(fields(record([3, 4]), record([0.6, 0.80001]), 'normalized')).toEqual(['vector']);
    expect(fields(record([3, 4]), record([0, 0]), 'normalized')).toEqual(['vector']);
    expect(fields(record([0.6, 0.8]), record([0.6001, 0.79993]), 'normalized')).toEqual(['vector']);
    expect(fields(record([0.6, 0.8]), record([0.6001, 0.79993]), 'normalized-halves')).toEqual([]);
    expect(fields(record([0.6, 0.8]), record([0.602, 0.7985]), 'normalized-halves')).toEqual(['vector']);
  });

  it('may be off by a rounding step only where the store rounds', () => {
    const step = 3 * (1 + 2 ** -22);
    expect(fields(record([3, 4]), record([step, 4]))).toEqual(['vector']);
    expect(fields(record([3, 4]), record([step, 4]), 'rounded')).toEqual([]);
    expect(fields(record([3, 4]), record([0.6, 0.8]), 'rounded')).toEqual(['vector']);
  });

  it('that are sparse are compared by index, whatever their order', () => {
    const left = { indices: [7, 3], values: [0.5, 1] };
    expect(fields(record(left), record({ indices: [3, 7], values: [1, 0.5] }))).toEqual([]);
    expect(fields(record(left), record({ indices: [3, 7], values: [0.5, 1] }))).toEqual(['vector']);
    expect(fields(record(left), record({ indices: [3], values: [1] }))).toEqual(['vector']);
  });

  it('that are missing are not zero', () => {
    const none: VectorRecord = { id: 'one', vectors: {}, metadata: {} };
    expect(fields(record([0, 0]), none)).toEqual(['vector']);
    expect(fields(none, record([0, 0]))).toEqual(['vector']);
  });
});

describe('metadata', () => {
  const same = (left: Metadata, right: Metadata): boolean => fields(record([1], left), record([1], right)).length === 0;

  it('is compared without regard to the order of keys', () => {
    expect(same({ a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 })).toBe(true);
  });

  it.each<[string, Metadata, Metadata]>([
    ['1 and 1.0', { a: 1 }, { a: new Float(1) }],
    ['a nested 1 and 1.0', { a: [{ b: 1 }] }, { a: [{ b: new Float(1) }] }],
    ['0.0 and -0.0', { a: new Float(0) }, { a: new Float(-0) }],
    ['neighbouring big integers', { a: 2n ** 53n }, { a: 2n ** 53n + 1n }],
    ['an integer and its text', { a: 1 }, { a: '1' }],
    ['null and nothing', { a: null }, {}],
    ['an empty object and an empty list', { a: {} }, { a: [] }],
    ['lists in another order', { a: [1, 2] }, { a: [2, 1] }],
    ['an object with one key more', { a: { b: 1 } }, { a: { b: 1, c: 2 } }],
  ])('tells %s apart', (_what, left, right) => {
    expect(same(left, right)).toBe(false);
    expect(same(right, left)).toBe(false);
    expect(same(left, left)).toBe(true);
  });
});

it('names every field that differs, and shows both values', () => {
  const found = compareRecords(record([1], { a: 1, b: 'x' }, 'text'), record([2], { a: 2, b: 'x' }), new Map());
  expect(found.map(({ field }) => field)).toEqual(['vector', 'document', 'metadata.a']);
  expect(found[2]).toEqual({ field: 'metadata.a', expected: '1', actual: '2' });
});

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a key %s is a key like any other', (key) => {
  const holding = record([1], JSON.parse(`{"${key}":{}}`) as Metadata);
  expect(compareRecords(holding, holding, new Map())).toEqual([]);
  expect(compareRecords(holding, record([1]), new Map())).toMatchObject([
    { field: `metadata.${key}`, actual: 'absent' },
  ]);
  expect(compareRecords(record([1]), holding, new Map())).toMatchObject([
    { field: `metadata.${key}`, expected: 'absent' },
  ]);
});

it('a vector may be called constructor', () => {
  const named: VectorRecord = { id: 'one', vectors: { constructor: [1] }, metadata: {} };
  expect(compareRecords(named, { ...named, vectors: {} }, new Map())).toHaveLength(1);
});
