import type { Data, DataType } from 'apache-arrow';
import { Float, type MetadataValue } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';

const { DataType: Types } = arrow;

interface Common {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array;
}

/**
 * A column of texts, truths or numbers, in buffers made here: Arrow's builders take several times as long, value by value. `undefined`
 * for other types. What lies under a null is empty or zero.
 */
export function flatData(
  type: DataType,
  values: readonly (MetadataValue | undefined)[],
  common: Common,
): Data | undefined {
  if (Types.isUtf8(type)) return arrow.makeData({ type, ...common, ...texts(values) });
  if (Types.isBool(type)) return arrow.makeData({ type, ...common, data: packBits(values, (value) => value === true) });
  if (Types.isInt(type) && type.bitWidth === 64) {
    const numbers = type.isSigned ? new BigInt64Array(values.length) : new BigUint64Array(values.length);
    for (const [at, value] of values.entries()) if (isThere(value)) numbers[at] = BigInt(value as number | bigint);
    return arrow.makeData({ type, ...common, data: numbers });
  }
  if (Types.isFloat(type) && type.precision === arrow.Precision.DOUBLE) {
    const numbers = new Float64Array(values.length);
    for (const [at, value] of values.entries()) if (isThere(value)) numbers[at] = numberOf(value);
    return arrow.makeData({ type, ...common, data: numbers });
  }
  return undefined;
}

export function packBits<Item>(items: readonly Item[], isSet: (item: Item) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(items.length / 8));
  for (const [at, item] of items.entries()) {
    if (isSet(item)) bytes[at >> 3] = (bytes[at >> 3] as number) | (1 << (at & 7));
  }
  return bytes;
}

export function isThere(value: MetadataValue | undefined): value is Exclude<MetadataValue, null> {
  return value !== undefined && value !== null;
}

export function numberOf(value: MetadataValue): number {
  return Float.isInstance(value) ? value.value : Number(value);
}

function texts(values: readonly (MetadataValue | undefined)[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const strings = values.map((value) => (typeof value === 'string' ? value : ''));
  const valueOffsets = new Int32Array(strings.length + 1);
  let length = 0;
  for (const [at, text] of strings.entries()) valueOffsets[at + 1] = length += text.length;
  const joined = Buffer.from(strings.join(''));
  // Any letter beyond ASCII takes more bytes than it has units.
  if (joined.length === length) return { valueOffsets, data: joined };
  // One by one, as two halves of a pair at the ends of two texts would become one letter.
  const encoded = strings.map((text) => Buffer.from(text));
  let bytes = 0;
  for (const [at, text] of encoded.entries()) valueOffsets[at + 1] = bytes += text.length;
  return { valueOffsets, data: Buffer.concat(encoded, bytes) };
}
