import {
  float,
  idKind,
  integer,
  isMetadataArray,
  numberKind,
  type FieldType,
  type MetadataValue,
} from '@vsm/core/adapter';

/** Longest value of an attribute that filters may ask for, in bytes. Longer ones are kept with the rest. */
const FILTERABLE_BYTES = 4096;
const MOST_INT = 2n ** 63n - 1n;

export const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  string: 'string',
  int: 'integer',
  uint: 'integer',
  float: 'float',
  uuid: 'uuid',
  datetime: 'datetime',
  bool: 'boolean',
  '[]string': 'string[]',
  '[]int': 'integer[]',
  '[]uint': 'integer[]',
  '[]float': 'float[]',
  '[]bool': 'boolean[]',
};

/** Whether an attribute of this type gives the value back as it is. */
export function fits(value: MetadataValue, type: string): boolean {
  if (type.startsWith('[]')) {
    const item = type.slice(2);
    return isMetadataArray(value) && value.length > 0 && value.every((one) => !isMetadataArray(one) && fits(one, item));
  }
  switch (type) {
    case 'string':
      return (
        typeof value === 'string' && value.length <= FILTERABLE_BYTES && Buffer.byteLength(value) <= FILTERABLE_BYTES
      );
    case 'bool':
      return typeof value === 'boolean';
    case 'uuid':
      return typeof value === 'string' && idKind(value) === 'uuid';
    case 'datetime':
      // Kept as milliseconds of UTC, so that only this spelling comes back.
      return typeof value === 'string' && isInstant(value);
    case 'float':
      return numberKind(value) === 'float' && !Object.is(value, -0) && !Object.is(Number(value), -0);
    case 'int':
      return inside(value, -MOST_INT - 1n, MOST_INT);
    case 'uint':
      return inside(value, 0n, 2n ** 64n - 1n);
    default:
      return false;
  }
}

function isInstant(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

function inside(value: MetadataValue, least: bigint, most: bigint): boolean {
  if (numberKind(value) !== 'integer') return false;
  const number = BigInt(value as number | bigint);
  return number >= least && number <= most;
}

/** The type of a new attribute for a value; `undefined` where none gives it back. */
export function typeFor(value: MetadataValue): string | undefined {
  const first = isMetadataArray(value) ? value[0] : value;
  if (first === undefined || isMetadataArray(first)) return undefined;
  const kind = numberKind(first);
  const item =
    typeof first === 'string' ? 'string' : typeof first === 'boolean' ? 'bool' : kind === 'integer' ? 'int' : kind;
  if (item === undefined) return undefined;
  const type = isMetadataArray(value) ? `[]${item}` : item;
  return fits(value, type) ? type : undefined;
}

/** The value of an attribute by its type: JSON alone does not tell a float from an integer. */
export function fromAttribute(value: MetadataValue, type: string | undefined): MetadataValue {
  if (isMetadataArray(value)) return value.map((item) => fromAttribute(item, type?.replace('[]', '')));
  const kind = numberKind(value);
  if (kind === undefined || type === undefined) return value;
  if (type === 'float') return float(Number(value));
  return kind === 'float' ? value : integer(value as number | bigint);
}
