import { Float, pathSpellings, type Filter, type FilterLeaf, type FilterValue } from '@vsm/core/adapter';
import { fieldTypeOf, type Column } from './column.ts';
import { identifier, type Parameters } from './sql.ts';
import type { TableLayout } from './layout.ts';

/**
 * A condition that every row passes whose record matches; `undefined` where nothing can be said. It may pass more: core checks
 * every record again (docs/filters.md), so this never has to be exact, only never too narrow.
 */
export function toCondition(filter: Filter, layout: TableLayout, parameters: Parameters): string | undefined {
  const { length } = parameters.values;
  const condition = translate(filter, layout, parameters);
  // A parameter that no condition mentions is an error.
  if (condition === undefined) parameters.values.length = length;
  return condition;
}

function translate(filter: Filter, layout: TableLayout, parameters: Parameters): string | undefined {
  switch (filter.op) {
    case 'and': {
      const parts = filter.of.map((part) => toCondition(part, layout, parameters)).filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : `(${parts.join(' AND ')})`;
    }
    case 'or': {
      const parts = filter.of.map((part) => toCondition(part, layout, parameters));
      if (parts.some((part) => part === undefined)) return undefined;
      return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
    }
    // The opposite of a superset would lose records.
    case 'not':
      return undefined;
    default:
      return leafCondition(filter, layout, parameters);
  }
}

function leafCondition(leaf: FilterLeaf, layout: TableLayout, parameters: Parameters): string | undefined {
  const { fields, metadata } = layout;
  const operands = 'values' in leaf ? leaf.values : [leaf.value];
  // A bigint that no float64 reaches.
  if (operands.some((value) => !Number.isFinite(asNumber(value) ?? 0))) return undefined;
  // What a plain column holds appears under other names where its own is taken, and a JSON column has paths of its own.
  const heads = leaf.path.split('.').map((_, index, steps) => steps.slice(0, index + 1).join('.'));
  const isBeside = (head: string): boolean =>
    fields.some(({ name }) => head.startsWith(name) && /^(?:__column)+$/.test(head.slice(name.length)));
  if (heads.some((head) => head === metadata?.name || isBeside(head))) return undefined;
  const field = fields.find(({ name }) => name === leaf.path);
  if (field === undefined && fields.some(({ name }) => heads.includes(name))) return undefined;
  // A json column may hold what jsonb does not, so that a cast would fail.
  if (metadata !== undefined && metadata.base !== 'jsonb') return undefined;

  const inColumn = field === undefined ? undefined : columnCondition(leaf, field, parameters);
  if (field !== undefined && inColumn === undefined) return undefined;
  if (metadata === undefined) return inColumn;
  const inMetadata = jsonCondition(leaf, identifier(metadata.name), parameters);
  if (field === undefined || inMetadata === undefined) return inMetadata;
  return isPositive(leaf) ? `(${inColumn} OR ${inMetadata})` : undefined;
}

/** Whether only a value that is there can match. */
function isPositive(leaf: FilterLeaf): boolean {
  if (leaf.op === 'exists' || leaf.op === 'null') return leaf.value;
  return leaf.op !== 'ne' && leaf.op !== 'nin';
}

function jsonCondition(leaf: FilterLeaf, column: string, parameters: Parameters): string | undefined {
  if (isPositive(leaf)) {
    const test = jsonTest(leaf);
    if (test === undefined) return undefined;
    if (test === false) return 'false';
    const paths = jsonPaths(leaf.path);
    if (paths === undefined) return undefined;
    const found = paths.map((path) => `${column} @? ${parameters.add(`${path}${test}`)}::text::jsonpath`);
    return found.length === 1 ? found[0] : `(${found.join(' OR ')})`;
  }
  return absenceCondition(leaf, column, parameters);
}

/**
 * That no value is there, or none that is equal. Exact, as the opposite of too much would be too little: without dots there is
 * one path, and in strict mode a list is not searched unless asked. What the mode takes for an error, such as a missing key,
 * gives NULL.
 */
function absenceCondition(leaf: FilterLeaf, column: string, parameters: Parameters): string | undefined {
  if (leaf.path.includes('.') || !isStorable(leaf.path) || leaf.op === 'null') return undefined;
  const values = leaf.op === 'ne' ? [leaf.value] : leaf.op === 'nin' ? leaf.values : undefined;
  if (values?.every(isPlain) === false || values?.length === 0) return undefined;
  const test = values === undefined ? '' : ` ? (${values.map((value) => `@ == ${jsonLiteral(value)}`).join(' || ')})`;
  const path = `strict $.${JSON.stringify(leaf.path)}`;
  const places = values === undefined ? [path] : [`${path}${test}`, `${path}[*]${test}`];
  const absent = places.map((place) => `NOT COALESCE(${column} @? ${parameters.add(place)}::text::jsonpath, false)`);
  return `(${absent.join(' AND ')})`;
}

const isPlain = (value: FilterValue): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'string' && isStorable(value)) ||
  (asNumber(value) !== undefined && Number.isSafeInteger(asNumber(value)));

/** No text in the database has these, and a literal with them is an error. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The part of a jsonpath after the path, `false` where nothing can match, `undefined` where it cannot be said. */
function jsonTest(leaf: FilterLeaf): string | false | undefined {
  switch (leaf.op) {
    case 'exists':
      return '';
    case 'null':
      return ' ? (@ == null)';
    case 'eq':
      return anyOf([leaf.value]);
    case 'in':
      return anyOf(leaf.values);
    case 'contains':
      // The flag q takes the pattern as plain text.
      return isStorable(leaf.value) ? ` ? (@ like_regex ${JSON.stringify(leaf.value)} flag "q")` : false;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const test = rangeTest(leaf.op, leaf.value);
      return typeof test === 'string' ? ` ? (${test})` : test;
    }
    default:
      return undefined;
  }
}

function anyOf(values: readonly FilterValue[]): string | false {
  const tests = values.flatMap((value) => {
    if (typeof value === 'string' && !isStorable(value)) return [];
    const number = asNumber(value);
    if (number === undefined) return [`@ == ${jsonLiteral(value)}`];
    const { low, high } = around(value);
    return [`@ >= ${low} && @ <= ${high}`];
  });
  return tests.length === 0 ? false : ` ? (${tests.map((test) => `(${test})`).join(' || ')})`;
}

function rangeTest(op: 'gt' | 'gte' | 'lt' | 'lte', value: FilterValue): string | false | undefined {
  const upwards = op === 'gt' || op === 'gte';
  if (typeof value === 'string') {
    if (!ordersAlike(value)) return undefined;
    return `@ ${upwards ? '>=' : '<='} ${JSON.stringify(value)}`;
  }
  if (asNumber(value) === undefined) return false;
  const { low, high } = around(value);
  return upwards ? `@ >= ${low}` : `@ <= ${high}`;
}

/** Core orders by UTF-16 units, the server by code points: they differ only where one of two texts is beyond U+D7FF. */
const ordersAlike = (text: string): boolean => !/[\0\ud800-\uffff]/.test(text);

/** Two decimals between which every one lies that reads as this number: core sees a stored 0.30000000000000004441 as 0.3. */
function around(value: FilterValue): { low: string; high: string } {
  const number = asNumber(value) ?? 0;
  const step = Math.max(Math.abs(number) * 2 ** -51, Number.MIN_VALUE);
  return { low: decimal(number - step), high: decimal(number + step) };
}

/** The digits of the largest float64 are beyond its shortest ones. */
function decimal(number: number): string {
  return Number.isFinite(number) ? String(number) : `${number < 0 ? '-' : ''}1e309`;
}

function asNumber(value: FilterValue): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : undefined;
}

const jsonLiteral = (value: FilterValue): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(asNumber(value) ?? value);

function jsonPaths(path: string): string[] | undefined {
  if (!isStorable(path)) return undefined;
  return pathSpellings(path)?.map((keys) => `$${keys.map((key) => `.${JSON.stringify(key)}`).join('')}`);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** For columns whose type says how their values compare; for the rest nothing is said. */
function columnCondition(leaf: FilterLeaf, column: Column, parameters: Parameters): string | undefined {
  const name = identifier(column.name);
  const type = fieldTypeOf(column);
  const add = (value: string): string => parameters.add(value);
  if (leaf.op === 'exists') return `${name} IS ${leaf.value ? 'NOT ' : ''}NULL`;
  if (leaf.op === 'null') return leaf.value ? 'false' : undefined;
  const values = 'values' in leaf ? leaf.values : [leaf.value];
  if (type === 'string' && values.every((value) => typeof value === 'string')) {
    const texts = values.filter(isStorable);
    if (leaf.op === 'eq' || leaf.op === 'in') return `${name} = ANY (${parameters.add(texts)}::text[])`;
    if (leaf.op === 'contains') return texts.length === 0 ? 'false' : `strpos(${name}, ${add(leaf.value)}::text) > 0`;
    const [text] = texts;
    if (leaf.op === 'ne' || leaf.op === 'nin' || text === undefined || !ordersAlike(text)) return undefined;
    return `${name} COLLATE "C" ${leaf.op.startsWith('g') ? '>=' : '<='} ${add(text)}::text`;
  }
  if (type === 'uuid' && (leaf.op === 'eq' || leaf.op === 'in')) {
    // Core sees them in lower case, as the server prints them.
    const uuids = values.filter((value) => typeof value === 'string' && UUID.test(value)).map(String);
    return `${name} = ANY (${parameters.add(uuids)}::text[]::uuid[])`;
  }
  const numeric = type === 'integer' || column.base === 'double precision';
  if (leaf.op === 'ne' || leaf.op === 'nin') return undefined;
  if (numeric && values.every((value) => asNumber(value) !== undefined)) {
    const ranges = values.map((value) => {
      const { low, high } = around(value);
      // A direct cast of a float to numeric keeps 15 digits.
      const above = (): string => `${name}::text::numeric >= ${add(low)}::text::numeric`;
      const below = (): string => `${name}::text::numeric <= ${add(high)}::text::numeric`;
      if (leaf.op === 'gt' || leaf.op === 'gte') return above();
      return leaf.op === 'lt' || leaf.op === 'lte' ? below() : `(${above()} AND ${below()})`;
    });
    return ranges.length === 0 ? 'false' : `(${ranges.join(' OR ')})`;
  }
  if (type === 'boolean' && leaf.op === 'eq' && typeof leaf.value === 'boolean')
    return `${name} = ${add(String(leaf.value))}::text::boolean`;
  return undefined;
}
