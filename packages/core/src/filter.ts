import { suggest } from './suggest.ts';
import { ValidationError } from './errors.ts';
import { Float, isMetadataArray, isMetadataObject, type Metadata, type MetadataValue } from './spec/record.ts';
import type { Filter, FilterOperator, FilterValue } from './spec/v1.ts';

/** What users write: `{ status: 'published', year: { $gte: 2025 }, $or: [{ lang: 'en' }, { lang: ['de', 'fr'] }] }`. */
export type FilterShorthand<M = Metadata> = string extends keyof M ? AnyFilter : FilterOf<M>;

/** How one field is asked: a value, a list of which one must be it, `null`, or operators. */
export type FieldCondition<Value = FilterValue> = Value | null | readonly Value[] | FieldOperators<Value>;

export interface FieldOperators<Value = FilterValue> {
  readonly $eq?: Value | null;
  readonly $ne?: Value | null;
  readonly $gt?: Value;
  readonly $gte?: Value;
  readonly $lt?: Value;
  readonly $lte?: Value;
  readonly $in?: readonly Value[];
  readonly $nin?: readonly Value[];
  readonly $exists?: boolean;
  readonly $null?: boolean;
  readonly $contains?: string;
}

/** Fields of any name. */
type AnyFilter = WithLogic | ComputedFields;

/** Keys that begin with `$` are `$and`, `$or` and `$not`; that they hold filters alone is what finds a mistyped operator. */
interface WithLogic {
  readonly [path: string]: FieldCondition | readonly AnyFilter[] | WithLogic;
  readonly [logic: `$${string}`]: readonly AnyFilter[] | WithLogic;
}

/** `{ [field]: value }`, whose key is only known at run time. */
interface ComputedFields {
  readonly [path: string]: FieldCondition;
}

/** Fields of known names and types. */
type FilterOf<M> = { readonly [Path in keyof M & string]?: FieldCondition<Operand<M[Path]>> } & {
  readonly $and?: readonly FilterOf<M>[];
  readonly $or?: readonly FilterOf<M>[];
  readonly $not?: FilterOf<M>;
};

/** A list is asked by one of its elements. */
type Operand<Value> = Value extends readonly (infer Item)[] ? Extract<Item, FilterValue> : Extract<Value, FilterValue>;

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
const OPERATORS = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$null', '$contains'];

/**
 * Turns the shorthand into the AST that adapters get. Several keys mean `and`.
 * @throws ValidationError naming the path and the operator that it cannot read.
 */
export function parseFilter(shorthand: FilterShorthand): Filter {
  if (typeof shorthand !== 'object' || shorthand === null || Array.isArray(shorthand)) {
    throw new ValidationError(
      `A filter must be an object such as {"year":{"$gte":2025}}, but is ${JSON.stringify(shorthand)}.`,
    );
  }
  return all(Object.entries(shorthand).map(([key, value]) => parseEntry(key, value)));
}

function all(parts: readonly Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { op: 'and', of: parts };
}

function parseEntry(key: string, value: unknown): Filter {
  if (key === '$and' || key === '$or') {
    if (!Array.isArray(value)) throw new ValidationError(`Filter: ${key} takes a list of filters.`);
    return { op: key === '$and' ? 'and' : 'or', of: value.map((part) => parseFilter(part as FilterShorthand)) };
  }
  if (key === '$not') return { op: 'not', of: parseFilter(value as FilterShorthand) };
  if (key.startsWith('$')) {
    throw new ValidationError(`Filter: unknown operator ${key}. At the top level there are $and, $or and $not.`);
  }
  if (value === null) return { op: 'null', path: key, value: true };
  if (Array.isArray(value)) return { op: 'in', path: key, values: value.map((item) => scalar(key, item)) };
  if (typeof value === 'object' && !Float.isInstance(value)) {
    return all(Object.entries(value).map(([operator, operand]) => parseCondition(key, operator, operand)));
  }
  return { op: 'eq', path: key, value: scalar(key, value) };
}

function parseCondition(path: string, operator: string, operand: unknown): Filter {
  const name = operator.slice(1);
  const comparison = COMPARISONS.find((candidate) => candidate === name);
  if (operator.startsWith('$') && comparison !== undefined) {
    if (operand === null && comparison === 'eq') return { op: 'null', path, value: true };
    if (operand === null && comparison === 'ne') return { op: 'null', path, value: false };
    return { op: comparison, path, value: scalar(path, operand) };
  }
  switch (operator) {
    case '$in':
    case '$nin':
      if (!Array.isArray(operand)) throw new ValidationError(`Filter on "${path}": ${operator} takes a list.`);
      return { op: operator === '$in' ? 'in' : 'nin', path, values: operand.map((item) => scalar(path, item)) };
    case '$exists':
    case '$null':
      if (typeof operand !== 'boolean')
        throw new ValidationError(`Filter on "${path}": ${operator} takes true or false.`);
      return { op: operator === '$exists' ? 'exists' : 'null', path, value: operand };
    case '$contains':
      if (typeof operand !== 'string') throw new ValidationError(`Filter on "${path}": $contains takes a string.`);
      return { op: 'contains', path, value: operand };
    default: {
      const near = suggest(operator, OPERATORS);
      const hint = near === undefined ? `Known: ${OPERATORS.join(' ')}.` : `Did you mean ${near}?`;
      throw new ValidationError(`Filter on "${path}": unknown operator "${operator}". ${hint}`);
    }
  }
}

function scalar(path: string, value: unknown): FilterValue {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (Float.isInstance(value) || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new ValidationError(
    `Filter on "${path}": a value must be a string, a boolean or a finite number, but is ${JSON.stringify(value)}.`,
  );
}

/** A condition on one field. */
export type FilterLeaf = Exclude<Filter, { readonly op: 'and' | 'or' | 'not' }>;

/** The one meaning of a filter; stores only save traffic. docs/filters.md has the table. */
export function matches(filter: Filter, metadata: Metadata): boolean {
  switch (filter.op) {
    case 'and':
      return filter.of.every((part) => matches(part, metadata));
    case 'or':
      return filter.of.some((part) => matches(part, metadata));
    case 'not':
      return !matches(filter.of, metadata);
    default:
      return leafMatches(filter, lookup(metadata, filter.path));
  }
}

function leafMatches(filter: FilterLeaf, found: MetadataValue | undefined): boolean {
  switch (filter.op) {
    case 'exists':
      return (found !== undefined) === filter.value;
    case 'null':
      return (found === null) === filter.value;
    case 'eq':
      return some(found, (value) => equal(value, filter.value));
    case 'ne':
      return !some(found, (value) => equal(value, filter.value));
    case 'in':
      return some(found, (value) => filter.values.some((wanted) => equal(value, wanted)));
    case 'nin':
      return !some(found, (value) => filter.values.some((wanted) => equal(value, wanted)));
    case 'contains':
      return some(found, (value) => typeof value === 'string' && value.includes(filter.value));
    case 'gt':
      return some(found, (value) => compare(value, filter.value) > 0);
    case 'gte':
      return some(found, (value) => compare(value, filter.value) >= 0);
    case 'lt':
      return some(found, (value) => compare(value, filter.value) < 0);
    case 'lte':
      return some(found, (value) => compare(value, filter.value) <= 0);
  }
}

/** A key that contains the dots literally wins over the nested path. */
export function lookup(value: MetadataValue, path: string): MetadataValue | undefined {
  if (!isMetadataObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(value, head)) continue;
    const found = lookup(value[head] as MetadataValue, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function some(found: MetadataValue | undefined, test: (value: MetadataValue) => boolean): boolean {
  if (found === undefined) return false;
  return isMetadataArray(found) ? found.some(test) : test(found);
}

function equal(value: MetadataValue, wanted: FilterValue): boolean {
  const left = number(value);
  const right = number(wanted);
  // Loose equality compares bigint and number by exact value.
  // oxlint-disable-next-line eqeqeq
  if (left !== undefined && right !== undefined) return left == right;
  return left === undefined && right === undefined && value === wanted;
}

/** NaN, which no comparison accepts, unless both are numbers or both are strings. */
function compare(value: MetadataValue, wanted: FilterValue): number {
  const left = number(value) ?? value;
  const right = number(wanted) ?? wanted;
  const comparable =
    (typeof left === 'string' && typeof right === 'string') ||
    (number(value) !== undefined && number(wanted) !== undefined);
  if (!comparable || left === null) return Number.NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

function number(value: MetadataValue): number | bigint | undefined {
  if (Float.isInstance(value)) return value.value;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

/** What a store can be asked: by operators that it has, with texts that it can be sent. */
export interface Askable {
  readonly operators: readonly FilterOperator[];
  readonly spells: (text: string) => boolean;
}

/**
 * The strongest filter that can be asked and that every match of `filter` passes; `undefined` when that is no filter at all.
 * A negation is never pushed: a store may answer a superset, and the complement of that would lose records.
 */
export function pushdown(filter: Filter, askable: Askable): Filter | undefined {
  if (!askable.operators.includes(filter.op) || filter.op === 'not') return undefined;
  if (!('of' in filter)) return textsOf(filter).every(askable.spells) ? filter : undefined;
  const parts = filter.of.map((part) => pushdown(part, askable)).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  if (filter.op === 'and') return all(parts);
  return parts.length === filter.of.length ? { op: 'or', of: parts } : undefined;
}

/** Whether all of a filter can be asked, so that nothing of it is lost on the way down. */
export function isPushedWhole(filter: Filter, askable: Askable): boolean {
  if (!askable.operators.includes(filter.op) || filter.op === 'not') return false;
  if ('of' in filter) return filter.of.every((part) => isPushedWhole(part, askable));
  return textsOf(filter).every(askable.spells);
}

/** How a store says what a filter asks. A part of which it can say nothing is `undefined`. */
export interface FilterWords<Condition> {
  readonly leaf: (leaf: FilterLeaf) => Condition | undefined;
  readonly and: (parts: readonly Condition[]) => Condition;
  readonly or: (parts: readonly Condition[]) => Condition;
}

/**
 * A condition that every match of a filter passes, and perhaps others, which core looks at again; `undefined` where nothing can be said. Of
 * `or` each part has to be said, and of `not` nothing: the opposite of a superset would lose records.
 */
export function translateFilter<Condition>(filter: Filter, words: FilterWords<Condition>): Condition | undefined {
  if (filter.op === 'not') return undefined;
  if (!('of' in filter)) return words.leaf(filter);
  const parts = filter.of.map((part) => translateFilter(part, words)).filter((part) => part !== undefined);
  if (parts.length === 0 || (filter.op === 'or' && parts.length < filter.of.length)) return undefined;
  return words[filter.op](parts);
}

function textsOf(leaf: FilterLeaf): string[] {
  const values = 'values' in leaf ? leaf.values : [leaf.value];
  return [leaf.path, ...values.filter((value) => typeof value === 'string')];
}

const MOST_DOTS = 3;

/**
 * Every list of keys that a dotted path may mean, since `a.b` is also the one key with a dot in it. `undefined` for one of more dots
 * than a query should have ways to read it.
 */
export function pathSpellings(path: string): readonly (readonly string[])[] | undefined {
  const steps = path.split('.');
  if (steps.length > MOST_DOTS + 1) return undefined;
  let spellings: string[][] = [[steps[0] ?? '']];
  for (const step of steps.slice(1)) {
    spellings = spellings.flatMap((keys) => [
      [...keys, step],
      [...keys.slice(0, -1), `${keys.at(-1)}.${step}`],
    ]);
  }
  return spellings;
}
