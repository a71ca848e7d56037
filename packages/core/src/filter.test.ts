import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, parseFilter, pushdown, type FilterShorthand } from './filter.ts';
import { Float, type Metadata } from './spec/record.ts';
import type { Filter, FilterOperator } from './spec/v1.ts';

const metadata: Metadata = {
  status: 'published',
  year: 2025,
  price: new Float(10),
  big: 2n ** 60n,
  tags: ['a', 'b'],
  nothing: null,
  nested: { deep: { value: 7 } },
  'dotted.key': 1,
  dotted: { key: 2 },
};

describe('a filter in shorthand', () => {
  it.each<[FilterShorthand, boolean]>([
    [{}, true],
    [{ status: 'published', year: { $gte: 2025 } }, true],
    [{ status: 'published', year: { $gt: 2025 } }, false],
    [{ year: new Float(2025) }, true],
    [{ price: 10 }, true],
    [{ big: 2n ** 60n }, true],
    [{ big: { $gt: 1 } }, true],
    [{ year: '2025' }, false],
    [{ tags: 'a' }, true],
    [{ tags: ['x', 'b'] }, true],
    [{ tags: { $ne: 'a' } }, false],
    [{ missing: 'x' }, false],
    [{ missing: { $ne: 'x' } }, true],
    [{ missing: { $nin: ['x'] } }, true],
    [{ missing: { $exists: false } }, true],
    [{ missing: null }, false],
    [{ nothing: null }, true],
    [{ nothing: { $exists: true } }, true],
    [{ nothing: { $ne: null } }, false],
    [{ nothing: { $gt: -1 } }, false],
    [{ status: { $gt: 'a' } }, true],
    [{ status: { $contains: 'lish' } }, true],
    [{ 'nested.deep.value': 7 }, true],
    [{ 'dotted.key': 1 }, true],
    [{ 'dotted.key': 2 }, false],
    [{ $or: [{ year: 1 }, { status: 'published' }] }, true],
    [{ $and: [{ year: 1 }, { status: 'published' }] }, false],
    [{ $not: { year: 2025 } }, false],
    [{ year: { $in: [] } }, false],
  ])('%o matches: %s', (shorthand, expected) => {
    expect(matches(parseFilter(shorthand), metadata)).toBe(expected);
  });

  it.each<[object, RegExp]>([
    [{ year: { $gtt: 1 } }, /"year".*Did you mean \$gt\?/],
    [{ $nor: [] }, /unknown operator \$nor/],
    [{ year: { $in: 3 } }, /\$in takes a list/],
    [{ year: Number.NaN }, /finite number/],
    [{ $or: { a: 1 } }, /\$or takes a list/],
  ])('%o is refused', (shorthand, message) => {
    expect(() => parseFilter(shorthand as FilterShorthand)).toThrow(message);
  });
});

const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b'), fc.boolean());
const path = fc.constantFrom('x', 'y', 'z');
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({ op: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte'), path, value }),
    fc.record({ op: fc.constantFrom('in', 'nin'), path, values: fc.array(value, { maxLength: 3 }) }),
    fc.record({ op: fc.constantFrom('exists', 'null'), path, value: fc.boolean() }),
    fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not'), of: tie('filter') }),
  ),
})).filter;
const documents = fc.dictionary(path, fc.oneof(value, fc.constant(null), fc.array(value, { maxLength: 2 })), {
  noNullPrototype: true,
});
const operators = fc.subarray<FilterOperator>([
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'exists',
  'null',
]);

it('what is pushed down passes everything the filter matches, and uses the given operators alone', () => {
  const used = (part: Filter): FilterOperator[] => {
    if (part.op === 'and' || part.op === 'or') return [part.op, ...part.of.flatMap(used)];
    return part.op === 'not' ? [part.op, ...used(part.of)] : [part.op];
  };
  fc.assert(
    fc.property(filter, documents, operators, (wanted, document, allowed) => {
      const pushed = pushdown(wanted, { operators: allowed, spells: () => true });
      if (pushed === undefined) return;
      expect(used(pushed).every((operator) => allowed.includes(operator))).toBe(true);
      expect(matches(wanted, document) && !matches(pushed, document)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
