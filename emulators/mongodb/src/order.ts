/** The order of values, and conditions on one: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/. */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Document,
} from 'bson';
import { Refusal } from './refusal.ts';

const TYPES: readonly (readonly [new (...parts: never[]) => unknown, name: string, rank: number])[] = [
  [MinKey, 'minKey', 0],
  [Timestamp, 'timestamp', 10],
  [Int32, 'int', 2],
  [Long, 'long', 2],
  [Double, 'double', 2],
  [Decimal128, 'decimal', 2],
  [BSONSymbol, 'symbol', 3],
  [Array, 'array', 5],
  [Binary, 'binData', 6],
  [ObjectId, 'objectId', 7],
  [Date, 'date', 9],
  [BSONRegExp, 'regex', 11],
  [Code, 'javascript', 12],
  [MaxKey, 'maxKey', 127],
];

function typeOf(value: unknown): readonly [name: string, rank: number] {
  if (value === null || value === undefined) return ['null', 1];
  if (typeof value === 'string') return ['string', 3];
  if (typeof value === 'boolean') return ['bool', 8];
  const [, name = 'object', rank = 4] = TYPES.find(([type]) => value instanceof type) ?? [];
  return [name, rank];
}

export const typeName = (value: unknown): string => typeOf(value)[0];

/** Numbers of all types; doubles and decimals go through a double, which no test is finer than. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Timestamp) return undefined;
  if (value instanceof Long) return value.toBigInt();
  return value instanceof Decimal128 ? Number(value.toString()) : undefined;
}

export function compare(left: unknown, right: unknown): number {
  const [ranks, others] = [typeOf(left)[1], typeOf(right)[1]];
  if (ranks !== others) return ranks - others;
  const [number, other] = [numberOf(left), numberOf(right)];
  if (number !== undefined && other !== undefined) {
    const [nan, otherNan] = [Number.isNaN(number), Number.isNaN(other)];
    if (nan || otherNan) return Number(otherNan) - Number(nan);
    return number < other ? -1 : number > other ? 1 : 0;
  }
  if (left instanceof Binary && right instanceof Binary) {
    const sizes = left.position - right.position || left.sub_type - right.sub_type;
    return sizes || Buffer.compare(left.buffer, right.buffer);
  }
  if (left instanceof ObjectId && right instanceof ObjectId) return Buffer.compare(left.id, right.id);
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (left instanceof Timestamp && right instanceof Timestamp) return left.compare(right);
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (ranks === 3) return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
  if (ranks === 4 || ranks === 5) return compareObjects(left as Document, right as Document);
  return 0;
}

function compareObjects(left: Document, right: Document): number {
  const [entries, others] = [Object.entries(left), Object.entries(right)];
  for (const [at, [name, value]] of entries.entries()) {
    const [otherName, other] = others[at] ?? [];
    if (otherName === undefined) return 1;
    const order =
      typeOf(value)[1] - typeOf(other)[1] ||
      Buffer.compare(Buffer.from(name), Buffer.from(otherName)) ||
      compare(value, other);
    if (order !== 0) return order;
  }
  return entries.length - others.length;
}

/** What a condition says of one value. Comparisons find values of one kind only. */
export function matches(id: unknown, condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null || !Object.keys(condition).some((key) => key.startsWith('$')))
    return compare(id, condition) === 0;
  const isSameKind = (other: unknown): boolean => typeOf(id)[1] === typeOf(other)[1];
  const isNumber = (value: unknown): boolean => !Number.isNaN(numberOf(value) ?? 0);
  return Object.entries(condition as Document).every(([operator, wanted]: [string, unknown]) => {
    const comparable = isSameKind(wanted) && isNumber(wanted) && isNumber(id);
    switch (operator) {
      case '$eq':
        return compare(id, wanted) === 0;
      case '$gt':
        return comparable && compare(id, wanted) > 0;
      case '$gte':
        return comparable && compare(id, wanted) >= 0;
      case '$lt':
        return comparable && compare(id, wanted) < 0;
      case '$lte':
        return comparable && compare(id, wanted) <= 0;
      case '$in':
        return (wanted as unknown[]).some((one) => compare(id, one) === 0);
      case '$type':
        return [wanted].flat().includes(typeName(id));
      default:
        throw new Refusal(2, 'BadValue', `unknown operator: ${operator}`);
    }
  });
}
