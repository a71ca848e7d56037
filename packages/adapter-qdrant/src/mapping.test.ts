import {
  Float,
  isMulti,
  isSparse,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointText, readPage } from './mapping.ts';

const names = { documentKey: 'document' } as const;
const page = (...points: string[]): string =>
  `{"result":{"points":[${points.join(',')}],"next_page_offset":null},"status":"ok","time":0.000372108}`;
const read = (...points: string[]): readonly VectorRecord[] => readPage(page(...points), names).records;
const payloadOf = (payload: string): MetadataValue | undefined =>
  read(`{"id":1,"payload":${payload},"vector":[1.0]}`)[0]?.metadata;

describe('reading a page', () => {
  it('gives ids and the next offset exactly, on both sides of 2^53', () => {
    const text = (id: string): string =>
      `{"result":{"points":[{"id":${id}}],"next_page_offset":${id}},"status":"ok","time":1e-6}`;
    for (const id of ['9007199254740991', '9007199254740992', '9007199254740993', '18446744073709551615']) {
      expect(readPage(text(id), names)).toStrictEqual({ records: [{ id, vectors: {}, metadata: {} }], next: id });
    }
    const uuid = '550e8400-e29b-41d4-a716-446655440000';
    expect(readPage(text(`"${uuid}"`), names)).toMatchObject({ records: [{ id: uuid }], next: uuid });
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['2.0', new Float(2)],
    ['2', 2],
    ['1e+21', 1e21],
    ['-0.0', new Float(-0)],
    ['0.30000000000000004', 0.30000000000000004],
  ])('reads the payload number %s as what it is', (text, value) => {
    expect(payloadOf(`{"n":${text},"list":[${text}]}`)).toStrictEqual({ n: value, list: [value] });
  });

  it('gives vectors as plain numbers, whatever the payload needs', () => {
    const vectors = read(
      '{"id":1,"payload":{"n":9007199254740993,"f":1.0},"vector":[1.0,0.0,-0.5]}',
      '{"id":2,"payload":{},"vector":{"a":[1.0,2.0],"b":{"indices":[3,7],"values":[1.0,0.5]},"c":[[1.0],[2.0]]}}',
    ).map((record) => record.vectors);
    expect(vectors).toStrictEqual([
      { '': [1, 0, -0.5] },
      { a: [1, 2], b: { indices: [3, 7], values: [1, 0.5] }, c: { rows: [[1], [2]] } },
    ]);
  });

  it.each([
    ['a string that looks like a vector', '{"t":"\\"vector\\":[1.0],"}', { t: '"vector":[1.0],' }],
    ['a key called vector', '{"vector":[1.0,2]}', { vector: [new Float(1), 2] }],
    ['a vector deep inside', '{"a":{"b":{}},"vector":{"a":[1.0]}}', { a: { b: {} }, vector: { a: [new Float(1)] } }],
    ['brackets and braces in text', '{"t":"]}],{[\\\\","u":"\\\\\\"}"}', { t: ']}],{[\\', u: '\\"}' }],
    ['escaped quotes in a key', '{"a\\"vector\\":[1.0":1}', { 'a"vector":[1.0': 1 }],
    ['an empty payload', '{}', {}],
    ['no payload', 'null', {}],
    ['a key that is no ordinary one', '{"__proto__":1}', JSON.parse('{"__proto__":1}')],
  ])('is not misled by %s', (_what, payload, expected) => {
    expect(payloadOf(payload)).toStrictEqual(expected);
    expect(read(`{"id":1,"payload":${payload},"vector":[1.0]}`)[0]?.vectors).toStrictEqual({ '': [1] });
  });

  it.each([
    ['no vector at all', '{}', {}],
    ['null', 'null', {}],
    ['an empty vector', '[]', { '': [] }],
    ['one without a number', '[null,1.0]', { '': [Number.NaN, 1] }],
    ['an empty sparse one', '{"s":{"indices":[],"values":[]}}', { s: { indices: [], values: [] } }],
    [
      'odd names',
      '{"a]\\"":[1.0],"__proto__":[2.0]}',
      Object.fromEntries([
        ['a]"', [1]],
        ['__proto__', [2]],
      ]),
    ],
  ])('reads %s', (_what, vector, expected) => {
    expect(read(`{"id":1,"payload":{},"vector":${vector}}`)[0]?.vectors).toStrictEqual(expected);
  });

  it('does not care about spaces and the order of keys', () => {
    const text =
      '{ "status" : "ok" , "result" : [ { "vector" : [ 1.0 ,\n 2.0 ] , "payload" : { "n" : 1.0 } , "id" : 7 } ] }';
    expect(readPage(text, names).records).toStrictEqual([
      { id: '7', vectors: { '': [1, 2] }, metadata: { n: new Float(1) } },
    ]);
  });

  it('takes the document only where it is text', () => {
    expect(read('{"id":1,"payload":{"document":"text","n":1}}')).toStrictEqual([
      { id: '1', vectors: {}, metadata: { n: 1 }, document: 'text' },
    ]);
    expect(payloadOf('{"document":{"n":1}}')).toStrictEqual({ document: { n: 1 } });
  });

  it('refuses an answer that ends too early', () => {
    const whole = page('{"id":1,"payload":{"t":"x"},"vector":[1.0,2.0]}');
    for (let end = 0; end < whole.indexOf(',"status"'); end += 1) {
      expect(() => readPage(whole.slice(0, end), names)).toThrow(
        /expected|without end|must be|JSON|Unexpected|Unterminated/,
      );
    }
  });
});

const dense = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 });
const vector: fc.Arbitrary<Vector> = fc.oneof(
  dense,
  fc.array(dense, { minLength: 1, maxLength: 3 }).map((rows) => ({ rows })),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 4 })
    .chain((indices) =>
      fc.tuple(
        fc.constant(indices),
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: indices.length,
          maxLength: indices.length,
        }),
      ),
    )
    .map(([indices, values]) => ({ indices, values })),
);
const record: fc.Arbitrary<VectorRecord> = fc.record(
  {
    id: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String), fc.uuid()),
    vectors: fc.dictionary(fc.string({ unit: 'grapheme' }), vector, { maxKeys: 3, noNullPrototype: true }),
    metadata: fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== 'document'),
      fc.oneof(
        fc.maxSafeInteger(),
        fc.string({ unit: 'grapheme' }),
        fc.constant(null),
        fc.maxSafeInteger().map((value) => new Float(value)),
      ),
      { noNullPrototype: true },
    ),
    document: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['id', 'vectors', 'metadata'], noNullPrototype: true },
);

describe('a record and its point', () => {
  it('become each other again', () => {
    fc.assert(
      fc.property(record, (original) => {
        const [found] = read(pointText(original, names));
        expect(found && inFloat32(found)).toStrictEqual(inFloat32(original));
      }),
      { numRuns: 500 },
    );
  });

  it('carry the shard key in the metadata, where there are custom ones', () => {
    const shards = { documentKey: 'document', shardKeyField: 'tenant' } as const;
    const text = pointText({ id: '1', vectors: {}, metadata: { tenant: 'a', n: 1 } }, shards);
    expect(text).toBe('{"id":1,"vector":{},"payload":{"n":1}}');
    const answer = page('{"id":1,"payload":{"n":1},"vector":{},"shard_key":"a"}');
    expect(readPage(answer, shards).records[0]?.metadata).toStrictEqual({ n: 1, tenant: 'a' });
  });
});

/** The same record with float32 values: a shorter decimal of the same bits is no difference. */
function inFloat32({ vectors, ...rest }: VectorRecord): VectorRecord {
  const dense32 = (values: DenseVector): Float32Array => Float32Array.from(values);
  const entries = Object.entries(vectors).map(([name, value]): [string, Vector] => {
    if (isSparse(value)) return [name, { indices: value.indices, values: dense32(value.values) }];
    return [name, isMulti(value) ? { rows: value.rows.map(dense32) } : dense32(value)];
  });
  return { ...rest, vectors: Object.fromEntries(entries) };
}
