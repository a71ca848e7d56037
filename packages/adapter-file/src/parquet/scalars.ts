import { float, integer, type MetadataValue } from '@vsm/core/adapter';

/** Digits of a second. */
export const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

const DAY_MS = 86_400_000;
/** What the range of `Date` allows. */
const MOST_DAYS = 100_000_000;
/** How DuckDB stores what lies beyond all days. */
const INFINITE_DAYS = 2_147_483_647;
const INFINITE_TICKS = 9_223_372_036_854_775_807n;

export function date(days: number): string {
  if (Math.abs(days) >= INFINITE_DAYS) return infinity(days < 0);
  if (Math.abs(days) > MOST_DAYS) throw new Error(`a date of ${days} days since 1970, beyond what can be told`);
  return new Date(days * DAY_MS).toISOString().split('T', 1)[0] ?? '';
}

/** All the digits that are stored: `Date` would end at milliseconds. */
export function timestamp(stored: bigint | number, digits: number): string {
  const ticks = BigInt(stored);
  if (ticks >= INFINITE_TICKS || ticks <= -INFINITE_TICKS) return infinity(ticks < 0n);
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const milliseconds = Number((ticks - fraction) / perSecond) * 1000;
  if (Math.abs(milliseconds) > MOST_DAYS * DAY_MS) {
    throw new Error(`a timestamp of ${milliseconds / 1000} seconds since 1970, beyond what can be told`);
  }
  return `${new Date(milliseconds).toISOString().slice(0, -5)}.${fraction.toString().padStart(digits, '0')}`;
}

/** As Postgres and DuckDB write it. */
function infinity(isNegative: boolean): string {
  return isNegative ? '-infinity' : 'infinity';
}

export function isInfinite(text: string): boolean {
  return text.endsWith('infinity');
}

/** ISO 8601 of the twelve bytes of an INTERVAL: months, days, milliseconds. */
export function interval(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, milliseconds] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [number, number, number];
  const part = (count: number, unit: string): string => (count === 0 ? '' : `${count}${unit}`);
  const dates = part(Math.floor(months / 12), 'Y') + part(months % 12, 'M') + part(days, 'D');
  const minutes = Math.floor(milliseconds / 60_000);
  const times =
    part(Math.floor(minutes / 60), 'H') + part(minutes % 60, 'M') + part((milliseconds % 60_000) / 1000, 'S');
  return dates + times === '' ? 'PT0S' : `P${dates}${times === '' ? '' : `T${times}`}`;
}

/** The digits of a double that always come back as they were. */
export const DOUBLE_DIGITS = 15;

/** A decimal whose precision only its value tells. */
export function decimalValue(value: bigint, scale: number): MetadataValue {
  if (scale === 0) return integer(value);
  const digits = (value < 0n ? -value : value).toString().length;
  return digits <= DOUBLE_DIGITS ? float(Number(decimalText(value, scale))) : decimalText(value, scale);
}

export function decimalText(stored: unknown, scale: number): string {
  const value = unscaled(stored);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function unscaled(stored: unknown): bigint {
  if (typeof stored === 'bigint' || typeof stored === 'number') return BigInt(stored);
  const bytes = stored as Uint8Array;
  return bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

export function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
