import { Float, pathSpellings, type Filter, type FilterValue } from '@vsm/core/adapter';

export type Condition = { readonly [key: string]: unknown };

export interface FilterFacts {
  /** Payload index types by path. */
  readonly indexes: ReadonlyMap<string, string>;
  /** Whether conditions on fields without an index are allowed, which the strict mode may forbid. */
  readonly unindexed: boolean;
}

/**
 * A condition that every match of the filter passes, `undefined` where nothing can be said. `exact` tells whether it passes
 * nothing else either, as far as payload paths do not run into each other.
 */
export function toCondition(filter: Filter, facts: FilterFacts): { condition: Condition; exact: boolean } | undefined {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const parts = filter.of.map((part) => toCondition(part, facts));
      const usable = parts.filter((part) => part !== undefined);
      const whole = usable.length === parts.length;
      // An empty list of conditions passes everything, which is right for `and` only.
      if (usable.length === 0 || (filter.op === 'or' && !whole)) return undefined;
      const conditions = usable.map(({ condition }) => condition);
      return {
        condition: filter.op === 'and' ? { must: conditions } : { should: conditions },
        exact: whole && usable.every(({ exact }) => exact),
      };
    }
    case 'eq':
      return anyOf([equality(filter.path, filter.value, facts)]);
    case 'in':
      return anyOf(filter.values.map((value) => equality(filter.path, value, facts)));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparison(filter.op, filter.path, filter.value, facts);
    default:
      return undefined;
  }
}

type Translated = { condition: Condition; exact: boolean } | undefined;

function anyOf(parts: readonly Translated[]): Translated {
  const usable = parts.filter((part) => part !== undefined);
  const [only] = usable;
  if (only === undefined || usable.length < parts.length) return undefined;
  if (usable.length === 1) return only;
  return {
    condition: { should: usable.map(({ condition }) => condition) },
    exact: usable.every(({ exact }) => exact),
  };
}

function equality(path: string, value: FilterValue, facts: FilterFacts): Translated {
  const number = asNumber(value);
  // A match is on integers only, and 1.0 is equal to 1; a range takes both.
  if (number !== undefined) {
    return onKeys(path, { range: { gte: number, lte: number } }, 'float', facts, isNarrow(value));
  }
  return onKeys(path, { match: { value } }, typeof value === 'boolean' ? 'bool' : 'keyword', facts, true);
}

function comparison(op: 'gt' | 'gte' | 'lt' | 'lte', path: string, value: FilterValue, facts: FilterFacts): Translated {
  const number = asNumber(value);
  // Text has no order here: a range on strings is one of dates.
  if (number === undefined) return undefined;
  const narrow = isNarrow(value);
  // Payload numbers are compared as doubles, where neighbours beyond 2^53 are equal.
  const bound = narrow ? op : op === 'gt' || op === 'gte' ? 'gte' : 'lte';
  return onKeys(path, { range: { [bound]: number } }, 'float', facts, narrow);
}

function onKeys(path: string, test: Condition, indexType: string, facts: FilterFacts, exact: boolean): Translated {
  const keys = payloadKeys(path);
  if (keys === undefined) return undefined;
  // An index of another type does not hold the values that are asked for, and would hide them.
  const usable = keys.every((key) => {
    const type = facts.indexes.get(key);
    return type === undefined ? facts.unindexed : type === indexType;
  });
  if (!usable) return undefined;
  const conditions = keys.map((key) => ({ key, ...test }));
  const [only] = conditions;
  return { condition: only !== undefined && conditions.length === 1 ? only : { should: conditions }, exact };
}

/**
 * Every payload path that a dotted path may mean. `undefined` where the server's grammar has no word for one of them
 * (https://qdrant.tech/documentation/concepts/filtering/#nested-key).
 */
export function payloadKeys(path: string): string[] | undefined {
  if (/["\\]/.test(path)) return undefined;
  return pathSpellings(path)?.map((keys) => keys.map(quoteKey).join('.'));
}

const quoteKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : `"${key}"`);

function asNumber(value: FilterValue): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : undefined;
}

const isNarrow = (value: FilterValue): boolean => Math.abs(asNumber(value) ?? 0) < Number.MAX_SAFE_INTEGER;
