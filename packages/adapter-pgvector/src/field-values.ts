import {
  float,
  Float,
  isMetadataArray,
  numberKind,
  parseJson,
  parseNumber,
  shortestDouble,
  stringifyJson,
  wholeOrUnfit,
  type MetadataValue,
} from '@vsm/core/adapter';
import { isFloatColumn, type Column } from './column.ts';
import { identifier } from './sql.ts';

/** A plain column as JSON: lists and composites become JSON, numbers keep every digit, timestamps their microseconds. */
export function fieldSource({ name, base }: Column): string {
  // Otherwise the time zone of the session would be in it.
  if (base === 'timestamp with time zone') return `to_json(${identifier(name)} AT TIME ZONE 'UTC')`;
  return `to_json(${identifier(name)})`;
}

export function parseField(text: string, { base }: Pick<Column, 'base'>): MetadataValue {
  if (base === 'numeric' && !text.startsWith('"')) return parseDecimal(text);
  const value = base === 'json' ? wholeOrUnfit(text) : parseJson(text);
  if (base === 'timestamp with time zone' && typeof value === 'string') {
    // Infinity has no zone.
    return /\d$/.test(value) ? `${value}Z` : value;
  }
  return isFloatColumn({ base }) ? asFloats(value) : value;
}

/** Postgres prints the 1 of a float column without its point. */
function asFloats(value: MetadataValue): MetadataValue {
  if (isMetadataArray(value)) return value.map(asFloats);
  return typeof value === 'number' || typeof value === 'bigint' ? float(Number(value)) : value;
}

/** An integer, the fraction that these digits mean, or where a float64 would round them, the digits themselves. */
function parseDecimal(text: string): MetadataValue {
  if (!text.includes('.')) return parseNumber(text);
  return sameDecimal(text, Number(text)) ? float(Number(text)) : text;
}

function sameDecimal(text: string, value: number): boolean {
  return withoutEndZeros(text) === withoutEndZeros(digits(value));
}

const withoutEndZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** A number in digits, without an exponent. */
function digits(value: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  if (point >= all.length) return sign + all + '0'.repeat(point - all.length);
  return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}

export type FieldText = { readonly text: string } | { readonly problem: string };

/** A value as text that the column's type reads, or why the column would change it. The database checks the rest. */
export function printField(value: MetadataValue, column: Column): FieldText {
  const { base } = column;
  if (base === 'jsonb' || base === 'json') return { text: stringifyJson(value, 'digits') };
  if (base.endsWith('[]')) return printList(value, column);
  const problem = scalarProblem(value, column);
  if (problem !== undefined) return { problem: `column "${column.name}" (${column.type}): ${problem}` };
  return { text: scalarText(value) };
}

function scalarText(value: MetadataValue): string {
  if (Float.isInstance(value)) return digits(value.value);
  return typeof value === 'number' ? digits(value) : typeof value === 'string' ? value : stringifyJson(value);
}

function printList(value: MetadataValue, column: Column): FieldText {
  if (!isMetadataArray(value)) return { problem: `column "${column.name}" (${column.type}) takes a list` };
  const element = { ...column, base: column.base.slice(0, -2), type: column.type.slice(0, -2) };
  const parts: string[] = [];
  for (const item of value) {
    if (item === null) {
      parts.push('NULL');
      continue;
    }
    const printed = printField(item, element);
    if ('problem' in printed) return printed;
    parts.push(`"${printed.text.replaceAll(/["\\]/g, '\\$&')}"`);
  }
  return { text: `{${parts.join(',')}}` };
}

/** Why an assignment would fail for sure, or change the value without a word. */
function scalarProblem(value: MetadataValue, { base, type }: Column): string | undefined {
  const got = describe(value);
  switch (base) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `got ${got}`;
    case 'smallint':
    case 'integer':
    case 'bigint':
      return numberKind(value) === 'integer' ? undefined : `got ${got}`;
    case 'real':
    case 'double precision':
      return floatProblem(value, base, got);
    case 'numeric':
      return decimalProblem(value, type, got);
    default:
      return typeof value === 'string' ? textProblem(value, base, type) : `got ${got}`;
  }
}

function describe(value: MetadataValue): string {
  if (isMetadataArray(value)) return 'a list';
  const kind = numberKind(value);
  if (kind !== undefined) return `the ${kind} ${scalarText(value)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function floatProblem(value: MetadataValue, base: string, got: string): string | undefined {
  // As to_json prints what no JSON number is.
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return undefined;
  if (numberKind(value) === undefined || typeof value === 'bigint') return `got ${got}`;
  const number = Number(value);
  // A `real` reads back as the shortest digits that mean the same float32.
  return base === 'real' && shortestDouble(Math.fround(number)) !== number ? `it would round ${number}` : undefined;
}

function decimalProblem(value: MetadataValue, type: string, got: string): string | undefined {
  const text = typeof value === 'string' ? value : numberKind(value) === undefined ? undefined : scalarText(value);
  if (text === undefined || !/^(-?\d+(\.\d+)?|NaN|-?Infinity)$/.test(text)) return `got ${got}`;
  const [, scale] = /^numeric\(\d+,(-?\d+)\)$/.exec(type) ?? [];
  const places = /\.(\d+)$/.exec(withoutEndZeros(text))?.[1]?.length ?? 0;
  return scale !== undefined && places > Number(scale) ? `it would round ${text}` : undefined;
}

function textProblem(value: string, base: string, type: string): string | undefined {
  const [, length] = /^(?:character varying|character)\((\d+)\)$/.exec(type) ?? [];
  // Spaces beyond the length are cut, and missing ones filled in.
  const size = Array.from(value).length;
  if (length !== undefined && (base === 'bpchar' ? size !== Number(length) : size > Number(length))) {
    return `got ${size} characters`;
  }
  if (base === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return `"${value}" is no uuid`;
  const zone = /(Z|[+-]\d\d(:?\d\d)?)$/;
  if (base === 'timestamp with time zone' && /\d:\d/.test(value) && !zone.test(value)) return `"${value}" has no zone`;
  if (base === 'timestamp without time zone' && /T.*(Z|[+-]\d\d(:?\d\d)?)$/.test(value)) {
    return `it would drop the zone of "${value}"`;
  }
  if (base.startsWith('time')) {
    const [, places = '6'] = /\((\d)\)/.exec(type) ?? [];
    const [, fraction = ''] = /:\d\d\.(\d+)/.exec(value) ?? [];
    if (fraction.replace(/0+$/, '').length > Number(places)) return `it would round "${value}"`;
  }
  return undefined;
}
