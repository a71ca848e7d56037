import type { Filter } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { payloadKeys, toCondition } from './filter.ts';

const facts = { indexes: new Map<string, string>(), unindexed: true };
const condition = (filter: Filter, given = facts): unknown => toCondition(filter, given)?.condition;

describe('payload keys', () => {
  it.each([
    ['a', ['a']],
    ['a.b', ['a.b', '"a.b"']],
    ['a b.c', ['"a b".c', '"a b.c"']],
    ['été', ['"été"']],
    ['', ['""']],
    ['say "hi"', undefined],
    ['back\\slash', undefined],
    ['a.b.c.d.e', undefined],
  ])('of %s', (path, keys) => {
    expect(payloadKeys(path)).toStrictEqual(keys);
  });
});

describe('a filter for the server', () => {
  it('takes 1 and 1.0 for equal, which a match does not', () => {
    expect(condition({ op: 'eq', path: 'n', value: 1 })).toStrictEqual({ key: 'n', range: { gte: 1, lte: 1 } });
  });

  it('widens a comparison where doubles cannot tell neighbours apart', () => {
    const filter: Filter = { op: 'gt', path: 'n', value: 9007199254740993n };
    expect(toCondition(filter, facts)).toStrictEqual({
      condition: { key: 'n', range: { gte: 9007199254740992 } },
      exact: false,
    });
  });

  it('leaves out what it cannot say, but of an "or" everything then', () => {
    const [known, unknown] = [
      { op: 'eq', path: 'a', value: 'x' },
      { op: 'gt', path: 'a', value: 'x' },
    ] as const;
    expect(condition({ op: 'and', of: [known, unknown] })).toStrictEqual({
      must: [{ key: 'a', match: { value: 'x' } }],
    });
    expect(toCondition({ op: 'and', of: [known, unknown] }, facts)?.exact).toBe(false);
    expect(condition({ op: 'or', of: [known, unknown] })).toBeUndefined();
    expect(condition({ op: 'in', path: 'a', values: [] })).toBeUndefined();
  });

  it('does not ask an index that would hide values of another type', () => {
    const integers = { indexes: new Map([['n', 'integer']]), unindexed: true };
    expect(condition({ op: 'gte', path: 'n', value: 1 }, integers)).toBeUndefined();
    const floats = { indexes: new Map([['n', 'float']]), unindexed: true };
    expect(condition({ op: 'gte', path: 'n', value: 1 }, floats)).toBeDefined();
    expect(condition({ op: 'eq', path: 'n', value: 'x' }, floats)).toBeUndefined();
  });

  it('respects a strict mode that forbids filters without an index', () => {
    const strict = { indexes: new Map([['tag', 'keyword']]), unindexed: false };
    expect(condition({ op: 'eq', path: 'tag', value: 'x' }, strict)).toBeDefined();
    expect(condition({ op: 'eq', path: 'other', value: 'x' }, strict)).toBeUndefined();
  });
});
