import {
  float,
  integer,
  isMetadataArray,
  numberKind,
  parseJson,
  stringifyJson,
  WrongAnswer,
  type MetadataValue,
} from '@vsm/core/adapter';
import { isReadOnly, type MilvusField } from './fields.ts';
import { TYPES, type ScalarField } from './grpc/schema.ts';
import type { Sent } from './grpc/wire.ts';

/** Bits of the types of integers. */
export const WIDTHS: Readonly<Record<number, number>> = {
  [TYPES.int8]: 8,
  [TYPES.int16]: 16,
  [TYPES.int32]: 32,
  [TYPES.int64]: 64,
};
const MOST_JSON_BYTES = 65_536;

/** Why a value has no exact place in a field; `undefined` where it has one. The server would cut, wrap or convert it without a word. */
export function valueProblem(
  value: MetadataValue | undefined,
  field: Pick<MilvusField, 'name' | 'type' | 'element' | 'nullable' | 'longest'>,
): string | undefined {
  const { name, type, element, nullable, longest } = field;
  if (value === undefined || value === null) {
    // JSON has a null of its own, from which a field without a value cannot be told.
    return nullable ? undefined : `the field "${name}" of the collection has to have a value`;
  }
  if (isReadOnly(field)) return `the field "${name}" is of a type that VSM reads and does not write`;
  const problem = (wanted: string): string => `the field "${name}" of the collection takes ${wanted} only`;
  if (type === TYPES.varchar) {
    if (typeof value !== 'string') return problem('text');
    return Buffer.byteLength(value) > longest ? `the field "${name}" takes ${longest} bytes of text` : undefined;
  }
  if (type === TYPES.bool) return typeof value === 'boolean' ? undefined : problem('booleans');
  if (type === TYPES.json) {
    return Buffer.byteLength(stringifyJson(value)) > MOST_JSON_BYTES
      ? `the field "${name}" takes ${MOST_JSON_BYTES} bytes of JSON`
      : undefined;
  }
  if (type === TYPES.array) {
    if (!isMetadataArray(value)) return problem('lists');
    const item = { ...field, type: element, nullable: false };
    return value.map((one) => valueProblem(one, item)).find((found) => found !== undefined);
  }
  const kind = numberKind(value);
  const width = WIDTHS[type];
  if (width !== undefined) {
    if (kind !== 'integer') return problem('integers');
    const whole = bigintOf(value);
    return BigInt.asIntN(width, whole) === whole ? undefined : problem(`integers of ${width} bits`);
  }
  if (kind !== 'float') return problem('floats');
  const number = Number(value);
  return type === TYPES.double || Object.is(Math.fround(number), number) ? undefined : problem('floats of 32 bits');
}

/** Of an integer. */
const bigintOf = (value: MetadataValue): bigint => BigInt(value as number | bigint);

/** A column of these values, none of them missing. */
export function writeScalars(type: number, element: number, values: readonly MetadataValue[]): Sent<ScalarField> {
  switch (type) {
    case TYPES.bool:
      return { bools: { data: values as boolean[] } };
    case TYPES.int8:
    case TYPES.int16:
    case TYPES.int32:
      return { ints: { data: values.map(Number) } };
    case TYPES.int64:
      return { longs: { data: values.map(bigintOf) } };
    case TYPES.float:
      return { floats: { data: values.map(Number) } };
    case TYPES.double:
      return { doubles: { data: values.map(Number) } };
    case TYPES.varchar:
      return { strings: { data: values as string[] } };
    case TYPES.array: {
      const data = values.map((value) => writeScalars(element, 0, value as readonly MetadataValue[]));
      return { arrays: { data, elementType: element } };
    }
    default:
      return { json: { data: values.map((value) => Buffer.from(stringifyJson(value))) } };
  }
}

/** The values of a column as metadata, as many as it has. */
export function readScalars(type: number, column: Partial<ScalarField>, name: string): readonly MetadataValue[] {
  const { bools, ints, longs, floats, doubles, strings, arrays, json, geometries } = column;
  const texts = strings ?? geometries;
  if (texts !== undefined) return texts.data;
  if (json !== undefined) return json.data.map((one) => readJson(one, name));
  if (longs !== undefined) return longs.data.map(integer);
  if (ints !== undefined) return ints.data;
  if (floats !== undefined) return floats.data.map(float);
  if (doubles !== undefined) return doubles.data.map(float);
  if (bools !== undefined) return bools.data;
  // A list without elements comes as one of no type.
  if (arrays !== undefined) return arrays.data.map((one) => readScalars(type, one, name));
  return [];
}

function readJson(bytes: Uint8Array, name: string): MetadataValue {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  try {
    return parseJson(text);
  } catch (cause) {
    throw new WrongAnswer(`the JSON field "${name}" holds ${text.slice(0, 60)}, which is no JSON`, { cause });
  }
}
