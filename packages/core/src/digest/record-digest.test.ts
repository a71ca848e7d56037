import fc from 'fast-check';
import { expect, it } from 'vitest';
import { float, type MetadataValue, type Vector, type VectorRecord } from '../spec/record.ts';
import { compareRecords, type VectorTolerance } from '../verify/compare.ts';
import { RecordDigest, type DigestForms } from './record-digest.ts';

const NOTHING: ReadonlySet<string> = new Set();
const PLAIN: DigestForms = { ignored: NOTHING, doubles: NOTHING, bits: 16 };

/** Which of the pairs digests tell apart: each pair has a bucket of its own. */
function toldApart(pairs: readonly (readonly [VectorRecord, VectorRecord])[], forms: DigestForms = PLAIN): Set<number> {
  const [left, right] = [new RecordDigest(forms), new RecordDigest(forms)];
  for (const [bucket, [one, other]] of pairs.entries()) {
    left.add({ bucket, key: '/a' }, one);
    right.add({ bucket, key: '/a' }, other);
  }
  return left.differing(right);
}

function differing(
  pairs: readonly (readonly [VectorRecord, VectorRecord])[],
  tolerances: readonly (readonly [string, VectorTolerance])[] = [],
): Set<number> {
  const isDifferent = ([one, other]: readonly [VectorRecord, VectorRecord]): boolean =>
    compareRecords(one, other, new Map(tolerances)).length > 0;
  return new Set([...pairs.entries()].flatMap(([index, pair]) => (isDifferent(pair) ? [index] : [])));
}

// Few values of each kind, so that two records are often equal, and often nearly so.
const text = fc.constantFrom('', 'a', 'b', '"', 'a"', '\n', ',"b":');
const number = fc.constantFrom(0, -0, 1, 0.5, 2 ** 53, 0.1, Math.fround(0.1), 1e-45);
const value: fc.Arbitrary<MetadataValue> = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    number.map((one) => float(one)),
    fc.constantFrom(null, true, false, 1n, 2n ** 63n),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 2 }),
  ),
})).value;
const dense = fc.oneof(
  fc.array(number, { maxLength: 3 }),
  fc.array(number, { maxLength: 3 }).map((components) => Float32Array.from(components)),
);
const vector: fc.Arbitrary<Vector> = fc.oneof(
  dense,
  fc
    .uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
    .map((indices) => ({ indices, values: indices.map((index) => index / 2) })),
  fc.array(fc.constantFrom([1, 2], [0, -0], [1, 2.5]), { maxLength: 2 }).map((rows) => ({ rows })),
);
const record: fc.Arbitrary<VectorRecord> = fc.record({
  id: fc.constant('a'),
  vectors: fc.dictionary(fc.constantFrom('', 'a', 'd'), vector, { maxKeys: 2 }),
  metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), value, { maxKeys: 2 }),
  document: fc.option(text, { nil: undefined }),
  uri: fc.option(text, { nil: undefined }),
});

it('tells two records apart where comparing them does, and not otherwise', () => {
  // Of two that are drawn, hardly any are equal.
  const pair = fc
    .tuple(record, record, fc.constantFrom('other', 'alike', 'the same'))
    .map(([one, other, kind]): [VectorRecord, VectorRecord] => {
      if (kind === 'other') return [one, other];
      const metadata = Object.fromEntries(Object.entries(one.metadata).toReversed());
      return [one, { ...(kind === 'alike' ? other : one), metadata, vectors: one.vectors }];
    });
  const pairs = fc.sample(pair, 5000);
  const expected = differing(pairs);
  expect(toldApart(pairs)).toEqual(expected);
  expect(expected.size).toBeGreaterThan(1000);
  expect(expected.size).toBeLessThan(4000);
});

it('takes vectors as doubles, or not at all, where they are compared so', () => {
  const pair = fc.tuple(dense, dense, fc.constantFrom('a', 'd')).map((drawn): [VectorRecord, VectorRecord] => [
    { id: 'a', vectors: { [drawn[2]]: drawn[0] }, metadata: {} },
    { id: 'a', vectors: { [drawn[2]]: drawn[1] }, metadata: {} },
  ]);
  const pairs = fc.sample(pair, 2000);
  const forms = { ignored: new Set(['a']), doubles: new Set(['d']), bits: 16 };
  const expected = differing(pairs, [
    ['a', 'computed'],
    ['d', 'doubles'],
  ]);
  expect(toldApart(pairs, forms)).toEqual(expected);
  expect(expected.size).toBeGreaterThan(100);
});

it('counts how often a record is there, and under which key', () => {
  const one: VectorRecord = { id: 'a', vectors: { '': [1] }, metadata: {} };
  const of = (keys: readonly string[]): RecordDigest => {
    const digest = new RecordDigest(PLAIN);
    for (const key of keys) digest.add({ bucket: 7, key }, one);
    return digest;
  };
  expect(of(['/a', '/b']).differing(of(['/b', '/a']))).toEqual(new Set());
  expect(of(['/a', '/b']).differing(of(['/a', '/a']))).toEqual(new Set([7]));
  expect(of(['/a', '/a', '/b', '/b']).differing(of(['/a', '/a', '/a', '/a']))).toEqual(new Set([7]));
  expect(of([]).differing(of(['/a']))).toEqual(new Set([7]));
});
