import { idKind, LAST_UUID_NUMBER, numberUuid, uuidNumber } from '@vsm/core/adapter';

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
export const MAX_ID: Readonly<Record<NumericKind, bigint>> = { uint64: 2n ** 64n - 1n, uuid: LAST_UUID_NUMBER };

/** Both kinds of id are numbers to whoever wants to cut their range into parts. */
export function idToNumber(id: string): bigint {
  return isUuid(id) ? uuidNumber(id) : BigInt(id);
}

export function numberToId(kind: NumericKind, number: bigint): string {
  return kind === 'uint64' ? number.toString() : numberUuid(number);
}
