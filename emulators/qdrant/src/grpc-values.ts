import { create } from '@bufbuild/protobuf';
import { ListValueSchema, NullValue, StructSchema, ValueSchema, type Value } from '@qdrant/js-client-grpc';
import { Float, float, integer, isMetadataArray } from '@vsm/core/adapter';
import type { JsonObject, Json } from './json.ts';
import { badRequest, Problem } from './problem.ts';

type Payload = Readonly<Record<string, Value>>;

/** Structs in structs beyond which prost, with its limit of 100 messages in one another, refuses the whole request. */
const MAX_DEPTH = 32;

export function readPayload(payload: Payload, depth = 0): JsonObject {
  if (depth > MAX_DEPTH) throw new Problem(500, 'failed to decode Protobuf message: recursion limit reached');
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, readValue(value, depth)]));
}

function readValue({ kind }: Value, depth: number): Json {
  switch (kind.case) {
    case 'doubleValue':
      if (!Number.isFinite(kind.value)) throw badRequest('cannot convert to json number');
      return float(kind.value);
    case 'integerValue':
      return integer(kind.value);
    case 'stringValue':
    case 'boolValue':
      return kind.value;
    case 'listValue':
      return kind.value.values.map((value) => readValue(value, depth + 1));
    case 'structValue':
      return readPayload(kind.value.fields, depth + 1);
    default:
      return null;
  }
}

export const writePayload = (payload: JsonObject): Record<string, Value> =>
  Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, writeValue(value)]));

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

function writeValue(value: Json): Value {
  return create(ValueSchema, { kind: kindOf(value) });
}

function kindOf(value: Json): Value['kind'] {
  if (value === null) return { case: 'nullValue', value: NullValue.NULL_VALUE };
  if (typeof value === 'string') return { case: 'stringValue', value };
  if (typeof value === 'boolean') return { case: 'boolValue', value };
  if (typeof value === 'bigint') {
    // As serde_json's as_i64 decides: what only fits an unsigned integer goes out as a double.
    const fits = value >= INT64[0] && value <= INT64[1];
    return fits ? { case: 'integerValue', value } : { case: 'doubleValue', value: Number(value) };
  }
  if (typeof value === 'number') {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    return whole ? { case: 'integerValue', value: BigInt(value) } : { case: 'doubleValue', value };
  }
  if (Float.isInstance(value)) return { case: 'doubleValue', value: value.value };
  if (isMetadataArray(value)) {
    return { case: 'listValue', value: create(ListValueSchema, { values: value.map(writeValue) }) };
  }
  return { case: 'structValue', value: create(StructSchema, { fields: writePayload(value) }) };
}
