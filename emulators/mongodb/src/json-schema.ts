/** The part of JSON Schema that tests send: https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/ */
import { own } from '@vsm/core/adapter';
import type { Document } from 'bson';
import { numberOf, typeName } from './order.ts';

export interface Schema {
  readonly bsonType?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
  readonly enum?: readonly unknown[];
  readonly maxLength?: unknown;
  readonly minItems?: unknown;
  readonly maxItems?: unknown;
  readonly maximum?: unknown;
}

const NUMBERS: readonly string[] = ['int', 'long', 'double', 'decimal'];

export function fits(value: unknown, schema: Schema): boolean {
  return hasType(value, schema) && isWithin(value, schema) && hasFields(value, schema);
}

function hasType(value: unknown, { bsonType = [] }: Schema): boolean {
  const wanted = [bsonType].flat();
  const type = typeName(value);
  return wanted.length === 0 || wanted.includes(type) || (wanted.includes('number') && NUMBERS.includes(type));
}

function isWithin(value: unknown, { enum: choices, maxLength, minItems, maxItems, maximum }: Schema): boolean {
  if (choices !== undefined && !choices.includes(value)) return false;
  const atMost = (limit: unknown): number => (limit === undefined ? Number.POSITIVE_INFINITY : Number(numberOf(limit)));
  if (typeof value === 'string') return Array.from(value).length <= atMost(maxLength);
  if (Array.isArray(value)) return value.length <= atMost(maxItems) && value.length >= Number(minItems ?? 0);
  const number = numberOf(value);
  return number === undefined || Number(number) <= atMost(maximum);
}

function hasFields(value: unknown, { required = [], properties = {}, additionalProperties = true }: Schema): boolean {
  if (typeName(value) !== 'object') return true;
  const document = value as Document;
  return (
    required.every((field) => Object.hasOwn(document, field)) &&
    Object.entries(document).every(([field, inner]: [string, unknown]) => {
      const known = own(properties, field);
      return known === undefined ? additionalProperties : fits(inner, known);
    })
  );
}
