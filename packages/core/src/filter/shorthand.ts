import { ValidationError } from '../errors.ts';
import { Float, type Metadata } from '../spec/record.ts';
import type { Filter, FilterValue } from '../spec/v1.ts';
import { suggest } from '../suggest.ts';

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

/** One filter of several, which all hold. */
export function all(parts: readonly Filter[]): Filter {
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
