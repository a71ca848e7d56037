import { idKind } from '@vsm/core/adapter';

/** Qdrant has numbers up to 2^64 - 1 and UUIDs, and nothing else. */
export const isId = (id: string): boolean => idKind(id) !== 'string';

const isUuid = (id: string): boolean => id.length === 36;

/** The id as it stands in JSON text. */
export const idText = (id: string): string => (isUuid(id) ? `"${id}"` : id);

/** The order of the scroll: numbers by value, then UUIDs by their bytes. */
export function compareIds(left: string, right: string): number {
  if (left === right) return 0;
  if (isUuid(left) !== isUuid(right)) return isUuid(left) ? 1 : -1;
  if (!isUuid(left) && left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}

export const FIRST_UUID = '00000000-0000-0000-0000-000000000000';

export type NumericKind = 'uint64' | 'uuid';
export const MAX_ID: Readonly<Record<NumericKind, bigint>> = { uint64: 2n ** 64n - 1n, uuid: 2n ** 128n - 1n };

/** Both kinds of id are numbers to whoever wants to cut their range into parts. */
export function idToNumber(id: string): bigint {
  return isUuid(id) ? BigInt(`0x${id.replaceAll('-', '')}`) : BigInt(id);
}

export function numberToId(kind: NumericKind, number: bigint): string {
  if (kind === 'uint64') return number.toString();
  const hex = number.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
