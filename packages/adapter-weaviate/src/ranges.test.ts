import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { pageOf, partitionOf, readRange, splitRange, type Range } from './ranges.ts';

const COUNT = 20_000;
const uuidOf = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const IDS = {
  'spread evenly': Array.from({ length: COUNT }, (_, at) =>
    uuidOf(createHash('sha256').update(String(at)).digest('hex').slice(0, 32)),
  ).toSorted(),
  'by time': Array.from({ length: COUNT }, (_, at) =>
    uuidOf(`${(0x0190_0000_0000 + at * 60_000).toString(16).padStart(12, '0')}70008000000000000000`),
  ),
};

/** The place of the first id behind another. */
function placeBehind(ids: readonly string[], after: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function split(ids: readonly string[], target: number) {
  let asked = 0;
  const ranges = await splitRange('', ids.length, target, async (after) => {
    asked += 1;
    return ids[placeBehind(ids, after)];
  });
  return { ranges, asked };
}

/** Reads a range as a scan does: how many objects it holds, and how many came for it. */
function readOf(ids: readonly string[], range: Range) {
  let [held, came, pages] = [0, 0, 0];
  for (let at = placeBehind(ids, range.after); ; pages += 1) {
    const page = ids.slice(at, at + pageOf(range, held, 1000));
    const inside = range.until === '' ? page : page.filter((id) => id <= range.until);
    came += page.length;
    held += inside.length;
    at += page.length;
    if (page.length === 0 || inside.length < page.length) return { held, came, pages: pages + 1 };
  }
}

it.each(Object.entries(IDS))('parts of ids %s hold each once, about as many each, and cost little', async (_, ids) => {
  for (const [target, parts] of [
    [1, 1],
    [4, 4],
    [16, 16],
    [256, 20],
    [5000, 20],
  ] as const) {
    const { ranges, asked } = await split(ids, target);
    expect(ranges).toHaveLength(parts);
    expect(ranges.map(({ after }) => after)).toEqual(['', ...ranges.slice(0, -1).map(({ until }) => until)]);
    expect(ranges.at(-1)?.until).toBe('');
    const read = ranges.map((range) => readOf(ids, range));
    expect(read.reduce((sum, { held }) => sum + held, 0)).toBe(COUNT);
    expect(Math.max(...read.map(({ held }) => held))).toBeLessThan((1.8 * COUNT) / parts);
    // What lies beyond the end of a part is read again in the next one.
    expect(read.reduce((sum, { came }) => sum + came, 0)).toBeLessThan(1.2 * COUNT);
    expect(read.reduce((sum, { pages }) => sum + pages, 0)).toBeLessThanOrEqual(2.2 * 20 + parts);
    expect(asked).toBeLessThan(20);
  }
});

it('few objects are few parts, and a tenant of which nothing is known is one', async () => {
  const some = IDS['by time'].slice(0, 500);
  expect((await split(some, 16)).ranges).toHaveLength(2);
  expect((await split([], 16)).ranges).toEqual([{ tenant: '', after: '', until: '', about: 0 }]);
  const never = async (): Promise<string | undefined> => expect.unreachable('nothing is to be asked');
  expect(await splitRange('red', undefined, 1, never)).toEqual([{ tenant: 'red', after: '', until: '' }]);
});

it('a part comes back from its text, that of an earlier version too, and nothing else does', () => {
  const [after, until] = [IDS['by time'][1] ?? '', IDS['by time'][2] ?? ''];
  for (const range of [
    { tenant: 'red', after, until, about: 7 },
    { tenant: '', after: '', until: '', about: undefined },
  ]) {
    expect(readRange(partitionOf(range).id, 'docs')).toEqual(range);
  }
  for (const id of ['/x/', '//x', '///many']) {
    expect(() => readRange(id, 'docs')).toThrow(`"${id}" is not a partition of "docs"`);
  }
});
