import {
  float,
  idKind,
  integer,
  isMetadataArray,
  isMetadataObject,
  numberKind,
  shortestDouble,
  Unfit,
  type FieldType,
  type Float,
  type MetadataValue,
} from '@vsm/core/adapter';

/** A property as the class describes it. */
export interface Property {
  readonly name: string;
  /** One name of a type, or classes that a reference leads to. */
  readonly dataType: readonly string[];
  readonly description?: string | undefined;
  readonly nestedProperties?: readonly Property[] | undefined;
}

/** What a property takes of a value. `whole`: it comes back as the value, so that nothing else needs to be kept. */
export interface Stored {
  readonly value: MetadataValue;
  readonly whole: boolean;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MOST_INT = 2n ** 63n - 1n;

export const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  text: 'string',
  int: 'integer',
  number: 'float',
  boolean: 'boolean',
  date: 'datetime',
  uuid: 'uuid',
  blob: 'string',
  'text[]': 'string[]',
  'int[]': 'integer[]',
  'number[]': 'float[]',
  'boolean[]': 'boolean[]',
  'date[]': 'string[]',
  'uuid[]': 'string[]',
};

/** References name classes, which begin with a large letter. */
export function isReference({ dataType }: Property): boolean {
  return /^[A-Z]/.test(dataType[0] ?? '');
}

/** `undefined` where the property cannot take anything of the value. */
export function toStored(value: MetadataValue, property: Property): Stored | undefined {
  if (isReference(property)) {
    const beacons = isMetadataArray(value) && value.length > 0 && value.every(isBeacon);
    return beacons ? whole(value.map((beacon) => ({ beacon }))) : undefined;
  }
  const [type = ''] = property.dataType;
  if (!type.endsWith('[]')) return toScalar(value, type, property);
  if (!isMetadataArray(value)) return undefined;
  const items = value.map((item) => toScalar(item, type.slice(0, -2), property));
  return items.every((item) => item?.whole === true) ? whole(items.map((item) => item?.value ?? null)) : undefined;
}

function toScalar(value: MetadataValue, type: string, property: Property): Stored | undefined {
  if (typeof value === 'string') return toText(value, type);
  if (typeof value === 'boolean') return type === 'boolean' ? whole(value) : undefined;
  const kind = numberKind(value);
  if (kind !== undefined) return toNumber(value as number | bigint | Float, kind, type);
  if (!isMetadataObject(value)) return undefined;
  if (type === 'object') return toObject(value, property);
  if (type === 'geoCoordinates') return toGeo(value);
  if (type === 'phoneNumber') return toPhone(value);
  return undefined;
}

const whole = (value: MetadataValue): Stored => ({ value, whole: true });
const isBeacon = (value: MetadataValue): value is string =>
  typeof value === 'string' && value.startsWith('weaviate://');

function toText(value: string, type: string): Stored | undefined {
  const fits =
    type === 'text' ||
    (type === 'date' && RFC3339.test(value) && !Number.isNaN(Date.parse(value))) ||
    (type === 'uuid' && idKind(value) === 'uuid') ||
    (type === 'blob' && value !== '' && BASE64.test(value));
  return fits ? whole(value) : undefined;
}

/** A number of the other kind, or one that an int rounds, is stored as near as it goes, so that queries find it. */
function toNumber(value: number | bigint | Float, kind: 'integer' | 'float', type: string): Stored | undefined {
  const number = Number(value);
  if (type === 'number') return { value: float(number), whole: kind === 'float' };
  if (type !== 'int' || !Number.isInteger(number)) return undefined;
  // Ints are doubles in there; their digits have no point.
  const near = BigInt(number);
  if (near > MOST_INT || near < -MOST_INT) return undefined;
  return { value: integer(near), whole: kind === 'integer' && typeof value === 'number' };
}

function toObject(
  value: { readonly [key: string]: MetadataValue },
  { nestedProperties = [] }: Property,
): Stored | undefined {
  const entries = Object.entries(value).map(([key, item]) => {
    const nested = nestedProperties.find(({ name }) => name === key);
    return [key, nested === undefined ? undefined : toStored(item, nested)] as const;
  });
  if (!entries.every(([, item]) => item?.whole === true)) return undefined;
  return whole(Object.fromEntries(entries.map(([key, item]) => [key, item?.value ?? null])));
}

/** Kept as float32. */
function toGeo(value: { readonly [key: string]: MetadataValue }): Stored | undefined {
  const { latitude, longitude, ...rest } = value;
  if (numberKind(latitude ?? null) === undefined || numberKind(longitude ?? null) === undefined) return undefined;
  const [lat = 0, long = 0] = [latitude, longitude].map((one) => shortestDouble(Math.fround(Number(one))));
  const kept = [latitude, longitude].every((one) => numberKind(one ?? null) === 'float');
  const same = lat === Number(latitude) && long === Number(longitude) && Object.keys(rest).length === 0;
  return { value: { latitude: float(lat), longitude: float(long) }, whole: kept && same };
}

/** The server adds what it makes of the number; only these two are written. */
function toPhone(value: { readonly [key: string]: MetadataValue }): Stored | undefined {
  const { input, defaultCountry } = value;
  if (typeof input !== 'string') return undefined;
  const country = typeof defaultCountry === 'string' ? { defaultCountry } : {};
  return { value: { input, ...country }, whole: 'internationalFormatted' in value };
}

/** The value that a property holds, by its type: JSON alone does not tell a float from an integer. */
export function fromStored(value: unknown, property: Property | undefined): MetadataValue {
  if (property === undefined) return untyped(value);
  if (isReference(property)) {
    const beacons = Array.isArray(value) ? (value as readonly { readonly beacon?: unknown }[]) : [];
    return beacons.map(({ beacon }) => String(beacon));
  }
  const [type = ''] = property.dataType;
  if (type.endsWith('[]') && Array.isArray(value)) {
    const item = { ...property, dataType: [type.slice(0, -2)] };
    return value.map((one) => fromStored(one, item));
  }
  if (typeof value === 'number')
    return type === 'int' ? integer(value) : type === 'number' ? float(value) : untyped(value);
  if (typeof value !== 'object' || value === null || Unfit.isInstance(value)) return untyped(value);
  const nested = type === 'geoCoordinates' ? GEO : (property.nestedProperties ?? []);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      fromStored(
        one,
        nested.find(({ name }) => name === key),
      ),
    ]),
  );
}

const GEO: readonly Property[] = ['latitude', 'longitude'].map((name) => ({ name, dataType: ['number'] }));

function untyped(value: unknown): MetadataValue {
  if (Array.isArray(value)) return value.map(untyped);
  // What stands for a value that cannot be carried stays what it is.
  if (typeof value === 'object' && value !== null && !Unfit.isInstance(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, untyped(one)]));
  return value as MetadataValue;
}

/** The type of a new property for these values of one key; `undefined` where none holds any of them. */
export function typeFor(values: readonly MetadataValue[]): string | undefined {
  const types = new Set(values.map(typeOf).filter((type) => type !== undefined));
  // Of numbers, doubles hold both kinds.
  if (types.size === 2 && types.has('int') && types.has('number')) return 'number';
  const [first] = types;
  return first;
}

function typeOf(value: MetadataValue): string | undefined {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  const kind = numberKind(value);
  if (kind !== undefined) return kind === 'float' ? 'number' : typeof value === 'bigint' ? undefined : 'int';
  if (!isMetadataArray(value) || value.length === 0) return undefined;
  const items = new Set(value.map((item) => (isMetadataArray(item) ? undefined : typeOf(item))));
  const [only] = items;
  return items.size === 1 && only !== undefined ? `${only}[]` : undefined;
}
