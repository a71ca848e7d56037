import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHybrid } from './levels.ts';

/** Runs and packed groups, as the format describes them; packed groups are filled up with zeros. */
function encode(
  runs: readonly (readonly [value: number, count: number] | readonly number[])[],
  width: number,
): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (let left = value; ; left = Math.floor(left / 128)) {
      bytes.push(left < 128 ? left : (left % 128) + 128);
      if (left < 128) return;
    }
  };
  for (const run of runs) {
    if (run.length === 2) {
      const [value = 0, count = 0] = run;
      varint(count * 2);
      for (let at = 0; at < Math.ceil(width / 8); at += 1) bytes.push(Math.floor(value / 256 ** at) % 256);
      continue;
    }
    const groups = Math.ceil(run.length / 8);
    varint(groups * 2 + 1);
    const bits = run.reduce((all, value, at) => all | (BigInt(value) << BigInt(at * width)), 0n);
    for (let at = 0; at < groups * width; at += 1) bytes.push(Number((bits >> BigInt(at * 8)) & 255n));
  }
  return Uint8Array.from(bytes);
}

it('reads runs and packed bits of every width', () => {
  const cases = fc.integer({ min: 1, max: 32 }).chain((width) => {
    const value = fc.integer({ min: 0, max: 2 ** width - 1 });
    const run = fc.tuple(value, fc.integer({ min: 1, max: 300 }));
    const packed = fc
      .integer({ min: 1, max: 4 })
      .chain((groups) => fc.array(value, { minLength: groups * 8, maxLength: groups * 8 }));
    return fc.record({
      width: fc.constant(width),
      runs: fc.array(fc.oneof(run, packed), { minLength: 1, maxLength: 5 }),
    });
  });
  fc.assert(
    fc.property(cases, ({ width, runs }) => {
      const expected = runs.flatMap((run) => (run.length === 2 ? Array<number>(run[1]).fill(run[0]) : run));
      const bytes = encode(runs, width);
      const target = new Uint32Array(expected.length);
      readHybrid(bytes, 0, bytes.length, width, target);
      expect(Array.from(target)).toEqual(expected);
      // Cut anywhere, it is an error and never a wrong number.
      expect(() => readHybrid(bytes, 0, bytes.length - 1, width, new Uint32Array(expected.length))).toThrow(RangeError);
    }),
  );
});
