import { formatError } from './problem.ts';
import { say, type Json } from './json.ts';

/** A point id as text: decimal digits, or a UUID in lower case with hyphens. */
export type PointId = string;

const HEX = /^[0-9a-f]{32}$/i;
const FORMS = [
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i,
  /^urn:uuid:([0-9a-f-]{36})$/i,
  /^\{([0-9a-f-]{36})\}$/i,
  /^([0-9a-f]{32})$/i,
];

/** Accepts what the real server does: unsigned integers, and UUIDs in their simple, urn and braced forms. */
export function parseId(value: Json | undefined): PointId {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return say(value);
  if (typeof value === 'bigint' && value >= 0n) return say(value);
  const uuid = typeof value === 'string' ? parseUuid(value) : undefined;
  if (uuid !== undefined) return uuid;
  throw formatError(
    `value ${say(value)} is not a valid point ID, valid values are either an unsigned integer or a UUID`,
  );
}

export function parseUuid(text: string): PointId | undefined {
  for (const form of FORMS) {
    const hex = form.exec(text)?.[1]?.replaceAll('-', '').toLowerCase();
    if (hex === undefined || !HEX.test(hex)) continue;
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  return undefined;
}

export const isUuid = (id: PointId): boolean => id.length === 36;

export const idText = (id: PointId): string => (isUuid(id) ? `"${id}"` : id);

/** Integers by value, then UUIDs by their bytes. */
export function compareIds(left: PointId, right: PointId): number {
  if (left === right) return 0;
  const leftUuid = isUuid(left);
  if (leftUuid !== isUuid(right)) return leftUuid ? 1 : -1;
  if (!leftUuid && left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}

/** SipHash-2-4 with a zero key over the canonical bytes of an id, which decides its slice in every version. */
export function hashId(id: PointId): bigint {
  const bytes = new Uint8Array(isUuid(id) ? 16 : 8);
  if (isUuid(id)) bytes.set(Buffer.from(id.replaceAll('-', ''), 'hex'));
  else new DataView(bytes.buffer).setBigUint64(0, BigInt(id), true);
  return sipHash(bytes);
}

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (64n - by)));

/** SipHash-2-4 of whole 8-byte words. */
export function sipHash(bytes: Uint8Array, key: readonly [bigint, bigint] = [0n, 0n]): bigint {
  let [v0, v1] = [0x736f6d6570736575n ^ key[0], 0x646f72616e646f6dn ^ key[1]];
  let [v2, v3] = [0x6c7967656e657261n ^ key[0], 0x7465646279746573n ^ key[1]];
  const round = (): void => {
    v0 = wrap(v0 + v1);
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = wrap(v2 + v3);
    v3 = rotate(v3, 16n) ^ v2;
    v0 = wrap(v0 + v3);
    v3 = rotate(v3, 21n) ^ v0;
    v2 = wrap(v2 + v1);
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const absorb = (word: bigint): void => {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  // Ids are whole words of 8 bytes, so the last word holds nothing but the length.
  for (let at = 0; at < bytes.length; at += 8) absorb(view.getBigUint64(at, true));
  absorb(BigInt(bytes.length) << 56n);
  v2 ^= 0xffn;
  for (let turn = 0; turn < 4; turn += 1) round();
  return v0 ^ v1 ^ v2 ^ v3;
}
