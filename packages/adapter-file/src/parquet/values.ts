import type { SchemaElement, SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';
import { float, integer, mapValue, own, wholeOrUnfit, type FieldType, type MetadataValue } from '@vsm/core/adapter';
import {
  binary,
  date,
  decimalText,
  DIGITS,
  DOUBLE_DIGITS,
  interval,
  isInfinite,
  text,
  timestamp,
  unscaled,
  type ToValue,
} from './scalars.ts';
import { variantOf } from './variant.ts';

export interface Column {
  readonly toValue: ToValue;
  readonly type: FieldType;
  /** What a reader of the plan should know, where the type has no exact counterpart. */
  readonly note?: string | undefined;
}

/** How the values of one column, of any shape, become metadata. */
export function columnOf(node: SchemaTree): Column {
  if (node.children.length === 0) {
    const leaf = leafOf(node.element);
    return node.element.repetition_type === 'REPEATED' ? listOf(leaf) : leaf;
  }
  // Without a list around it, as writers of Protocol Buffers have it.
  if (node.element.repetition_type === 'REPEATED') return listOf(columnOf(oneOf(node)));
  if (isListLike(node)) {
    const repeated = node.children[0] as SchemaTree;
    const [element] = repeated.children;
    return listOf(columnOf(element === undefined || repeated.children.length > 1 ? oneOf(repeated) : element));
  }
  if (isMapLike(node)) {
    const repeated = node.children[0] as SchemaTree;
    const [key, value] = repeated.children.map(({ element }) => element.name) as [string, string];
    const [toKey, toValue] = repeated.children.map((child) => columnOf(child).toValue) as [ToValue, ToValue];
    return json((stored) => {
      const entries = own(stored as Readonly<Record<string, readonly Row[]>>, repeated.element.name) ?? [];
      return mapValue(entries.map((entry) => [toKey(own(entry, key)), toValue(own(entry, value))] as const));
    });
  }
  if (node.element.logical_type?.type === 'VARIANT') return json(variantOf(node, (leaf) => columnOf(leaf).toValue));
  const members = new Map(node.children.map((child) => [child.element.name, columnOf(child).toValue]));
  return json((stored) => object(Object.entries(stored as object), (name) => members.get(name) ?? (() => undefined)));
}

type Row = Readonly<Record<string, unknown>>;

/** One item of what is repeated. */
function oneOf(node: SchemaTree): SchemaTree {
  return { ...node, element: { ...node.element, repetition_type: 'OPTIONAL' } };
}

function json(toValue: ToValue): Column {
  return { toValue: present(toValue), type: 'json' };
}

function present(toValue: ToValue): ToValue {
  return (stored) => (stored === null || stored === undefined ? undefined : toValue(stored));
}

function object(entries: readonly (readonly [string, unknown])[], member: (name: string) => ToValue): MetadataValue {
  return Object.fromEntries(
    entries.flatMap(([name, stored]) => {
      const value = member(name)(stored);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const LISTS: Partial<Record<FieldType, FieldType>> = {
  integer: 'integer[]',
  float: 'float[]',
  boolean: 'boolean[]',
  string: 'string[]',
};

/** In a list a null keeps its place. */
function listOf({ toValue, type, note }: Column): Column {
  return {
    toValue: present((stored) => Array.from(stored as ArrayLike<unknown>, (item) => toValue(item) ?? null)),
    type: LISTS[type] ?? 'json',
    note,
  };
}

function leafOf(element: SchemaElement): Column {
  const { type, converted_type: converted, logical_type: logical } = element;
  const kind = logical?.type ?? converted ?? '';
  const column = (fieldType: FieldType, toValue: ToValue, note?: string): Column => ({
    toValue: present(toValue),
    type: fieldType,
    note,
  });
  switch (kind) {
    case 'STRING':
    case 'UTF8':
      return column('string', (stored) => stored as string);
    case 'JSON':
      return column('json', (stored) => wholeOrUnfit(stored as string));
    case 'ENUM':
      return column('string', (stored) => text(stored as Uint8Array));
    case 'UUID':
      return column('uuid', (stored) => stored as string);
    case 'DATE':
      return column('string', (stored) => date(stored as number));
    case 'TIMESTAMP':
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS': {
      const unit = logical?.type === 'TIMESTAMP' ? logical.unit : kind === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS';
      const zone = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC ? '' : 'Z';
      const digits = DIGITS[unit];
      return column('datetime', (stored) => zoned(timestamp(stored as bigint | number, digits), zone));
    }
    case 'TIME':
    case 'TIME_MILLIS':
    case 'TIME_MICROS': {
      const unit = logical?.type === 'TIME' ? logical.unit : kind === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
      return column('string', (stored) => timestamp(stored as bigint | number, DIGITS[unit]).slice(11));
    }
    case 'INTERVAL':
      return column('string', (stored) => interval(stored as Uint8Array), 'intervals, read as ISO 8601');
    case 'DECIMAL':
      return decimalOf(element, column);
    case 'FLOAT16':
      return column('float', (stored) => float(stored as number));
    case 'NULL':
      return column('json', () => undefined);
    default:
  }
  const unsigned = logical?.type === 'INTEGER' ? !logical.isSigned : kind.startsWith('UINT_');
  switch (type) {
    case 'BOOLEAN':
      return column('boolean', (stored) => stored as boolean);
    case 'INT32':
      return column('integer', unsigned ? (stored) => (stored as number) >>> 0 : (stored) => stored as number);
    case 'INT64':
      return column(
        'integer',
        unsigned ? (stored) => integer(BigInt.asUintN(64, stored as bigint)) : (stored) => integer(stored as bigint),
      );
    case 'INT96':
      return column('datetime', (stored) => zoned(timestamp(stored as bigint, 9), 'Z'));
    case 'FLOAT':
    case 'DOUBLE':
      return column('float', (stored) => float(stored as number));
    default:
      return column('string', (stored) => binary(stored as Uint8Array), 'bytes, read as base64');
  }
}

function decimalOf(
  element: SchemaElement,
  column: (type: FieldType, toValue: ToValue, note?: string) => Column,
): Column {
  const { logical_type: logical } = element;
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
  const precision = (logical?.type === 'DECIMAL' ? logical.precision : element.precision) ?? 38;
  if (scale <= 0) return column('integer', (stored) => integer(unscaled(stored) * 10n ** BigInt(-scale)));
  if (precision <= DOUBLE_DIGITS) return column('float', (stored) => float(Number(decimalText(stored, scale))));
  return column('string', (stored) => decimalText(stored, scale), `decimal(${precision}, ${scale}), read as text`);
}

function zoned(instant: string, zone: string): string {
  return isInfinite(instant) ? instant : instant + zone;
}
