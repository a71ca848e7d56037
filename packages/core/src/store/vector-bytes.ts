/** Vectors as the little-endian bytes in which stores keep them, by the type of their numbers. */
import type { DenseVector } from '../spec/record.ts';
import type { Datatype } from '../spec/v1.ts';
import { asFloats, filled } from './fill.ts';

/** Types whose numbers take whole bytes. */
export type ByteDatatype = Exclude<Datatype, 'bit'>;

/** Bytes of one number. */
export const BYTES_OF: Readonly<Record<ByteDatatype, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  uint8: 1,
};

/**
 * The numbers in these bytes: float64 as numbers of full width, all others as float32, which holds each of them. `undefined` where the
 * bytes are no whole number of numbers.
 */
export function vectorFromBytes(bytes: Uint8Array, datatype: ByteDatatype): DenseVector | undefined {
  if (bytes.length % BYTES_OF[datatype] !== 0) return undefined;
  switch (datatype) {
    case 'float64':
      return [...new Float64Array(aligned(bytes, 8), 0, bytes.length / 8)];
    case 'float32': {
      // A view where the bytes lie at a fitting place, a copy where not.
      if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      return new Float32Array(aligned(bytes, 4), 0, bytes.length / 4);
    }
    case 'float16':
      return floatsFrom(new Uint16Array(aligned(bytes, 2), 0, bytes.length / 2), fromHalf);
    case 'bfloat16':
      return floatsFrom(new Uint16Array(aligned(bytes, 2), 0, bytes.length / 2), fromBrain);
    case 'int8':
      return new Float32Array(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    case 'uint8':
      return new Float32Array(bytes);
  }
}

/** Why these numbers would not come back from bytes of this type as they are; `undefined` where they would. */
export function vectorBytesProblem(vector: DenseVector, datatype: ByteDatatype): string | undefined {
  const fits = FITS[datatype];
  if (fits === undefined) return undefined;
  const at = Array.prototype.findIndex.call(vector, (value: number) => !fits(Math.fround(value)));
  return at === -1 ? undefined : `component ${at} is ${vector[at]}, which ${datatype} would change`;
}

const isInteger = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0);

const FITS: Readonly<Partial<Record<ByteDatatype, (value: number) => boolean>>> = {
  float16: (value) => Object.is(fromHalf(toHalf(value)), value),
  bfloat16: (value) => Object.is(fromBrain(toBrain(value)), value),
  int8: (value) => isInteger(value) && value >= -128 && value <= 127,
  uint8: (value) => isInteger(value) && value >= 0 && value <= 255,
};

/** A component for each bit, the highest one of a byte first; the last bytes may be filled up with fewer. */
export function vectorFromBits(bytes: ArrayLike<number>, length: number = bytes.length * 8): Float32Array {
  return filled(new Float32Array(length), (at) => ((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1);
}

/** Of float32 a view on the vector, where it is one. */
export function vectorToBytes(vector: DenseVector, datatype: ByteDatatype): Uint8Array {
  return bytesOf(numbersOf(vector, datatype));
}

function numbersOf(vector: DenseVector, datatype: ByteDatatype): ArrayBufferView {
  switch (datatype) {
    case 'float64':
      return new Float64Array(vector);
    case 'float32':
      return asFloats(vector);
    case 'float16':
      return filled(new Uint16Array(vector.length), (at) => toHalf(vector[at] as number));
    case 'bfloat16':
      return filled(new Uint16Array(vector.length), (at) => toBrain(vector[at] as number));
    case 'int8':
      return new Int8Array(vector);
    case 'uint8':
      return new Uint8Array(vector);
  }
}

function floatsFrom(bits: Uint16Array, read: (bits: number) => number): Float32Array {
  return filled(new Float32Array(bits.length), (at) => read(bits[at] as number));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A buffer that begins with these bytes, at a place fitting numbers of this many. */
function aligned(bytes: Uint8Array, size: number): ArrayBufferLike {
  return bytes.byteOffset === 0 && bytes.buffer.byteLength % size === 0 ? bytes.buffer : new Uint8Array(bytes).buffer;
}

export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest half, of two equally near ones the even one; infinity beyond the largest. */
export function toHalf(value: number): number {
  float[0] = value;
  const whole = word[0] ?? 0;
  const sign = (whole >>> 16) & 0x8000;
  const size = Math.abs(float[0] ?? 0);
  // Below the smallest normal number, steps are of one size.
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24);
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = ((whole >>> 23) & 0xff) - 127;
  return sign | (((exponent + 14) << 10) + roundEven((size / 2 ** exponent) * 1024));
}

function roundEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** A bfloat16 is the first half of a float32. */
const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

export function fromBrain(bits: number): number {
  word[0] = bits << 16;
  return float[0] ?? 0;
}

/** The nearest bfloat16, of two equally near ones the even one. */
export function toBrain(value: number): number {
  float[0] = value;
  const whole = word[0] ?? 0;
  return (whole + 0x7fff + ((whole >>> 16) & 1)) >>> 16;
}
