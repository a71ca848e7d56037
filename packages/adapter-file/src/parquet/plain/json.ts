import type { SchemaElement } from 'hyparquet';
import type { JsonValue } from '@vsm/core/adapter';
import type { Cell } from './column.ts';
import type { Stored } from './values.ts';

/** Makes JSON of what is stored, `undefined` where JSON has no such value. */
export type ToJson = (stored: Stored) => JsonValue | undefined;

/** How a value is read that is a text, a truth or a number; `undefined` for dates, decimals, bytes and the like. */
export function toJsonOf({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): ToJson | undefined {
  const kind = logical?.type ?? converted ?? '';
  switch (kind) {
    case 'STRING':
    case 'UTF8':
    case 'ENUM':
      return textOf;
    case 'JSON':
      return (stored) => JSON.parse(textOf(stored)) as JsonValue;
    case 'FLOAT16':
      return (stored) => finite(half(stored as Uint8Array));
    case '':
    case 'INTEGER':
    case 'INT_8':
    case 'INT_16':
    case 'INT_32':
    case 'INT_64':
      break;
    default:
      return undefined;
  }
  if (logical?.type === 'INTEGER' && !logical.isSigned) return undefined;
  switch (type) {
    case 'BOOLEAN':
      return (stored) => stored as boolean;
    case 'INT32':
    case 'INT64':
    case 'FLOAT':
    case 'DOUBLE':
      return (stored) => finite(Number(stored));
    default:
      return undefined;
  }
}

/** Of a whole cell; `undefined` where it, or any of its values, is none. */
export function jsonOf(cell: Cell, toJson: ToJson): JsonValue | undefined {
  if (cell === null) return null;
  if (!isList(cell)) return toJson(cell);
  const items = cell.map((item) => (item === null ? null : toJson(item)));
  return items.every((item) => item !== undefined) ? items : undefined;
}

const isList = (cell: Stored | readonly (Stored | null)[]): cell is readonly (Stored | null)[] => Array.isArray(cell);

const textOf = (stored: Stored): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(stored as Uint8Array);

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** One bit of sign, five of exponent, ten of fraction. */
function half([low = 0, high = 0]: Uint8Array): number {
  const exponent = (high >> 2) & 31;
  const fraction = ((high & 3) * 256 + low) / 1024;
  const size =
    exponent === 0 ? fraction * 2 ** -14 : exponent === 31 ? Number.NaN : (1 + fraction) * 2 ** (exponent - 15);
  return high > 127 ? -size : size;
}
