import {
  Float,
  pathSpellings,
  translateFilter,
  type Filter,
  type FilterLeaf,
  type FilterValue,
} from '@vsm/core/adapter';
import { TYPES } from './grpc/schema.ts';
import { quote } from './keys.ts';
import { DYNAMIC, type Layout } from './layout.ts';
import { WIDTHS } from './values.ts';

export interface FilterFacts {
  /** Whether it is the server itself. milvus-lite has no lengths of lists, and knows not every operator on JSON. */
  readonly isServer: boolean;
}

/** Where the value of a path may lie. */
interface Home {
  readonly operand: string;
  readonly type: number;
}

/**
 * An expression that every row passes whose record matches the filter, and perhaps others: core looks at each again. `undefined` where
 * nothing can be said, as of text in an order, which is another one here.
 */
export function toExpression(filter: Filter, layout: Layout, facts: FilterFacts): string | undefined {
  return translateFilter<string>(filter, {
    leaf(leaf) {
      const homes = homesOf(leaf.path, layout, facts);
      return homes === undefined ? undefined : anyOf(homes.map((home) => testOf(leaf, home, facts)));
    },
    and: (parts) => `(${parts.join(' and ')})`,
    or: (parts) => `(${parts.join(' or ')})`,
  });
}

/** Each one may be what makes a row match. */
function anyOf(tests: readonly (string | undefined)[]): string | undefined {
  const known = tests.filter((test) => test !== undefined);
  return known.length === 0 || known.length < tests.length ? undefined : `(${known.join(' or ')})`;
}

/** Names that mean themselves within an expression and within a pointer into JSON. */
const PLAIN = /^[\w .-]+$/;

function homesOf(
  path: string,
  { ours, columns, fields }: Layout,
  { isServer }: FilterFacts,
): readonly Home[] | undefined {
  if (!PLAIN.test(path)) return undefined;
  const container = columns.metadata;
  // Where entries of an object and fields beside it share the metadata, which one is meant changes from record to record.
  if (!ours && container !== undefined && container !== DYNAMIC) return undefined;
  const inside = (column: string, rest: string): Home[] | undefined =>
    pathSpellings(rest)?.map((keys) => ({
      operand: column + keys.map((key) => `[${quote(key)}]`).join(''),
      type: TYPES.json,
    }));
  const column = columns.fields.find(({ key }) => path === key || path.startsWith(`${key}.`));
  const type = fields.get(column?.column ?? '')?.type;
  if (column !== undefined && path === column.key) {
    return type === undefined || type === TYPES.json ? undefined : [{ operand: column.column, type }];
  }
  if (column !== undefined && type !== TYPES.json) return undefined;
  // Of the dynamic field milvus-lite cannot ask what a list has.
  if (container === DYNAMIC && !isServer) return undefined;
  const homes = [
    column === undefined ? [] : inside(column.column, path.slice(column.key.length + 1)),
    // A key of its own may have the dot in it.
    container === undefined ? [] : inside(container, path),
  ];
  return homes.includes(undefined) ? undefined : homes.flatMap((some) => some ?? []);
}

function testOf(leaf: FilterLeaf, home: Home, facts: FilterFacts): string | undefined {
  switch (leaf.op) {
    case 'eq':
      return equality(leaf.value, home, facts);
    case 'in':
      return anyOf(leaf.values.map((value) => equality(value, home, facts)));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparison(leaf.op, leaf.value, home, facts);
    default:
      return undefined;
  }
}

function equality(value: FilterValue, { operand, type }: Home, { isServer }: FilterFacts): string | undefined {
  if (type !== TYPES.json) {
    const literal = literalFor(value, type);
    return literal === undefined ? undefined : `${operand} == ${literal}`;
  }
  if (typeof value === 'string' || typeof value === 'boolean') {
    const literal = typeof value === 'string' ? quote(value) : String(value);
    return `(${operand} == ${literal} or json_contains(${operand}, ${literal}))`;
  }
  const number = numberOf(value);
  // milvus-lite has no negative numbers for an element.
  if (number === undefined || (number < 0 && !isServer)) return undefined;
  // In a list, 1 is found by 1 alone, and 1.0 by 1.0.
  const forms = Number.isInteger(number) ? [String(number), float(number)] : [float(number)];
  return `(${operand} == ${forms[0]} or ${forms.map((form) => `json_contains(${operand}, ${form})`).join(' or ')})`;
}

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function comparison(
  op: keyof typeof SIGNS,
  value: FilterValue,
  { operand, type }: Home,
  { isServer }: FilterFacts,
): string | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  if (type === TYPES.json) {
    // An element of a list may compare so, which no expression asks for.
    return isServer ? `(${operand} ${SIGNS[op]} ${number} or array_length(${operand}) != 0)` : undefined;
  }
  const isUp = op.startsWith('g');
  const inWhole = isUp ? Math.ceil(number) : Math.floor(number);
  const literal = type in WIDTHS ? literalFor(inWhole, type) : literalFor(number, type);
  // A border that is rounded belongs to both sides.
  return literal === undefined ? undefined : `${operand} ${isUp ? '>=' : '<='} ${literal}`;
}

/** A value as a field of this type has it; `undefined` where none of its values is surely this one. */
function literalFor(value: FilterValue, type: number): string | undefined {
  if (type === TYPES.varchar) return typeof value === 'string' ? quote(value) : undefined;
  if (type === TYPES.bool) return typeof value === 'boolean' ? String(value) : undefined;
  const number = numberOf(value);
  if (number === undefined) return undefined;
  if (type === TYPES.float || type === TYPES.double) return float(number);
  const width = WIDTHS[type];
  const fits = width !== undefined && Number.isInteger(number) && Math.abs(number) < 2 ** (width - 1);
  return fits ? String(number) : undefined;
}

/** Beyond 2^53 neighbours are one to some servers and two to others. */
function numberOf(value: FilterValue): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && !Float.isInstance(value)) return undefined;
  const number = Number(value);
  return Math.abs(number) < Number.MAX_SAFE_INTEGER ? number : undefined;
}

const float = (number: number): string => (Number.isInteger(number) ? `${number}.0` : String(number));
