/** `_id`s as ids of records and back, exactly: any type of BSON but lists and regular expressions can be one. */
import { BSON } from 'mongodb';
import { ejsonOf, ejsonValue, elementsOf, valueAt, type Element } from './bson-values.ts';

/**
 * Types of which `_id`s are written plainly: `oid` as 24 hexadecimal digits, `uuid` with hyphens, and whole numbers as digits, be they of 32
 * bits where they fit (`int`), always of 64 (`long`), or doubles. Texts are plain but where they read like one of these.
 */
export type IdForm = 'oid' | 'uuid' | 'int' | 'long' | 'double';

/** In front of the Extended JSON of what has no plain form. */
const TAG = '#';
const OID = /^[0-9a-f]{24}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WHOLE = /^(?:0|-?[1-9]\d{0,18})$/;

/** The id of a record. */
export function idOf(element: Element, forms: readonly IdForm[]): string {
  const value = valueAt(element);
  return textOf(value, forms) ?? TAG + ejsonOf(element, value);
}

/** `undefined` for what needs a tag. */
function textOf(value: unknown, forms: readonly IdForm[]): string | undefined {
  if (typeof value === 'string') return value !== '' && bsonId(value, forms) === value ? value : undefined;
  const [text, form] = plainText(value) ?? [];
  return text !== undefined && formOf(text, forms) === form ? text : undefined;
}

function plainText(value: unknown): readonly [text: string, form: IdForm] | undefined {
  if (value instanceof BSON.ObjectId) return [value.toHexString(), 'oid'];
  if (value instanceof BSON.Int32) return [String(value.value), 'int'];
  if (value instanceof BSON.Long && !(value instanceof BSON.Timestamp)) return [value.toString(), 'long'];
  if (value instanceof BSON.Double) {
    const number = value.value;
    return Number.isSafeInteger(number) && !Object.is(number, -0) ? [String(number), 'double'] : undefined;
  }
  if (!(value instanceof BSON.Binary) || value.sub_type !== BSON.Binary.SUBTYPE_UUID) return undefined;
  return value.length() === 16 ? [value.toUUID().toHexString(), 'uuid'] : undefined;
}

/** Which type a text is taken for; `undefined` for a text. */
function formOf(text: string, forms: readonly IdForm[]): IdForm | undefined {
  if (OID.test(text)) return forms.includes('oid') ? 'oid' : undefined;
  if (UUID.test(text)) return forms.includes('uuid') ? 'uuid' : undefined;
  if (!WHOLE.test(text)) return undefined;
  const number = forms.find((form) => form === 'int' || form === 'long' || form === 'double');
  if (number === undefined) return undefined;
  if (number === 'double') return Number.isSafeInteger(Number(text)) ? 'double' : undefined;
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) return undefined;
  return number === 'int' && BigInt.asIntN(32, value) !== value ? 'long' : number;
}

/** The `_id` that a record of this id has. */
export function bsonId(id: string, forms: readonly IdForm[]): unknown {
  switch (formOf(id, forms)) {
    case 'oid':
      return BSON.ObjectId.createFromHexString(id);
    case 'uuid':
      return new BSON.UUID(id);
    case 'int':
      return new BSON.Int32(Number(id));
    case 'long':
      return BSON.Long.fromString(id);
    case 'double':
      return new BSON.Double(Number(id));
    default:
      return id.startsWith(TAG) ? untagged(id, forms) : id;
  }
}

/** What a tag holds; the text itself where it is none that {@link idOf} gives. */
function untagged(id: string, forms: readonly IdForm[]): unknown {
  const text = id.slice(TAG.length);
  try {
    const value = ejsonValue(text);
    // Else two ids would be one `_id`.
    return ejsonText(value) === text && textOf(value, forms) === undefined ? value : id;
  } catch {
    return id;
  }
}

const ejsonText = (value: unknown): string => BSON.EJSON.stringify(value, { relaxed: false });

/** The `_id` of a document as an element. */
export function idElement(bytes: Uint8Array): Element {
  for (const [name, element] of elementsOf(bytes)) if (name === '_id') return element;
  throw new TypeError('a document has no _id');
}
