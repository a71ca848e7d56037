import type { Reviver } from './escaped-keys.ts';
import { parsePlainJson } from './shallow.ts';
import {
  Float,
  float,
  integer,
  isMetadataArray,
  isMetadataObject,
  own,
  type Metadata,
  type MetadataValue,
} from '../spec/record.ts';
import type { JsonObject } from '../spec/v1.ts';

/**
 * Text that plain `JSON.parse` may read inexactly: numbers of many digits, `1.0`, exponents, minus zero. Only what follows a colon, a comma
 * or a bracket, so that dates and versions in texts are not taken for numbers. Over-matching costs only time.
 */
const INEXACT = /(?:^|[:,[])\s*(?:-0(?![\d.])|-?[\d.]{16}|-?\d+(?:\.0+(?!\d)|(?:\.\d+)?[eE]))/;

const rawJSON = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

/**
 * Parses JSON without rounding: big integers become `bigint`, `1.0` becomes a `Float`.
 * @throws SyntaxError on malformed text.
 */
export function parseJson(text: string): MetadataValue {
  return parsePlainJson(text, INEXACT.test(text) ? exactNumber : undefined) as MetadataValue;
}

const exactNumber: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? parseNumber(source) : value;

/** The exact value of one JSON number. */
export function parseNumber(source: string): number | bigint | Float {
  if (/[.eE]/.test(source)) return float(Number(source));
  const value = Number(source);
  return Number.isSafeInteger(value) ? value + 0 : integer(BigInt(source));
}

/** How floats of 1e21 and more are printed: `1e+21`, or as digits with a point, for readers to whom an exponent means nothing. */
export type LargeFloats = 'exponent' | 'digits';

/** Prints JSON without rounding: the inverse of {@link parseJson}. The value must not hold NaN or infinities. */
export function stringifyJson(value: MetadataValue, largeFloats: LargeFloats = 'exponent'): string {
  if (!hasExactNumber(value)) return JSON.stringify(value);
  return JSON.stringify(value, function (this: Record<string, MetadataValue>, key) {
    const original = this[key] as MetadataValue; // own key: JSON.stringify walks them
    const text = exactNumberText(original, largeFloats);
    return text === undefined ? original : rawJSON(text);
  });
}

function exactNumberText(value: MetadataValue, largeFloats: LargeFloats): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  const number = Float.isInstance(value) ? value.value : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  if (Object.is(number, -0)) return '-0.0';
  if (Math.abs(number) >= 1e21 && largeFloats === 'exponent') return JSON.stringify(number);
  // A whole float needs its ".0" even where the plain digits would do: stores tell the two types apart by it.
  if (Float.isInstance(value) || !Number.isSafeInteger(number)) return `${BigInt(number)}.0`;
  return undefined;
}

function hasExactNumber(value: MetadataValue): boolean {
  if (typeof value !== 'object' || value === null) return exactNumberText(value, 'exponent') !== undefined;
  if (Float.isInstance(value)) return true;
  if (isMetadataArray(value)) return value.some(hasExactNumber);
  for (const key in value) if (isMetadataObject(value) && hasExactNumber(value[key] as MetadataValue)) return true;
  return false;
}

/** The object that a text holds as JSON; `undefined` for anything else, which somebody else wrote. */
export function parseJsonObject(text: unknown): Metadata | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value = parseJson(text);
    return isMetadataObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object at an own key of a parsed answer; `undefined` for anything else. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The text at an own key of a parsed answer; empty for anything else. */
export function textAt(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}
