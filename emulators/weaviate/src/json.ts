import { Float, own, parseJson, type MetadataValue } from '@vsm/core/adapter';

export type Json = MetadataValue;
export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Float.isInstance(value);
}

export const textAt = (object: JsonObject, key: string): string => {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
};
export const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = own(object, key);
  return isObject(value) ? value : {};
};
export const listAt = (object: JsonObject, key: string): readonly Json[] => {
  const value = own(object, key);
  return Array.isArray(value) ? value : [];
};

export function parse(text: string): Json {
  return parseJson(text);
}

/** As Go prints it: the sign of a zero stays, keys come in the order of their letters. */
export function print(value: Json | undefined): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return `{${entries
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, one]) => `${JSON.stringify(key)}:${print(one)}`)
      .join(',')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (Float.isInstance(value) || typeof value === 'number') return printNumber(Number(value));
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

export const printNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
