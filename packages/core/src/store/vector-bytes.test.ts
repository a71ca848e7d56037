import { expect, it } from 'vitest';
import {
  fromHalf,
  toBrain,
  toHalf,
  vectorBytesProblem,
  vectorFromBytes,
  vectorToBytes,
  type ByteDatatype,
} from './vector-bytes.ts';

const allBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at % 2 === 0 ? at >> 1 : at >> 9));

it.each<ByteDatatype>(['float16', 'bfloat16', 'int8', 'uint8'])(
  'every finite %s comes back as the same bytes',
  (datatype) => {
    // All 65,536 pairs of bytes.
    const bytes = allBytes(2 * 65_536);
    const numbers = Array.from(vectorFromBytes(bytes, datatype) ?? []);
    const size = bytes.length / numbers.length;
    const kept = numbers.flatMap((number, at) => (Number.isFinite(number) ? [at] : []));
    const vector = kept.map((at) => numbers[at] ?? 0);
    expect(kept.length).toBeGreaterThan(60_000);
    expect(Buffer.from(vectorToBytes(vector, datatype))).toEqual(
      Buffer.concat(kept.map((at) => bytes.subarray(at * size, (at + 1) * size))),
    );
  },
);

it('float64 keeps what float32 would round, and bytes at any place are read', () => {
  const vector = [0.1, -0, 1e-300];
  const shifted = Buffer.concat([Buffer.alloc(3), vectorToBytes(vector, 'float64')]).subarray(3);
  expect(vectorFromBytes(shifted, 'float64')).toEqual(vector);
  const single = Buffer.concat([Buffer.alloc(1), vectorToBytes([0.5, -0], 'float32')]).subarray(1);
  expect(vectorFromBytes(single, 'float32')).toEqual(Float32Array.of(0.5, -0));
  expect(vectorFromBytes(single.subarray(1), 'float32')).toBeUndefined();
});

it.each<[ByteDatatype, number]>([
  ['float16', 0.1],
  ['float16', 65_520],
  ['bfloat16', 1.001],
  ['int8', 128],
  ['int8', 0.5],
  ['uint8', -1],
  ['uint8', -0],
])('says that %s would change %d', (datatype, value) => {
  expect(vectorBytesProblem([1, value], datatype)).toBe(`component 1 is ${value}, which ${datatype} would change`);
  expect(vectorBytesProblem([1], datatype)).toBeUndefined();
});

it('what lies between two halves goes to the nearer one, and to the even one from the middle', () => {
  const known = [
    [0.1, 0x2e66],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [1e-8, 0],
    [2 ** -25, 0],
    [2 ** -24, 1],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ] as const;
  expect(known.map(([value]) => toHalf(value))).toEqual(known.map(([, half]) => half));
  expect([1.001, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -1.01].map(toBrain)).toEqual([0x3f80, 0x3f80, 0x3f82, 0xbf81]);
  const far = Array.from({ length: 20_000 }, (_, at) => 1.37 ** ((at % 100) - 60) * (1 + at / 20_000)).filter(
    (value) => {
      const off = (half: number): number => Math.abs(fromHalf(half) - Math.fround(value));
      const half = toHalf(value);
      return off(half) > Math.min(off(half + 1), half === 0 ? Number.POSITIVE_INFINITY : off(half - 1));
    },
  );
  expect(far).toEqual([]);
});
