/** Reading in the order of `_id`: first by type, then by value. A comparison finds values of one type only. */
import { BSON, type Document } from 'mongodb';

/** Types in their order: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/. Those in one line are one to comparisons. */
const BRACKETS: readonly (readonly string[])[] = [
  ['minKey'],
  ['undefined', 'null'],
  ['int', 'long', 'double', 'decimal'],
  ['string', 'symbol'],
  ['object'],
  ['array'],
  ['binData'],
  ['objectId'],
  ['bool'],
  ['date'],
  ['timestamp'],
  ['regex'],
  ['dbPointer'],
  ['javascript'],
  ['javascriptWithScope'],
  ['maxKey'],
];
/** What FerretDB has no names for. */
const UNKNOWN_TO_FERRET = /^(?:minKey|maxKey|undefined|symbol|dbPointer|javascript|javascriptWithScope)$/;

/** A part of a collection: `_id`s behind one, up to and with another. */
export interface Range {
  /** Absent at the beginning, and at the end. */
  readonly after?: unknown;
  readonly until?: unknown;
}

/** Conditions on `_id` that find the range piece by piece, in order. */
export function conditionsOf(range: Range, isFerret: boolean): Document[] {
  const { after, until } = range;
  const [hasStart, hasEnd] = ['after' in range, 'until' in range];
  if (!hasStart && !hasEnd) return [{}];
  const [first, last] = [hasStart ? bracketOf(after) : -1, hasEnd ? bracketOf(until) : BRACKETS.length];
  if (first === last) {
    const end = isOrdered(until) && !isNaNumber(until) ? [{ _id: { ...behind(after), $lte: until } }] : [];
    return isOrdered(after) ? end : [];
  }
  const between = BRACKETS.slice(first + 1, last)
    .flat()
    .filter((type) => !isFerret || !UNKNOWN_TO_FERRET.test(type));
  return [
    ...(hasStart && isOrdered(after) ? [{ _id: behind(after) }] : []),
    ...(between.length === 0 ? [] : [{ _id: { $type: between } }]),
    ...(hasEnd ? upTo(until, isFerret) : []),
  ];
}

/** From the first of its type on. */
function upTo(until: unknown, isFerret: boolean): Document[] {
  if (!isOrdered(until)) return [{ _id: { $type: BRACKETS[bracketOf(until)] } }];
  const isNumber = BRACKETS[bracketOf(until)]?.includes('double') ?? false;
  const lowest = isNumber && !isFerret ? [{ _id: { $eq: new BSON.Double(Number.NaN) } }] : [];
  return isNaNumber(until) ? lowest : [...lowest, { _id: { $lte: until } }];
}

/** NaN comes before all numbers, and compares with none. */
function behind(after: unknown): Document {
  return isNaNumber(after) ? { $gte: new BSON.Double(Number.NEGATIVE_INFINITY) } : { $gt: after };
}

function isNaNumber(value: unknown): boolean {
  if (value instanceof BSON.Double) return Number.isNaN(value.value);
  return value instanceof BSON.Decimal128 && value.toString() === 'NaN';
}

/** Whether there is more than one value of the type, so that others come behind it. */
function isOrdered(value: unknown): boolean {
  return value !== null && value !== undefined && !(value instanceof BSON.MinKey) && !(value instanceof BSON.MaxKey);
}

/** @throws TypeError for what cannot be an `_id` */
function bracketOf(value: unknown): number {
  const type = typeName(value);
  const at = BRACKETS.findIndex((types) => types.includes(type));
  if (at === -1) throw new TypeError(`${type} cannot be an _id`);
  return at;
}

const CLASSES: readonly (readonly [new (...parts: never[]) => unknown, string])[] = [
  [BSON.ObjectId, 'objectId'],
  // Before Long, which it is.
  [BSON.Timestamp, 'timestamp'],
  [BSON.Long, 'long'],
  [BSON.Int32, 'int'],
  [BSON.Double, 'double'],
  [BSON.Decimal128, 'decimal'],
  [BSON.Binary, 'binData'],
  [Date, 'date'],
  [BSON.MinKey, 'minKey'],
  [BSON.MaxKey, 'maxKey'],
  [BSON.BSONSymbol, 'symbol'],
  [BSON.BSONRegExp, 'regex'],
  [BSON.Code, 'javascript'],
];

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return CLASSES.find(([type]) => value instanceof type)?.[1] ?? 'object';
}
