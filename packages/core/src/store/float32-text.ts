import type { DenseVector } from '../spec/record.ts';
import { vectorToBytes } from './vector-bytes.ts';

// Powers of ten up to 10^22 are exact, and the quotient of two exact numbers is the double nearest to the decimal.
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The double with the fewest digits that rounds to this float32: 0.1 for 0.10000000149011612. Printed, it is half as long,
 * and reads back as the same 32 bits.
 */
export function shortestDouble(value: number): number {
  if (value === 0) return value;
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-9 && magnitude < 1e7) {
    let places = 6;
    for (let bound = 0.1; magnitude < bound; bound /= 10) places += 1;
    for (let bound = 1; magnitude >= bound; bound *= 10) places -= 1;
    for (let more = 0; more < 4; more += 1) {
      const power = POWERS[Math.max(0, places + more)] ?? 1;
      const candidate = Math.round(value * power) / power;
      if (Math.fround(candidate) === value) return candidate;
    }
  }
  for (let digits = 1; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

/** With so many digits every float32 comes back. */
const FLOAT32_DIGITS = 9;

/** Whether a number is more than a float32 or the decimal of one, so that float32 would change it. */
export function isDouble(value: number): boolean {
  return Math.fround(value) !== value && Number(value.toPrecision(FLOAT32_DIGITS)) !== value && !Number.isNaN(value);
}

/**
 * Whether all of these print as decimals of at most 15 digits, which every parser reads exactly. True of what came as the JSON of
 * float32 numbers, so that they need not be made short again.
 */
function areShort(vector: DenseVector): boolean {
  if (vector instanceof Float32Array) return false;
  for (let at = 0; at < vector.length; at += 1) {
    const value = vector[at] as number;
    const power = value < 1 && value > -1 ? 1e15 : 1e11;
    if (Math.round(value * power) / power !== value || value > 1e4 || value < -1e4) return false;
    if (value === 0 && Object.is(value, -0)) return false;
  }
  return true;
}

/** The largest is longer in decimals than it has to be: its shortest double lies beyond, where some servers refuse it. */
const LARGEST = 3.4028234663852886e38;

/** The components as {@link shortestDouble}s. */
export function shortestDoubles(vector: DenseVector): number[] {
  const doubles: number[] = [];
  for (let at = 0; at < vector.length; at += 1) {
    const value = Math.fround(vector[at] as number);
    doubles.push(Math.abs(value) === LARGEST ? value : shortestDouble(value));
  }
  return doubles;
}

/** JSON text of a vector, without spaces, that reads back as the same float32 bits; `-0.0` is printed as such. Components must be finite. */
export function vectorText(vector: DenseVector): string {
  if (areShort(vector)) return JSON.stringify(vector);
  const doubles = shortestDoubles(vector);
  // JSON.stringify prints -0 as 0.
  if (!doubles.includes(0)) return JSON.stringify(doubles);
  return `[${doubles.map((double) => (Object.is(double, -0) ? '-0.0' : String(double))).join(',')}]`;
}

/** Base64 of a vector as little-endian float32, four bytes a component. */
export function vectorBase64(vector: DenseVector): string {
  const { buffer, byteOffset, byteLength } = vectorToBytes(vector, 'float32');
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
