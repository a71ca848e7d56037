import type { Filter, FilterOperator } from '../spec/v1.ts';
import type { FilterLeaf } from './matches.ts';
import { all } from './shorthand.ts';

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
