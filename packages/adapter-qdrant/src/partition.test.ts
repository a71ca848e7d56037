import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds } from './ids.ts';
import { cutOf, idRanges, pageOf, readPart, type Part } from './partition.ts';

const uint64 = fc.oneof(fc.nat().map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(String);
const ids = fc.uniqueArray(fc.oneof(uint64, fc.uuid()), { maxLength: 60 });

function probeOf(sorted: readonly string[], asked: string[] = []) {
  return async (from: string): Promise<string | null> => {
    asked.push(from);
    return sorted.find((id) => compareIds(id, from) >= 0) ?? null;
  };
}

const holds = ({ from, to }: Part, id: string): boolean =>
  (from === undefined || compareIds(id, from) >= 0) && (to === undefined || compareIds(id, to) < 0);

describe('ranges of ids', () => {
  it('hold every id of any kind exactly once, those that come later too', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, fc.integer({ min: 1, max: 40 }), async (known, later, target) => {
        const parts = await idRanges(target, probeOf(known.toSorted(compareIds)));
        for (const id of [...known, ...later]) expect(parts.filter((part) => holds(part, id))).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['integers from 1', Array.from({ length: 10_000 }, (_, at) => String(at + 1))],
    ['integers beyond 2^53', Array.from({ length: 10_000 }, (_, at) => String(2n ** 60n + BigInt(at) * 977n))],
    [
      'random UUIDs',
      Array.from(
        { length: 10_000 },
        (_, at) => `${((at * 2654435761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
      ),
    ],
    [
      'UUIDs by time',
      Array.from(
        { length: 10_000 },
        (_, at) =>
          `${(0x0190_0000_0000 + at * 60_000)
            .toString(16)
            .padStart(12, '0')
            .replace(/(.{8})/, '$1-')}-7000-8000-000000000000`,
      ),
    ],
  ])('are of like size for %s, after few questions', async (_what, known) => {
    const sorted = known.toSorted(compareIds);
    const asked: string[] = [];
    const parts = await idRanges(8, probeOf(sorted, asked));
    const sizes = parts.map((part) => sorted.filter((id) => holds(part, id)).length);
    expect(parts).toHaveLength(8);
    expect(Math.max(...sizes)).toBeLessThan(10_000 / 4);
    expect(asked.length).toBeLessThan(30);
  });

  it('come back from JSON, and nothing else does', () => {
    expect(readPart({ id: '{"from":"18446744073709551615","shard":"a"}' })).toStrictEqual({
      from: '18446744073709551615',
      shard: 'a',
    });
    for (const id of ['', '{"from":"007"}', '{"to":"x"}']) expect(() => readPart({ id })).toThrow('not a partition');
  });

  it('are asked for by what they should have where they have an end', () => {
    expect(pageOf({ from: '1', to: '9', about: 400 }, 0, 1000)).toBe(448);
    expect(pageOf({ from: '1', about: 400 }, 0, 1000)).toBe(1000);
    expect(pageOf({ from: '1', to: '9' }, 0, 1000)).toBe(1000);
  });

  it('take the place of slices where these would be many, and are few where there is little to read', () => {
    expect(cutOf(16, 1_000_000)).toStrictEqual({ parts: 16, mayBeSlices: true });
    expect(cutOf(256, 1_000_000)).toStrictEqual({ parts: 256, mayBeSlices: false });
    expect(cutOf(5000, 20_000)).toStrictEqual({ parts: 20, mayBeSlices: false });
  });
});
