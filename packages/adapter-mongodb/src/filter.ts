import {
  Float,
  keyBeside,
  own,
  translateFilter,
  type Filter,
  type FilterLeaf,
  type FilterValue,
} from '@vsm/core/adapter';
import { BSON, type Document } from 'mongodb';
import { MARKS } from './bson-values.ts';
import type { Layout } from './layout.ts';

/** Types that are texts in metadata, which no text finds here. */
const AS_TEXT = ['objectId', 'date', 'binData', 'timestamp', 'regex'];
/** The rest of them, which FerretDB has no names for. */
const AS_TEXT_TOO = [
  'decimal',
  'minKey',
  'maxKey',
  'undefined',
  'symbol',
  'dbPointer',
  'javascript',
  'javascriptWithScope',
];
/** Doubles that are texts as well. */
const NO_NUMBERS = new Set(['NaN', 'Infinity', '-Infinity']);
/** What a field gets behind its name where an entry of the metadata has that. */
const BESIDE = keyBeside('', (key) => key === '');

/**
 * A condition that every document passes whose record matches the filter, and perhaps others: core looks at each again. `undefined` where
 * nothing can be said, as of texts in an order, which is another one here.
 */
export function toCondition(filter: Filter, layout: Layout, isFerret: boolean): Document | undefined {
  return translateFilter<Document>(filter, {
    leaf: (leaf) => leafCondition(leaf, layout, isFerret),
    and: (parts) => ({ $and: parts }),
    or: (parts) => ({ $or: parts }),
  });
}

function leafCondition(filter: FilterLeaf, layout: Layout, isFerret: boolean): Document | undefined {
  switch (filter.op) {
    case 'eq':
      return onFields(filter.path, [filter.value], ([value]) => ({ $eq: value }), layout, isFerret);
    case 'in':
      return onFields(filter.path, filter.values, (values) => ({ $in: values }), layout, isFerret);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (typeof filter.value === 'string') return undefined;
      return onFields(filter.path, [filter.value], ([value]) => ({ [`$${filter.op}`]: value }), layout, isFerret);
    default:
      return undefined;
  }
}

function onFields(
  path: string,
  values: readonly FilterValue[],
  test: (values: readonly unknown[]) => Document,
  layout: Layout,
  isFerret: boolean,
): Document | undefined {
  const fields = fieldsOf(path, layout);
  const known = values.map(bsonOf).filter((value) => value !== undefined);
  if (fields === undefined || known.length < values.length) return undefined;
  const types = isFerret ? AS_TEXT : [...AS_TEXT, ...AS_TEXT_TOO];
  const isText = values.some((value) => typeof value === 'string');
  const { rest } = layout.places;
  return {
    $or: [
      ...fields.map((field) => ({ [field]: test(known) })),
      ...(isText ? fields.map((field) => ({ [field]: { $type: types } })) : []),
      // Any entry may be among those that BSON does not hold.
      ...(rest === undefined ? [] : [{ [rest]: { $exists: true } }]),
    ],
  };
}

/** Where the value of a path may lie; `undefined` where a query cannot ask for all such places. */
function fieldsOf(path: string, { places, keys }: Layout): readonly string[] | undefined {
  const steps = path.split('.');
  const isPlain = steps.every((step) => step !== '' && !step.startsWith('$') && !step.includes('\0'));
  if (!isPlain || path === MARKS || path.includes(BESIDE)) return undefined;
  // Others may have a key with a dot in it, which no path leads to. VSM keeps those with the rest.
  if (steps.length > 1 && places.rest === undefined) return undefined;
  const field = own(places.beside, path) ?? [...keys].find(([, key]) => key === path)?.[0] ?? path;
  if (places.container === undefined) return [field];
  const inside = `${places.container}.${path}`;
  return places.rest === undefined ? [inside, field] : [inside];
}

/** A value as queries have it; `undefined` where BSON has none that is the same. */
function bsonOf(value: FilterValue): unknown {
  if (typeof value === 'string') return NO_NUMBERS.has(value) ? undefined : value;
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? BSON.Long.fromBigInt(value) : undefined;
  return Float.isInstance(value) ? new BSON.Double(value.value) : value;
}
