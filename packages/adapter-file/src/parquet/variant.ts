/**
 * VARIANT: JSON with more types, in bytes of its own, of which columns may have been shredded out. Decoded here because the library
 * reads the shredded parts by their physical type, so that 19.90 becomes 1990.
 */
import type { SchemaTree } from 'hyparquet';
import { isListLike } from 'hyparquet/src/schema.js';
import { own, float, integer, setOwn, uuidText, type MetadataValue } from '@vsm/core/adapter';
import { binary, date, decimalValue, isInfinite, text, timestamp, type ToValue } from './scalars.ts';

type LeafOf = (leaf: SchemaTree) => ToValue;

interface Shredded {
  readonly value?: Uint8Array | null;
  readonly typed_value?: unknown;
}

/** From the struct that a VARIANT is stored as; `leafOf` reads what was shredded out of it. */
export function variantOf(node: SchemaTree, leafOf: LeafOf): ToValue {
  const typed = typedOf(node, leafOf);
  return (stored) => {
    const { metadata, ...value } = stored as Shredded & { metadata: Uint8Array };
    return valueOf(value, typed, keysOf(metadata));
  };
}

type Typed = (
  stored: unknown,
  rest: Uint8Array | null | undefined,
  keys: readonly string[],
) => MetadataValue | undefined;

/** How the part that was shredded out is read; `undefined` where nothing was. */
function typedOf(node: SchemaTree, leafOf: LeafOf): Typed | undefined {
  const typed = node.children.find(({ element }) => element.name === 'typed_value');
  if (typed === undefined) return undefined;
  if (typed.children.length === 0) {
    const toValue = leafOf(typed);
    return (stored) => toValue(stored);
  }
  if (isListLike(typed)) {
    const repeated = typed.children[0] as SchemaTree;
    const item = repeated.children[0] ?? repeated;
    const inner = typedOf(item, leafOf);
    return (stored, _, keys) =>
      Array.from(stored as ArrayLike<Shredded | null>, (one) =>
        one === null ? null : (valueOf(one, inner, keys) ?? null),
      );
  }
  const members = typed.children.map((child) => [child.element.name, typedOf(child, leafOf)] as const);
  return (stored, rest, keys) => {
    const found: Record<string, MetadataValue> = {};
    const others = rest === null || rest === undefined ? undefined : decode(rest, keys);
    if (typeof others === 'object' && others !== null) Object.assign(found, others);
    for (const [name, inner] of members) {
      const member = own(stored as Record<string, Shredded | null | undefined>, name);
      const value = member === null || member === undefined ? undefined : valueOf(member, inner, keys);
      if (value !== undefined) setOwn(found, name, value);
    }
    return found;
  };
}

/** Absent where neither part is there. */
function valueOf(
  { value, typed_value: stored }: Shredded,
  typed: Typed | undefined,
  keys: readonly string[],
): MetadataValue | undefined {
  if (typed !== undefined && stored !== null && stored !== undefined) return typed(stored, value, keys);
  return value === null || value === undefined ? undefined : decode(value, keys);
}

/** The dictionary of keys. */
function keysOf(bytes: Uint8Array): readonly string[] {
  const header = bytes[0] ?? 0;
  if ((header & 0x0f) !== 1) throw new Error(`a VARIANT in version ${header & 0x0f}, which is not known`);
  const width = (header >> 6) + 1;
  const count = unsigned(bytes, 1, width);
  const start = 1 + width * (count + 2);
  return Array.from({ length: count }, (_, at) =>
    text(
      bytes.subarray(
        start + unsigned(bytes, 1 + width * (at + 1), width),
        start + unsigned(bytes, 1 + width * (at + 2), width),
      ),
    ),
  );
}

function decode(bytes: Uint8Array, keys: readonly string[]): MetadataValue {
  const [type = 0] = bytes;
  const header = type >> 2;
  switch (type & 3) {
    case 0:
      return primitive(header, bytes.subarray(1));
    case 1:
      return text(bytes.subarray(1, 1 + header));
    case 2:
      return objectOf(bytes, header, keys);
    default:
      return listOf(bytes, header, keys);
  }
}

function objectOf(bytes: Uint8Array, header: number, keys: readonly string[]): MetadataValue {
  const [offsetWidth, idWidth, countWidth] = [(header & 3) + 1, ((header >> 2) & 3) + 1, header & 16 ? 4 : 1];
  const count = unsigned(bytes, 1, countWidth);
  const ids = 1 + countWidth;
  const offsets = ids + count * idWidth;
  const values = offsets + (count + 1) * offsetWidth;
  const found: Record<string, MetadataValue> = {};
  for (let at = 0; at < count; at += 1) {
    const key = keys[unsigned(bytes, ids + at * idWidth, idWidth)];
    if (key === undefined) throw new Error('a VARIANT refers to a key that its dictionary does not have');
    setOwn(found, key, decode(bytes.subarray(values + unsigned(bytes, offsets + at * offsetWidth, offsetWidth)), keys));
  }
  return found;
}

function listOf(bytes: Uint8Array, header: number, keys: readonly string[]): MetadataValue {
  const [width, countWidth] = [(header & 3) + 1, header & 4 ? 4 : 1];
  const count = unsigned(bytes, 1, countWidth);
  const offsets = 1 + countWidth;
  const values = offsets + (count + 1) * width;
  return Array.from({ length: count }, (_, at) =>
    decode(bytes.subarray(values + unsigned(bytes, offsets + at * width, width)), keys),
  );
}

function primitive(type: number, bytes: Uint8Array): MetadataValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const instant = (digits: number, zone: string): string => {
    const found = timestamp(view.getBigInt64(0, true), digits);
    return isInfinite(found) ? found : found + zone;
  };
  const sized = (): Uint8Array => bytes.subarray(4, 4 + view.getUint32(0, true));
  switch (type) {
    case 0:
      return null;
    case 1:
      return true;
    case 2:
      return false;
    case 3:
      return view.getInt8(0);
    case 4:
      return view.getInt16(0, true);
    case 5:
      return view.getInt32(0, true);
    case 6:
      return integer(view.getBigInt64(0, true));
    case 7:
      return float(view.getFloat64(0, true));
    case 8:
      return decimalValue(BigInt(view.getInt32(1, true)), view.getUint8(0));
    case 9:
      return decimalValue(view.getBigInt64(1, true), view.getUint8(0));
    case 10:
      return decimalValue(view.getBigUint64(1, true) + (view.getBigInt64(9, true) << 64n), view.getUint8(0));
    case 11:
      return date(view.getInt32(0, true));
    case 12:
      return instant(6, 'Z');
    case 13:
      return instant(6, '');
    case 14:
      return float(view.getFloat32(0, true));
    case 15:
      return binary(sized());
    case 16:
      return text(sized());
    case 17:
      return timestamp(view.getBigInt64(0, true), 6).slice(11);
    case 18:
      return instant(9, 'Z');
    case 19:
      return instant(9, '');
    case 20:
      return uuidText(Buffer.from(bytes.subarray(0, 16)).toString('hex'));
    default:
      throw new Error(`a VARIANT holds a value of type ${type}, which is not known`);
  }
}

function unsigned(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new RangeError('a VARIANT ends early');
  let value = 0;
  for (let place = width - 1; place >= 0; place -= 1) value = value * 256 + (bytes[at + place] as number);
  return value;
}
