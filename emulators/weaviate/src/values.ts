import { Float, own, shortestDouble } from '@vsm/core/adapter';
import { isObject, listAt, objectAt, print, printNumber, textAt, type Json, type JsonObject } from './json.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** What an object is refused for; the batch goes on. */
export class Refused extends Error {}

/** An id in any form that the server takes, as it keeps it. */
export function uuidOf(text: string): string | undefined {
  const bare = text.replace(/^urn:uuid:/i, '').replace(/^\{(.*)\}$/, '$1');
  if (!UUID.test(bare)) return undefined;
  const digits = bare.replaceAll('-', '').toLowerCase();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface Place {
  readonly className: string;
  readonly name: string;
}

/** The value as the store keeps it. @throws Refused */
export function convert(value: Json, property: JsonObject, place: Place): Json {
  const [type = ''] = listAt(property, 'dataType').map(String);
  if (!type.endsWith('[]')) return scalar(value, type, property, place);
  const item = type.slice(0, -2);
  if (!Array.isArray(value)) throw wrong(item, place, `requires an array of ${item}`, value);
  const expected = value.length === 0 ? '' : kindOf(value[0] as Json);
  value.forEach((one: Json, at) => {
    const kind = kindOf(one);
    const begin = `property '${place.name}' on class '${place.className}': element [${at}]:`;
    if (kind === '') {
      throw new Refused(
        `${begin} unrecognized data type of value '<nil>' - one of 'text', 'number', 'int', 'boolean', 'date', 'uuid', 'object', 'cref' expected`,
      );
    }
    if (kind !== expected) throw new Refused(`${begin} mismatched data type - '${expected}' expected, got '${kind}'`);
  });
  return value.map((one: Json) => scalar(one, item, property, place));
}

function kindOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return isObject(value) ? 'object' : 'number';
}

const NAMES: Readonly<Record<string, string>> = { int: 'integer', number: 'number', date: 'date', uuid: 'uuid' };

function wrong(type: string, { className, name }: Place, what: string, value: Json): Refused {
  const shown = typeof value === 'string' ? value : print(value);
  return new Refused(
    `invalid ${own(NAMES, type) ?? type} property '${name}' on class '${className}': ${what} '${shown}'`,
  );
}

function scalar(value: Json, type: string, property: JsonObject, place: Place): Json {
  const refuse = (what: string): Refused => wrong(type, place, what, value);
  const number = typeof value === 'number' || typeof value === 'bigint' || Float.isInstance(value);
  switch (type) {
    case 'text':
    case 'blob':
      if (typeof value !== 'string') throw refuse('not a string, but');
      return value.toWellFormed();
    case 'boolean':
      if (typeof value !== 'boolean') throw refuse('requires a bool, the given value is');
      return value;
    case 'int':
      if (!number) throw refuse('requires an integer, the given value is');
      return toInt(value, place);
    case 'number':
      if (!number) throw refuse('requires a float, the given value is');
      return Number(value);
    case 'date':
      if (typeof value !== 'string' || !RFC3339.test(value) || Number.isNaN(Date.parse(value)))
        throw refuse('requires a string with a RFC3339 formatted date, but the given value is');
      return value;
    case 'uuid': {
      const id = typeof value === 'string' ? uuidOf(value) : undefined;
      if (id === undefined) throw refuse('requires a string of UUID format, but the given value is');
      return id;
    }
    case 'object':
      if (!isObject(value)) throw refuse('requires an object, the given value is');
      return nested(value, property, place);
    case 'geoCoordinates': {
      if (!isObject(value)) throw refuse('requires coordinates, the given value is');
      const at = (key: string): number => shortestDouble(Math.fround(Number(own(value, key) ?? 0)));
      return { latitude: at('latitude'), longitude: at('longitude') };
    }
    case 'phoneNumber':
      return isObject(value) ? phone(value) : value;
    default:
      return value;
  }
}

function toInt(value: number | bigint | Float, { className, name }: Place): number {
  const integer = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const fits = integer && BigInt(value) < 2n ** 63n && BigInt(value) >= -(2n ** 63n);
  if (fits) return Number(value);
  const shown = Float.isInstance(value) ? `${printNumber(value.value)}.0` : String(value);
  throw new Refused(
    `invalid integer property '${name}' on class '${className}': the JSON number '${shown}' could not be converted to an int`,
  );
}

function nested(value: JsonObject, property: JsonObject, place: Place): JsonObject {
  const known = listAt(property, 'nestedProperties') as readonly JsonObject[];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => {
        const inner = known.find((candidate) => textAt(candidate, 'name') === key);
        return [
          key,
          inner === undefined ? plain(one) : convert(one, inner, { ...place, name: `${place.name}.${key}` }),
        ];
      }),
  );
}

const plain = (value: Json): Json => (typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : value);

/** Of the numbers of one country, in the form of the recordings. */
function phone(value: JsonObject): JsonObject {
  const digits = textAt(value, 'input').replaceAll(/\D/g, '').replace(/^0/, '');
  const parts = digits.replace(/^(\d{2})(\d{3})(\d+)$/, '$1 $2 $3');
  return {
    countryCode: 31,
    defaultCountry: textAt(value, 'defaultCountry').toUpperCase(),
    input: textAt(value, 'input'),
    internationalFormatted: `+31 ${parts}`,
    national: Number(digits),
    nationalFormatted: `0${parts}`,
    valid: true,
  };
}

/** The property that the server makes of a value it has no property for. */
export function guessed(name: string, value: Json, now: string, depth = ''): JsonObject {
  const base = {
    name,
    description: `This ${depth}property was generated by Weaviate's auto-schema feature on ${now}`,
  };
  const type = guessType(value);
  if (!isObject(value) || !type.startsWith('object')) return { ...base, dataType: [type] };
  const inner = Object.entries(value).map(([key, one]) => guessed(key, one, now, 'nested '));
  return { ...base, dataType: [type], nestedProperties: inner };
}

function guessType(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? 'text[]' : `${guessType(value[0] as Json)}[]`;
  if (value === null) return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return RFC3339.test(value) ? 'date' : uuidOf(value) === undefined ? 'text' : 'uuid';
  if (!isObject(value)) return 'number';
  if ('latitude' in value && 'longitude' in value) return 'geoCoordinates';
  return 'input' in objectAt({ value }, 'value') ? 'phoneNumber' : 'object';
}
