import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupPrefixes, outsidePrefixes, splitByPrefix } from './prefixes.ts';

const ascii = fc.string({
  unit: fc.integer({ min: 1, max: 127 }).map((code) => String.fromCodePoint(code)),
  minLength: 1,
});
const similar = fc.string({ unit: fc.constantFrom('a', 'b', '0'), minLength: 1, maxLength: 12 });
const ids = fc.uniqueArray(fc.oneof(ascii, similar), { minLength: 1, maxLength: 60 });
const smallest = (all: readonly string[]): string => all.toSorted((left, right) => (left < right ? -1 : 1))[0] ?? '';

it('meets every id exactly once, whatever the sample was', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 }), (all, sampled, parts) => {
      const inside = splitByPrefix(all.slice(0, sampled), parts).map(({ prefix }) => prefix);
      const outside = outsidePrefixes(inside, smallest(all));
      for (const id of all) {
        const prefixes = [...inside, ...outside.prefixes].filter((prefix) => id.startsWith(prefix));
        const whole = outside.ids.filter((one) => one === id);
        expect([id, ...prefixes, ...whole]).toHaveLength(2);
      }
    }),
  );
});

describe('splitByPrefix', () => {
  it('walks past what all ids have in common', () => {
    const sample = Array.from({ length: 100 }, (_, at) => `record-${at.toString().padStart(5, '0')}`);
    const prefixes = splitByPrefix(sample, 10);
    expect(prefixes.map(({ prefix }) => prefix)).toEqual(Array.from({ length: 10 }, (_, at) => `record-000${at}`));
    expect(prefixes.every(({ weight }) => weight === 10)).toBe(true);
  });

  it('does not divide one id, and divides only what is too heavy', () => {
    expect(splitByPrefix(['a'], 8)).toEqual([{ prefix: '', weight: 1 }]);
    const lopsided = [...Array.from({ length: 90 }, (_, at) => `a${at}`), 'b', 'c'];
    const prefixes = splitByPrefix(lopsided, 4);
    expect(prefixes.map(({ prefix }) => prefix)).toEqual([
      ...Array.from({ length: 10 }, (_, at) => `a${at}`),
      'b',
      'c',
    ]);
  });
});

it('shares prefixes out evenly', () => {
  const weights = [50, 30, 20, 20, 10, 10].map((weight, at) => ({ prefix: String(at), weight }));
  const sums = groupPrefixes(weights, 3).map((group) => group.reduce((sum, { weight }) => sum + weight, 0));
  expect(sums.toSorted((left, right) => left - right)).toEqual([40, 50, 50]);
  expect(groupPrefixes(weights, 99)).toHaveLength(6);
});
