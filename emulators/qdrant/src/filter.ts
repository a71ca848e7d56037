import { isMetadataArray, Float, own } from '@vsm/core/adapter';
import { hashId, parseId, type PointId } from './ids.ts';
import { isObject, type Json, type JsonObject, say } from './json.ts';
import { formatError, invalidBody } from './problem.ts';

/** What a condition can look at. */
interface Candidate {
  readonly id: PointId;
  readonly payload: JsonObject;
  readonly vectors: Readonly<Record<string, unknown>>;
}
export type Test = (point: Candidate) => boolean;

export interface FilterContext {
  /** Whether the `slice` condition exists, which came with 1.19. */
  readonly slices: boolean;
  readonly textIndexed: (path: string) => boolean;
  /** Length of the body, where the real server's parser stands when it gives up. */
  readonly column: number;
}

const noCondition = (context: FilterContext): Error =>
  formatError(
    'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), or some other mentioned in the documentation: ' +
      `https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions at line 1 column ${context.column}`,
  );

export function compileFilter(filter: Json | undefined, context: FilterContext): Test {
  if (filter === undefined || filter === null) return () => true;
  if (!isObject(filter)) throw noCondition(context);
  const list = (name: string): Test[] => {
    const given = own(filter, name);
    if (given === undefined || given === null) return [];
    return (isMetadataArray(given) ? given : [given]).map((condition) => compileCondition(condition, context));
  };
  const [must, mustNot, should] = [list('must'), list('must_not'), list('should')];
  const { min_should: minShould } = filter;
  const enough = isObject(minShould) ? minimum(minShould, context) : undefined;
  return (point) =>
    must.every((test) => test(point)) &&
    !mustNot.some((test) => test(point)) &&
    (should.length === 0 || should.some((test) => test(point))) &&
    (enough === undefined || enough(point));
}

function minimum(minShould: JsonObject, context: FilterContext): Test {
  const conditions = isMetadataArray(minShould['conditions'] ?? null)
    ? (minShould['conditions'] as readonly Json[])
    : [];
  const tests = conditions.map((condition) => compileCondition(condition, context));
  const count = Number(minShould['min_count']);
  return (point) => tests.filter((test) => test(point)).length >= count;
}

function compileCondition(condition: Json, context: FilterContext): Test {
  if (!isObject(condition)) throw noCondition(context);
  if (typeof condition['key'] === 'string') return fieldCondition(condition['key'], condition, context);
  if (isObject(condition['is_empty'])) {
    const get = path(condition['is_empty']['key'], context);
    return ({ payload }) =>
      get(payload).every((value) => value === null || (isMetadataArray(value) && value.length === 0));
  }
  if (isObject(condition['is_null'])) {
    const get = path(condition['is_null']['key'], context);
    return ({ payload }) => get(payload).includes(null);
  }
  if (isMetadataArray(condition['has_id'] ?? null)) {
    const ids = new Set((condition['has_id'] as readonly Json[]).map(parseId));
    return ({ id }) => ids.has(id);
  }
  if (typeof condition['has_vector'] === 'string') {
    const name = condition['has_vector'];
    return ({ vectors }) => Object.hasOwn(vectors, name);
  }
  if (isObject(condition['slice']) && context.slices) return slice(condition['slice']);
  if (isObject(condition['nested'])) return nested(condition['nested'], context);
  if (['must', 'should', 'must_not', 'min_should'].some((name) => Object.hasOwn(condition, name))) {
    return compileFilter(condition, context);
  }
  throw noCondition(context);
}

function slice({ total, index }: JsonObject): Test {
  if (typeof total !== 'number' || total < 1 || typeof index !== 'number' || index < 0 || index >= total) {
    throw invalidBody(`filter.must.slice.index: value ${say(index)} invalid, must be below ${say(total)}`);
  }
  const [modulus, rest] = [BigInt(total), BigInt(index)];
  return ({ id }) => hashId(id) % modulus === rest;
}

function nested({ key, filter }: JsonObject, context: FilterContext): Test {
  const get = path(key, context);
  const test = compileFilter(filter, context);
  return ({ payload, ...point }) =>
    get(payload)
      .flatMap((value) => (isMetadataArray(value) ? value : [value]))
      .some((value) => isObject(value) && test({ ...point, payload: value }));
}

function fieldCondition(key: string, condition: JsonObject, context: FilterContext): Test {
  const get = path(key, context);
  const { match, range, values_count: valuesCount } = condition;
  // A condition on an array holds if it holds for one element.
  const some =
    (test: (value: Json) => boolean): Test =>
    ({ payload }) =>
      get(payload).some((value) => (isMetadataArray(value) ? value.some(test) : test(value)));
  if (isObject(match)) return some(matchTest(match, context.textIndexed(key)));
  if (isObject(range)) return some(rangeTest(range));
  if (isObject(valuesCount)) {
    const test = rangeTest(valuesCount);
    return ({ payload }) => test(get(payload).flatMap((value) => (isMetadataArray(value) ? value : [value])).length);
  }
  throw noCondition(context);
}

function matchTest(match: JsonObject, tokenized: boolean): (value: Json) => boolean {
  const { value: wanted, any, except, text } = match;
  if (typeof wanted === 'string' || typeof wanted === 'boolean' || isInteger(wanted)) {
    return (value) => sameScalar(value, wanted);
  }
  const list = any ?? except;
  if (list !== undefined && isMetadataArray(list)) {
    const oneKind = list.every((item) => typeof item === 'string') || list.every(isInteger);
    if (!oneKind) throw formatError('data did not match any variant of untagged enum AnyVariants');
    return (value) => list.some((item) => sameScalar(value, item)) === (any !== undefined);
  }
  if (typeof text === 'string') {
    if (!tokenized) return (value) => typeof value === 'string' && value.includes(text);
    const words = tokens(text);
    return (value) => typeof value === 'string' && words.every((word) => tokens(value).includes(word));
  }
  throw formatError('data did not match any variant of untagged enum MatchInterface');
}

const tokens = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const isInteger = (value: Json | undefined): value is number | bigint =>
  Number.isSafeInteger(value) || typeof value === 'bigint';

/** Integers match integers only: 1.0 in a payload is not 1. */
function sameScalar(value: Json, wanted: Json): boolean {
  if (typeof value === 'bigint' || typeof wanted === 'bigint') {
    return isInteger(value) && isInteger(wanted) && BigInt(value) === BigInt(wanted);
  }
  return value === wanted && (typeof value !== 'number' || Number.isSafeInteger(value));
}

function rangeTest(range: JsonObject): (value: Json) => boolean {
  const bounds = (['lt', 'lte', 'gt', 'gte'] as const)
    .map((name) => [name, range[name]] as const)
    .filter(([, bound]) => bound !== undefined && bound !== null);
  const dates = bounds.some(([, bound]) => typeof bound === 'string');
  const limits = bounds.map(([name, bound]) => {
    const limit = dates ? Date.parse(say(bound)) : Number(bound);
    if (Number.isNaN(limit)) throw formatError('data did not match any variant of untagged enum RangeInterface');
    return [name, limit] as const;
  });
  return (value) => {
    const number = dates ? (typeof value === 'string' ? Date.parse(value) : Number.NaN) : asNumber(value);
    return (
      !Number.isNaN(number) &&
      limits.every(([name, limit]) => {
        if (name === 'lt') return number < limit;
        if (name === 'lte') return number <= limit;
        return name === 'gt' ? number > limit : number >= limit;
      })
    );
  };
}

export function asNumber(value: Json | undefined): number {
  return typeof value === 'number' || typeof value === 'bigint' || (value !== undefined && Float.isInstance(value))
    ? Number(value)
    : Number.NaN;
}

const KEY = String.raw`([\p{Alphabetic}\p{N}_-]+)|"([^"\\]*)"`;
const FIRST = new RegExp(`^(?:${KEY})`, 'u');
const NEXT = new RegExp(String.raw`^(?:\.(?:${KEY})|\[(\d*)\])`, 'u');

/** Compiles a payload path such as `a.b`, `a[].b`, `a[0]` or `"with.dot"`. */
export function path(text: Json | undefined, context: Pick<FilterContext, 'column'>): (payload: Json) => Json[] {
  const steps: (string | number)[] = [];
  let rest = say(text);
  do {
    const found = (steps.length === 0 ? FIRST : NEXT).exec(rest);
    if (found === null) throw formatError(`Invalid json path: '${say(text)}' at line 1 column ${context.column}`);
    const [whole, bare, quoted, index] = found;
    steps.push(bare ?? quoted ?? (index === '' ? -1 : Number(index)));
    rest = rest.slice(whole.length);
  } while (rest !== '');
  return (payload) => steps.reduce<Json[]>((values, step) => values.flatMap((value) => walk(value, step)), [payload]);
}

function walk(value: Json, step: string | number): readonly Json[] {
  if (typeof step === 'string') return isObject(value) && Object.hasOwn(value, step) ? [value[step] as Json] : [];
  if (!isMetadataArray(value)) return [];
  return step === -1 ? value : value.slice(step, step + 1);
}
