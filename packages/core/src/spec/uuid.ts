/** The UUID of 32 hexadecimal digits, in their case. */
export function uuidText(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A UUID as the number of its 128 bits, in whose order UUIDs come. */
export const uuidNumber = (id: string): bigint => BigInt(`0x${id.replaceAll('-', '')}`);

export const LAST_UUID_NUMBER: bigint = 2n ** 128n - 1n;

/** The UUID of a number from 0 to 2^128 - 1. */
export const numberUuid = (number: bigint): string => uuidText(number.toString(16).padStart(32, '0'));
