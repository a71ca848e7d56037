import type { DataType, Field, TimeMicrosecond, Vector as ArrowVector } from 'apache-arrow';
import { float, integer, mapValue, setOwn, type MetadataValue, type Vector } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import { isBfloat16, numbersOf } from './columns.ts';

const { DataType: Types } = arrow;

/** A vector of a column of numbers; dense ones of float32 are views on the batch. */
export function vectorAt(column: ArrowVector, row: number): Vector | undefined {
  const numbers = numbersOf(column.type);
  const value = column.get(row) as ArrowVector | null;
  if (value === null || numbers === undefined) return undefined;
  if (numbers.kind === 'dense') return numbersAt(value, numbers.item);
  return {
    rows: Array.from({ length: value.length }, (_, at) => numbersAt(value.get(at) as ArrowVector, numbers.item)),
  };
}

function numbersAt(vector: ArrowVector, item: Field): Float32Array | readonly number[] {
  const values: unknown = vector.nullCount === 0 ? vector.toArray() : undefined;
  if (values instanceof Float32Array) return values;
  // A missing component becomes NaN: whoever writes the record refuses it by its id.
  return Array.from({ length: vector.length }, (_, at) => {
    const value = vector.get(at) as number | bigint | Uint8Array | null;
    if (value === null) return Number.NaN;
    return value instanceof Uint8Array && isBfloat16(item) ? bfloat16(value) : Number(value);
  });
}

/** The upper half of a float32. */
function bfloat16(bytes: Uint8Array): number {
  return new DataView(Uint8Array.of(0, 0, bytes[0] ?? 0, bytes[1] ?? 0).buffer).getFloat32(0, true);
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text as it lies there, `undefined` of anything else: Arrow takes away the byte order mark that one begins with. */
export function textAt(column: ArrowVector | null | undefined, row: number): string | undefined {
  // By its type first: it is asked of every value.
  if (!holdsTexts(column?.type) || column?.isValid(row) !== true) return undefined;
  const { data, at } = chunkOf(column, row);
  if (data?.dictionary) return textAt(data.dictionary, Number((data.values as Int32Array)[at]));
  const [from, to] = [data?.valueOffsets[at], data?.valueOffsets[at + 1]];
  return UTF8.decode((data?.values as Uint8Array | undefined)?.subarray(Number(from), Number(to)));
}

function holdsTexts(type: DataType | undefined): boolean {
  if (Types.isDictionary(type)) return holdsTexts(type.dictionary as DataType);
  return Types.isUtf8(type) || Types.isLargeUtf8(type);
}

/** A value as sampling wants it: a vector as its numbers, all else as metadata. */
export function plainValue(column: ArrowVector, row: number): unknown {
  if (numbersOf(column.type) === undefined) return valueAt(column, row);
  const vector = vectorAt(column, row);
  return vector !== undefined && 'rows' in vector ? vector.rows.map((numbers) => [...numbers]) : vector;
}

/** A value of any Arrow type as metadata; `undefined` for a null. Not by `get` where that would cut times to milliseconds. */
export function valueAt(column: ArrowVector, row: number): MetadataValue | undefined {
  if (!column.isValid(row)) return undefined;
  const type = column.type as DataType;
  if (Types.isTimestamp(type)) {
    return `${instant(ticksAt(column, row), DIGITS[type.unit] ?? 0)}${type.timezone === null || type.timezone === undefined ? '' : 'Z'}`;
  }
  if (Types.isTime(type)) return instant(ticksAt(column, row), DIGITS[(type as TimeMicrosecond).unit] ?? 0).slice(11);
  if (Types.isDuration(type)) return seconds(ticksAt(column, row), DIGITS[type.unit] ?? 0);
  if (Types.isStruct(type)) {
    return object(type.children.map((child, at) => [child.name, column.getChildAt(at) ?? undefined, row] as const));
  }
  if (Types.isMap(type)) return mapAt(column, row);
  const text = textAt(column, row);
  if (text !== undefined) return text;
  const value: unknown = column.get(row);
  if (value instanceof arrow.Vector) return Array.from({ length: value.length }, (_, at) => valueAt(value, at) ?? null);
  return valueOf(type, value);
}

function valueOf(type: DataType, value: unknown): MetadataValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (Types.isInt(type)) return integer(value as number | bigint);
  if (Types.isFloat(type)) return float(value as number);
  if (Types.isDecimal(type)) return decimal(value as Uint32Array, type.scale);
  if (Types.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (Types.isDictionary(type)) return valueOf(type.dictionary, value);
  if (Types.isInterval(type)) return interval(type.unit, value as Int32Array);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? integer(value) : JSON.stringify(value);
}

function object(members: readonly (readonly [string, ArrowVector | undefined, number])[]): MetadataValue {
  const found: Record<string, MetadataValue> = {};
  for (const [name, column, row] of members) {
    const value = column === undefined ? undefined : valueAt(column, row);
    if (value !== undefined) setOwn(found, name, value);
  }
  return found;
}

function mapAt(column: ArrowVector, row: number): MetadataValue {
  const { data, at } = chunkOf(column, row);
  const [from = 0, to = 0] = [data?.valueOffsets[at], data?.valueOffsets[at + 1]];
  const entries = data?.children[0];
  if (entries === undefined) return {};
  const [keys, values] = entries.children.map((child) => new arrow.Vector([child]));
  if (keys === undefined || values === undefined) return {};
  return mapValue(
    Array.from(
      { length: to - from },
      (_, place) => [valueAt(keys, from + place), valueAt(values, from + place)] as const,
    ),
  );
}

function chunkOf(
  column: ArrowVector,
  row: number,
): { readonly data: ArrowVector['data'][number] | undefined; readonly at: number } {
  let at = row;
  for (const data of column.data) {
    if (at < data.length) return { data, at };
    at -= data.length;
  }
  return { data: undefined, at };
}

function ticksAt(column: ArrowVector, row: number): bigint {
  const { data, at } = chunkOf(column, row);
  return BigInt((data?.values as BigInt64Array | Int32Array | undefined)?.[at] ?? 0);
}

/** By unit: seconds, milliseconds, microseconds, nanoseconds. */
const DIGITS = [0, 3, 6, 9];

function instant(ticks: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const date = new Date(Number((ticks - fraction) / perSecond) * 1000).toISOString().slice(0, -5);
  return digits === 0 ? date : `${date}.${fraction.toString().padStart(digits, '0')}`;
}

/** ISO 8601, without units that differ in length. */
function seconds(ticks: bigint, digits: number): string {
  const size = ticks < 0n ? -ticks : ticks;
  const perSecond = 10n ** BigInt(digits);
  const fraction = (size % perSecond).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${ticks < 0n ? '-' : ''}PT${size / perSecond}${fraction === '' || digits === 0 ? '' : `.${fraction}`}S`;
}

const YEAR_MONTH = 0;

function interval(unit: number, parts: Int32Array): string {
  if (unit === YEAR_MONTH) return `P${parts[0] ?? 0}M`;
  return `P${parts[0] ?? 0}DT${(parts[1] ?? 0) / 1000}S`;
}

/** Exact as text: a double holds only fifteen digits. */
function decimal(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((total, word) => total * 4294967296n + BigInt(word), 0n);
  const value = BigInt.asIntN(words.length * 32, unsigned);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
