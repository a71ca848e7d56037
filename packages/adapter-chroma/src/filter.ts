import { Float, type Filter, type FilterValue } from '@vsm/core/adapter';

export type Where = { readonly [key: string]: unknown };

/** A `where` that every match of the filter passes; `undefined` where Chroma has none. `exact`: nothing else passes it. */
export function toWhere(filter: Filter): { readonly where: Where | undefined; readonly exact: boolean } {
  switch (filter.op) {
    case 'and': {
      const parts = filter.of.map(toWhere);
      const wheres = parts.map(({ where }) => where).filter((where) => where !== undefined);
      const where = wheres.length > 1 ? { $and: wheres } : wheres[0];
      return { where, exact: where !== undefined && parts.every(({ exact }) => exact) };
    }
    case 'or': {
      const parts = filter.of.map(toWhere);
      const wheres = parts.map(({ where }) => where).filter((where) => where !== undefined);
      // Of no conditions at all there is no `$or`.
      if (wheres.length === 0 || wheres.length !== parts.length) return NOTHING;
      return { where: wheres.length > 1 ? { $or: wheres } : wheres[0], exact: parts.every(({ exact }) => exact) };
    }
    case 'eq':
      return leaf(filter.path, [filter.value], (value) =>
        // An integer and a float of the same value are different to `$eq`, and alike to a range.
        isNumber(value)
          ? { $and: [range(filter.path, 'gte', value), range(filter.path, 'lte', value)] }
          : { [filter.path]: { $eq: value } },
      );
    case 'ne':
      // A row that lacks the key matches, as it should. Numbers are left to core: `$ne: 1` would pass 1.0.
      return isNumber(plain(filter.value))
        ? NOTHING
        : leaf(filter.path, [filter.value], (value) => ({ [filter.path]: { $ne: value } }));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const { op, path, value } = filter;
      return isNumber(plain(value)) ? leaf(path, [value], (number) => range(path, op, Number(number))) : NOTHING;
    }
    case 'in':
    case 'nin': {
      const values = filter.values.map(plain);
      if (values.length === 0 || new Set(values.map((value) => typeof value)).size > 1 || values.some(isNumber))
        return NOTHING;
      return leaf(filter.path, filter.values, () => ({ [filter.path]: { [`$${filter.op}`]: values } }));
    }
    default:
      return NOTHING;
  }
}

const NOTHING = { where: undefined, exact: false } as const;

function leaf(
  path: string,
  values: readonly FilterValue[],
  make: (value: string | boolean | number) => Where,
): { where: Where | undefined; exact: boolean } {
  const first = values[0] === undefined ? undefined : plain(values[0]);
  // A dotted path may mean a nested value, which Chroma cannot hold except in VSM's envelope.
  if (first === undefined || path.includes('.') || values.some((value) => plain(value) === undefined)) return NOTHING;
  const numbers = values.map(plain).filter(isNumber);
  // Beyond, the server's two kinds of numbers are not compared as one.
  if (numbers.some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER)) return NOTHING;
  return { where: make(first), exact: numbers.every((value) => Number.isInteger(value)) };
}

/** Where integers are stored, the server cuts the fraction off what it compares them with: 2025 is not less than 2025.5 to it. */
function range(path: string, op: 'gt' | 'gte' | 'lt' | 'lte', value: number): Where {
  if (Number.isInteger(value)) return { [path]: { [`$${op}`]: value } };
  return { [path]: op === 'gt' || op === 'gte' ? { $gte: Math.floor(value) } : { $lte: Math.ceil(value) } };
}

/** The value as plain JSON; `undefined` for an integer that JSON numbers round. */
function plain(value: FilterValue): string | boolean | number | undefined {
  if (typeof value === 'bigint') return undefined;
  return Float.isInstance(value) ? value.value : value;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
