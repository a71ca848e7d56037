import { expect, it } from 'vitest';
import { seededHash } from './seeded-hash.ts';

function hashOf(id: string, namespace = ''): [number, number] {
  const into = { high: 0, low: 0 };
  seededHash(namespace, id, into);
  return [into.high, into.low];
}

it('is the same for the same, and another for whatever differs', () => {
  expect(hashOf('record-17', 'tenant')).toEqual(hashOf('record-17', 'tenant'));
  const alike: [string, string?][] = [
    ['', ''],
    ['a'],
    ['', 'a'],
    ['a\0'],
    ['a', '\0'],
    ['\0a'],
    ['ab'],
    ['b', 'a'],
    ['', 'ab'],
    ['aa'],
    ['a', 'a'],
    ['ā'],
    ['\u0161'],
    ['\ud800'],
    ['\udc00'],
    ['a'.repeat(1000)],
    ['a'.repeat(1001)],
  ];
  expect(new Set(alike.map(([id, namespace]) => hashOf(id, namespace).join())).size).toBe(alike.length);
});

it('numbered ids have as many hashes, in either half of it about as many as by chance', () => {
  const count = 300_000;
  const high = new Set<number>();
  const low = new Set<number>();
  const both = new Set<string>();
  for (let at = 0; at < count; at += 1) {
    const [one, other] = hashOf(`chunk-${at % 1000}-of-${Math.floor(at / 1000)}`);
    high.add(one);
    low.add(other);
    both.add(`${one} ${other}`);
  }
  expect(both.size).toBe(count);
  // Ten of 32 bits are the same by chance, 40 once in many million runs.
  expect(Math.min(high.size, low.size)).toBeGreaterThan(count - 40);
});

it('one bit of an id changes half of the bits', () => {
  const ones = (value: number): number => value.toString(2).replaceAll('0', '').length;
  let changed = 0;
  for (let at = 0; at < 2000; at += 1) {
    const id = `record-${at}`;
    const place = at % id.length;
    const other = `${id.slice(0, place)}${String.fromCharCode(id.charCodeAt(place) ^ (1 << (at % 16)))}${id.slice(place + 1)}`;
    const [a, b] = hashOf(id);
    const [c, d] = hashOf(other);
    changed += ones((a ^ c) >>> 0) + ones((b ^ d) >>> 0);
  }
  expect(Math.abs(changed / 2000 - 32)).toBeLessThan(1);
});
