import { Float, isMetadataArray, isMetadataObject, type Metadata, type MetadataValue } from '../spec/record.ts';
import type { Filter, FilterValue } from '../spec/v1.ts';

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

/** The dotted paths that a filter looks at. */
export function pathsOf(filter: Filter): readonly string[] {
  if (filter.op === 'not') return pathsOf(filter.of);
  return 'of' in filter ? filter.of.flatMap(pathsOf) : [filter.path];
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
