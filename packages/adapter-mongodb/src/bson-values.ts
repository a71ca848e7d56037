/** BSON as values of metadata, and marks that say what a value was where it does not say so itself. */
import {
  Float,
  float,
  integer,
  isMetadataArray,
  MOST_LEVELS,
  own,
  parseJsonObject,
  setOwn,
  tooDeep,
  unfit,
  type Metadata,
  type MetadataValue,
} from '@vsm/core/adapter';
import { BSON } from 'mongodb';

/** The entry of the metadata in which marks travel through other stores, so that MongoDB gets its types back. */
export const MARKS = '__bson';

/** What a value was: a type, or for objects and lists what is in them, by key. */
export type Mark = MarkType | Marks;
export interface Marks {
  readonly [key: string]: Mark;
}
/** `ejson`: one of the types that only MongoDB has, as the text of Extended JSON. */
type MarkType = 'oid' | 'date' | 'uuid' | 'long' | 'double' | 'decimal' | 'ejson';

/** Of types: https://bsonspec.org/spec.html */
export const TYPE = { double: 1, string: 2, object: 3, array: 4, binary: 5, int: 16, long: 18, decimal: 19 } as const;

/** Where a value lies within the bytes of a document. */
export interface Element {
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly from: number;
  readonly length: number;
}

type Read = readonly [value: MetadataValue, mark?: Mark];

/** The fields of a document, in their order. @throws where the bytes are no BSON, or a name no UTF-8 */
export function* elementsOf(bytes: Uint8Array, from = 0): Generator<readonly [name: string, element: Element]> {
  for (const [type, nameFrom, nameLength, offset, length] of BSON.onDemand.parseToElements(bytes, from)) {
    const name = BSON.onDemand.ByteUtils.toUTF8(bytes, nameFrom, nameFrom + nameLength, true);
    yield [name, { bytes, type, from: offset, length }];
  }
}

export function viewOf({ bytes, from, length }: Element): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + from, length);
}

/** A value of metadata, and its mark where it needs one. */
export function readValue(element: Element, level = 1): Read {
  const { bytes, type, from, length } = element;
  switch (type) {
    case TYPE.double:
      return readDouble(viewOf(element).getFloat64(0, true));
    case TYPE.string:
      return [readText(bytes, from + 4, from + length - 1)];
    case TYPE.object:
    case TYPE.array:
      return level > MOST_LEVELS ? [tooDeep()] : readNested(element, level);
    case TYPE.int:
      return [viewOf(element).getInt32(0, true)];
    case TYPE.long: {
      const value = integer(viewOf(element).getBigInt64(0, true));
      return isInt32(value) ? [value, 'long'] : [value];
    }
    case 8:
      return [bytes[from] !== 0];
    case 10:
      return [null];
    default:
      return readTyped(element);
  }
}

function readDouble(value: number): Read {
  return Number.isFinite(value) ? [float(value)] : [String(value), 'double'];
}

function readText(bytes: Uint8Array, from: number, to: number): MetadataValue {
  try {
    return BSON.onDemand.ByteUtils.toUTF8(bytes, from, to, true);
  } catch {
    return unfit('its text is no UTF-8');
  }
}

function readNested({ bytes, type, from }: Element, level: number): Read {
  const isList = type === TYPE.array;
  const values: Record<string, MetadataValue> = {};
  const list: MetadataValue[] = [];
  let marks: Record<string, Mark> | undefined;
  for (const [name, element] of elementsOf(bytes, from)) {
    const [value, mark] = readValue(element, level + 1);
    const key = isList ? String(list.length) : name;
    if (isList) list.push(value);
    else if (Object.hasOwn(values, key)) return [unfit(`it has the field "${key}" twice`)];
    else setOwn(values, key, value);
    if (mark === undefined) continue;
    marks ??= {};
    setOwn(marks, key, mark);
  }
  const value = isList ? list : values;
  return marks === undefined ? [value] : [value, marks];
}

/** A type that JSON has no word for: as the text that people know, else as that of Extended JSON. */
function readTyped(element: Element): Read {
  const value = valueAt(element);
  if (value instanceof BSON.ObjectId) return [value.toHexString(), 'oid'];
  if (value instanceof BSON.Decimal128) return [value.toString(), 'decimal'];
  if (value instanceof Date && !Number.isNaN(value.getTime())) return [value.toISOString(), 'date'];
  if (value instanceof BSON.Binary && value.sub_type === BSON.Binary.SUBTYPE_UUID && value.length() === 16)
    return [value.toUUID().toHexString(), 'uuid'];
  return [ejsonOf(element, value), 'ejson'];
}

/** The Extended JSON of a value. A date beyond those of JavaScript has no object. */
export function ejsonOf(element: Element, value: unknown): string {
  if (value instanceof Date) return `{"$date":{"$numberLong":"${viewOf(element).getBigInt64(0, true)}"}}`;
  return BSON.EJSON.stringify(value, { relaxed: false });
}

/** The value as an object of its type. */
export function valueAt({ bytes, type, from, length }: Element): unknown {
  // A document with the value alone: the library reads nothing smaller.
  const size = 4 + 1 + 2 + length + 1;
  const one = Buffer.alloc(size);
  one.writeInt32LE(size);
  one.set([type, 0x76, 0], 4);
  one.set(bytes.subarray(from, from + length), 7);
  return BSON.deserialize(one, { promoteValues: false, bsonRegExp: true })['v'] as unknown;
}

/** A value of BSON for one of metadata, as its mark says where that fits it still. */
export function toBson(value: MetadataValue, mark?: Mark): unknown {
  if (typeof mark === 'string') return typed(value, mark) ?? toBson(value);
  if (isMetadataArray(value)) return value.map((item, at) => toBson(item, within(mark, String(at))));
  switch (typeof value) {
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return new BSON.Double(value);
      return isInt32(value) ? new BSON.Int32(value) : BSON.Long.fromNumber(value);
    case 'bigint':
      return BSON.Long.fromBigInt(value);
    case 'object': {
      if (value === null) return null;
      if (Float.isInstance(value)) return new BSON.Double(value.value);
      const document: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value)) setOwn(document, key, toBson(item, within(mark, key)));
      return document;
    }
    default:
      return value;
  }
}

const within = (mark: Mark | undefined, key: string): Mark | undefined =>
  typeof mark === 'object' ? own(mark, key) : undefined;

/** `undefined` where the value is no longer one of this type. */
function typed(value: MetadataValue, mark: MarkType): unknown {
  if (mark === 'long') return isInt32(value) ? BSON.Long.fromNumber(value) : undefined;
  if (typeof value !== 'string') return undefined;
  try {
    const made = TYPES[mark](value);
    // Only what comes back as this very text.
    const bytes = BSON.serialize({ v: made });
    const [[, element] = []] = elementsOf(bytes);
    return element !== undefined && readValue(element)[0] === value ? made : undefined;
  } catch {
    return undefined;
  }
}

const TYPES: Readonly<Record<Exclude<MarkType, 'long'>, (text: string) => unknown>> = {
  oid: (text) => BSON.ObjectId.createFromHexString(text),
  date: (text) => new Date(text),
  uuid: (text) => new BSON.UUID(text),
  double: (text) => new BSON.Double(Number(text)),
  decimal: (text) => BSON.Decimal128.fromString(text),
  ejson: (text) => ejsonValue(text),
};

/** A text of Extended JSON as an object of its type. @throws SyntaxError */
export function ejsonValue(text: string): unknown {
  return (BSON.EJSON.parse(`{"v":${text}}`, { relaxed: false }) as { readonly v: unknown }).v;
}

function isInt32(value: MetadataValue): value is number {
  return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0);
}

/** Whether a mark is one of the value at all, so that nothing has to be remembered beside it. */
export function isRestored(value: MetadataValue | undefined, mark: Mark): boolean {
  if (value === undefined) return false;
  if (typeof mark === 'string') return typed(value, mark) !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, MetadataValue>>;
  return Object.entries(mark).every(([key, inner]) => isRestored(own(members, key), inner));
}

/** Marks as one text, the same whatever their order. */
export function printMarks(marks: Marks): string {
  return JSON.stringify({ bson: 1, fields: sorted(marks) });
}

function sorted(marks: Marks): Marks {
  const entries = Object.entries(marks).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, mark]) => [key, typeof mark === 'string' ? mark : sorted(mark)]));
}

/** The marks that a record brings; `undefined` for whatever else it has under that name. */
export function marksOf(metadata: Metadata): Marks | undefined {
  const text = own(metadata, MARKS);
  if (typeof text !== 'string' || !text.startsWith('{"bson":1,')) return undefined;
  const { fields } = parseJsonObject(text) ?? {};
  return isMarks(fields) ? fields : undefined;
}

function isMarks(value: unknown): value is Marks {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((mark) => (typeof mark === 'string' ? isType(mark) : isMarks(mark)));
}

const isType = (text: string): boolean => text === 'long' || Object.hasOwn(TYPES, text);
