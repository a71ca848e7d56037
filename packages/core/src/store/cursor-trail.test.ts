import { describe, expect, it } from 'vitest';
import { CursorTrail } from './cursor-trail.ts';

/** Follows these cursors until one is refused; how many were taken. */
function follow(cursors: Iterable<string | null>, from?: string): { taken: number; error: unknown } {
  const trail = new CursorTrail('docs', from);
  let taken = 0;
  try {
    for (const cursor of cursors) {
      trail.next({ cursor });
      taken += 1;
    }
  } catch (error) {
    return { taken, error };
  }
  return { taken, error: undefined };
}

function* circle(tail: number, length: number): Generator<string> {
  for (let at = 0; at < tail; at += 1) yield `tail ${at}`;
  for (let at = 0; ; at += 1) yield `circle ${at % length}`;
}

describe('a scan that does not end', () => {
  it('is ended at once where the cursor stays', () => {
    expect(follow(['a', 'b', 'b']).taken).toBe(2);
    expect(follow(['a'], 'a').taken).toBe(0);
  });

  it.each([
    [0, 2],
    [0, 3],
    [1, 2],
    [5, 7],
    [100, 3],
    [3, 100],
    [1000, 1000],
  ])('is ended where %i pages lead to a circle of %i', (tail, length) => {
    const { taken, error } = follow(circle(tail, length));
    expect(error).toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/^Cannot read "docs" to its end: after \d+ pages .* begin anew/s),
    });
    expect(taken).toBeLessThanOrEqual(2 * tail + 6 * length);
  });

  it('says which cursor it was, and not all of a long one', () => {
    const { error } = follow(['x'.repeat(5000), 'x'.repeat(5000)]);
    expect(String(error)).toMatch(/the cursor x{117}\.\.\. again/);
  });
});

describe('a scan that ends', () => {
  it('may have as many pages as it wants', () => {
    const cursors = Array.from({ length: 10_000 }, (_, at) => String(at));
    expect(follow([...cursors, null])).toEqual({ taken: 10_001, error: undefined });
  });

  it('may come to a place once more, as where a store begins anew', () => {
    for (let at = 0; at < 40; at += 1) {
      const before = Array.from({ length: 41 }, (_, place) => String(place));
      const after = Array.from({ length: 100 }, (_, place) => String(at + place));
      // The place where it stood may not come twice in a row.
      expect(follow([...before, ...after, null])).toMatchObject({ error: undefined });
    }
  });
});
