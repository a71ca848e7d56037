import { Float, isMetadataArray, isMetadataObject, type MetadataValue } from '../spec/record.ts';
import type { MetadataCapabilities } from '../spec/v1.ts';
import { stringifyJson } from './json.ts';

const rawJSON = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;
const U64_MAX = 2n ** 64n - 1n;

/**
 * Prints JSON for a server that reads it with Rust's serde_json (Qdrant, Chroma), whose default parser rounds some doubles twice.
 * What {@link stringifyJson} prints and such a parser would read as a neighbour is printed in other digits.
 */
export function stringifyForSerde(value: MetadataValue): string {
  if (!hasFragile(value)) return stringifyJson(value);
  return JSON.stringify(value, function (this: Record<string, MetadataValue>, key) {
    const item = this[key] as MetadataValue; // own key: JSON.stringify walks them
    if (Object.is(item, -0)) return rawJSON('-0.0');
    if (typeof item === 'number' && isFragile(item)) return rawJSON(sturdyText(item) ?? exponentText(item));
    if (Float.isInstance(item) && isFragileWhole(item)) return rawJSON(exponentText(item.value));
    return typeof item === 'bigint' || Float.isInstance(item) ? rawJSON(stringifyJson(item)) : item;
  });
}

function hasFragile(value: MetadataValue): boolean {
  if (typeof value === 'number') return isFragile(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Float.isInstance(value)) return isFragileWhole(value);
  if (isMetadataArray(value)) return value.some(hasFragile);
  for (const key in value) if (isMetadataObject(value) && hasFragile(value[key] as MetadataValue)) return true;
  return false;
}

/** Whether the plain text of a double might be read as its neighbour. */
function isFragile(value: number): boolean {
  return !Number.isSafeInteger(value) && (Number.isInteger(value) || serdeValue(String(value)) !== value);
}

/** Whether a whole float printed with its `.0` might be read as its neighbour: the zero makes its digits ten times as large. */
function isFragileWhole({ value }: Float): boolean {
  return serdeValue(serdeText(value)) !== value;
}

/**
 * A decimal, if there is one, that reads as this double both by a correct parser and by serde_json's default one, which takes the digits as one
 * rounded integer and scales it in a second rounded step: some doubles of 17 digits come out one place off
 * (https://github.com/serde-rs/json/issues/1336). Any decimal in the double's interval will do, so a neighbour is sent.
 */
export function sturdyText(value: number): string | undefined {
  const shortest = exponentText(value);
  if (serdeValue(shortest) === value) return shortest;
  for (let digits = 17; digits <= 19; digits += 1) {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d)\.(\d+)e([+-]\d+)$/.exec(value.toExponential(digits - 1)) ?? [];
    const significand = BigInt(whole + fraction);
    // Integers of this size are rounded to 53 bits, so smaller steps would change nothing.
    const step = BigInt(Math.max(1, 2 ** (significand.toString(2).length - 53)));
    for (let turn = 1n; turn <= 16n; turn += 1n) {
      const shifted = significand + (turn % 2n === 0n ? 1n : -1n) * (turn / 2n) * step;
      const text = `${sign}${shifted}e${Number(exponent) - (digits - 1)}`;
      if (shifted <= U64_MAX && Number(text) === value && serdeValue(text) === value) return text;
    }
  }
  return undefined;
}

/** With an exponent where the plain digits of a whole number would read as an integer. */
function exponentText(value: number): string {
  return Number.isInteger(value) ? value.toExponential() : String(value);
}

/** The digits that serde_json prints for a double: the shortest, with `.0` behind whole numbers below 1e16 and an exponent above. */
function serdeText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : exponentText(value);
}

/** Whether a store with this parser can be made to hold just this double. */
export function survivesParser(value: number, parser: MetadataCapabilities['numberParser']): boolean {
  if (parser === 'exact') return true;
  return parser === 'serde' ? sturdyText(value) !== undefined : serdeValue(serdeText(value)) === value;
}

/** A double near `value` that survives being printed and read any number of times: with fewer digits, the parser rounds less. */
export function steadyNeighbour(value: number): number | undefined {
  for (let digits = 17; digits >= 6; digits -= 1) {
    const candidate = Number(value.toPrecision(digits));
    if (survivesParser(candidate, 'serde-shortest')) return candidate;
  }
  return undefined;
}

/** What serde_json makes of a number without its feature `float_roundtrip`. */
export function serdeValue(text: string): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  let value = Number(whole + fraction);
  let power = Number(exponent) - fraction.length;
  for (; power < -308 && value !== 0; power += 308) value /= 1e308;
  const scale = Number(`1e${Math.min(308, Math.abs(power))}`);
  value = power < 0 ? value / scale : value * scale;
  return sign === '-' ? -value : value;
}
