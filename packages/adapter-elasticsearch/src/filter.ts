import {
  Float,
  own,
  textAt,
  translateFilter,
  type Filter,
  type FilterLeaf,
  type FilterValue,
  type JsonObject,
  type MetadataValue,
} from '@vsm/core/adapter';
import type { Seen } from './context.ts';
import { FILTER } from './create.ts';
import type { IndexInfo } from './index-info.ts';
import { LONGEST_KEYWORD } from './source.ts';

type Query = { readonly [key: string]: MetadataValue };

/** A field by which documents can be found, whose values are what the metadata has, or rounded towards zero. */
interface Searched {
  readonly field: string;
  readonly kind: 'keyword' | 'double' | 'long' | 'boolean';
  /** Characters of the longest text that it has. */
  readonly longest: number;
}

/** A query that every match of the filter answers to, and perhaps others; `undefined` where there is none. Core looks at each again. */
export function pushedFilter(filter: Filter, seen: Pick<Seen, 'info' | 'places'>): Query | undefined {
  return translateFilter<Query>(filter, {
    leaf: (leaf) => leafQuery(leaf, seen),
    and: (parts) => ({ bool: { filter: parts } }),
    or: (parts) => ({ bool: { should: parts } }),
  });
}

function leafQuery(filter: FilterLeaf, seen: Pick<Seen, 'info' | 'places'>): Query | undefined {
  switch (filter.op) {
    case 'eq':
      return term(filter.path, [filter.value], seen);
    case 'in':
      return term(filter.path, filter.values, seen);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const searched = searchedField(filter.path, seen);
      const number = searched === undefined ? undefined : numberFor(filter.value, searched);
      // Numbers are rounded, so that the border belongs to both sides.
      return searched === undefined || number === undefined
        ? undefined
        : { range: { [searched.field]: { [filter.op.startsWith('g') ? 'gte' : 'lte']: number } } };
    }
    default:
      return undefined;
  }
}

function term(path: string, values: readonly FilterValue[], seen: Pick<Seen, 'info' | 'places'>): Query | undefined {
  const searched = searchedField(path, seen);
  if (searched === undefined) return undefined;
  const terms = values.map((value) => termFor(value, searched));
  // A value that the field cannot have may still be in the metadata.
  return terms.some((one) => one === undefined) ? undefined : { terms: { [searched.field]: terms as MetadataValue[] } };
}

function termFor(value: FilterValue, searched: Searched): MetadataValue | undefined {
  if (searched.kind === 'keyword')
    return typeof value === 'string' && value.length <= searched.longest ? value : undefined;
  if (searched.kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
  return numberFor(value, searched);
}

const LONG = 9_223_372_036_854_775_807n;

function numberFor(value: FilterValue, { kind }: Searched): MetadataValue | undefined {
  if (kind !== 'double' && kind !== 'long') return undefined;
  const number = Float.isInstance(value) ? value.value : value;
  if (typeof number !== 'number' && typeof number !== 'bigint') return undefined;
  if (kind === 'double') return Number(number);
  const whole = typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  return whole <= LONG && whole >= -LONG ? whole : undefined;
}

const KINDS: Readonly<Record<string, Searched['kind']>> = {
  keyword: 'keyword',
  double: 'double',
  long: 'long',
  boolean: 'boolean',
};

function searchedField(path: string, { info, places }: Pick<Seen, 'info' | 'places'>): Searched | undefined {
  if (places.keeps) {
    const copy = places.copies.find((one) => one.path === path);
    return copy === undefined
      ? undefined
      : { field: `${FILTER}.${copy.field}`, kind: copy.kind, longest: LONGEST_KEYWORD };
  }
  const { metadata, fields } = places.layout;
  // Where entries of an object and fields beside it share the metadata, which one is meant changes from record to record.
  if (metadata !== undefined) return mappedField(`${metadata}.${path}`, info);
  const field = fields.find(({ key }) => path === key || path.startsWith(`${key}.`));
  return field === undefined ? undefined : mappedField(field.column + path.slice(field.key.length), info);
}

function mappedField(path: string, info: IndexInfo): Searched | undefined {
  const mapping = info.fields.get(path);
  if (mapping === undefined) return undefined;
  if (textAt(mapping, 'type') === 'text') return mappedField(`${path}.keyword`, info);
  const kind = own(KINDS, textAt(mapping, 'type'));
  return kind === undefined || !isComplete(mapping) ? undefined : { field: path, kind, longest: longestOf(mapping) };
}

/** Whether each value is in the index. */
const isComplete = (mapping: JsonObject): boolean => mapping['index'] !== false && mapping['ignore_malformed'] !== true;

const longestOf = ({ ignore_above: longest }: JsonObject): number =>
  typeof longest === 'number' ? longest : LONGEST_KEYWORD;
