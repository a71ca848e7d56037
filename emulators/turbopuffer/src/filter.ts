import { isMetadataArray, numberKind, type MetadataValue } from '@vsm/core/adapter';
import { compareIds, type Namespace, type Row } from './namespace.ts';
import { Problem } from './problem.ts';

export type Test = (row: Row) => boolean;

type Leaf = (order: (other: MetadataValue) => number, found: MetadataValue, wanted: MetadataValue) => boolean;

const LEAVES: Readonly<Record<string, Leaf>> = {
  Eq: (order, _found, wanted) => order(wanted) === 0,
  NotEq: (order, _found, wanted) => order(wanted) !== 0,
  In: (order, _found, wanted) => listOf(wanted).some((one) => order(one) === 0),
  NotIn: (order, _found, wanted) => !listOf(wanted).some((one) => order(one) === 0),
  Gt: (order, _found, wanted) => order(wanted) > 0,
  Gte: (order, _found, wanted) => order(wanted) >= 0,
  Lt: (order, _found, wanted) => order(wanted) < 0,
  Lte: (order, _found, wanted) => order(wanted) <= 0,
  Contains: (_order, found, wanted) => listOf(found).some((one) => compare(one, wanted) === 0),
};

/** Conditions as `['And', [['id', 'Gt', 5], …]]`: https://turbopuffer.com/docs/query#filtering-parameters. */
export function compileFilter(filter: MetadataValue | undefined, namespace: Namespace): Test {
  if (filter === undefined || filter === null) return () => true;
  if (!isMetadataArray(filter)) throw new Problem(400, 'invalid filter: it must be an array');
  const [first, second, third = null] = filter;
  if (first === 'And' || first === 'Or') {
    const tests = listOf(second ?? null).map((one) => compileFilter(one, namespace));
    return first === 'And' ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row));
  }
  if (first === 'Not') {
    const test = compileFilter(second ?? null, namespace);
    return (row) => !test(row);
  }
  const leaf = typeof second === 'string' && Object.hasOwn(LEAVES, second) ? LEAVES[second] : undefined;
  if (typeof first !== 'string' || leaf === undefined)
    throw new Problem(400, `invalid filter ${JSON.stringify(filter)}`);
  const attribute = namespace.schema.get(first);
  if (attribute === undefined || !attribute.filterable) {
    throw new Problem(400, `invalid filter: attribute ${JSON.stringify(first)} is not filterable`);
  }
  return (row) => {
    const found = first === 'id' ? row.id : (row.attributes.get(first) ?? null);
    if (third === null) return second === 'Eq' ? found === null : second === 'NotEq' && found !== null;
    if (found === null) return second === 'NotEq' || second === 'NotIn';
    return leaf((other) => compare(found, other), found, third);
  };
}

const listOf = (value: MetadataValue): readonly MetadataValue[] => (isMetadataArray(value) ? value : []);

/** `NaN` for values of two kinds. */
function compare(left: MetadataValue, right: MetadataValue): number {
  if (numberKind(left) !== undefined && numberKind(right) !== undefined) {
    const [one, other] = [left, right].map((value) => (typeof value === 'bigint' ? value : Number(value)));
    return compareIds(one ?? 0, other ?? 0);
  }
  if (typeof left === 'string' && typeof right === 'string') return compareIds(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return Number.NaN;
}
