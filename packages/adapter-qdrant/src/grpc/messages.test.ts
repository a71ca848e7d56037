import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  GetPointsSchema,
  ScrollPointsSchema,
  ScrollResponseSchema,
  UpdateMode,
  UpsertPointsSchema,
  VectorOutputSchema,
  type PointStruct,
  type ScrollResponse,
} from '@qdrant/js-client-grpc';
import { Float, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import {
  assert,
  constant,
  dictionary,
  double,
  float,
  letrec,
  maxSafeInteger,
  oneof,
  property,
  record as recordOf,
  string,
  uniqueArray,
  uint8Array,
  bigInt,
  boolean,
  array,
  uuid,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getMessage, pointMessage, readPeers, readScroll, scrollMessage, upsertStart } from './messages.ts';
import { NotBinary, writeEntry } from './payload.ts';

// Both directions are held to the messages that the vendor generated from its own .proto files.

const names = { documentKey: 'document' } as const;

function decodePoint(record: VectorRecord): PointStruct {
  const start = upsertStart({ collection: 'docs', insertOnly: false });
  const upsert = fromBinary(
    UpsertPointsSchema,
    Buffer.concat([start, pointMessage(new BinaryWriter(), record, names)]),
  );
  expect(upsert.points).toHaveLength(1);
  return upsert.points[0] as PointStruct;
}

/** The answer of a server that holds exactly this point. */
function answerOf({ id, payload, vectors }: PointStruct): Uint8Array {
  const { vectorsOptions } = vectors ?? { vectorsOptions: { case: undefined } };
  // The output messages differ from the input ones only in what they leave out.
  const result = [{ id, payload, vectors: { vectorsOptions } }] as unknown as ScrollResponse['result'];
  return toBinary(ScrollResponseSchema, create(ScrollResponseSchema, { result }));
}

const record1 = (changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id: '1',
  vectors: { '': Float32Array.of(1, 2) },
  metadata: {},
  ...changes,
});

const back = (one: VectorRecord): VectorRecord | undefined => readScroll(answerOf(decodePoint(one)), names).records[0];

describe('a point', () => {
  it('is what the vendor reads', () => {
    const { id, payload, vectors } = decodePoint(
      record1({
        id: '18446744073709551615',
        metadata: { whole: 1, float: new Float(1), low: -(2n ** 63n), text: 'é\u0000', yes: true, none: null },
        document: 'words',
      }),
    );
    expect(id?.pointIdOptions).toStrictEqual({ case: 'num', value: 18446744073709551615n });
    expect(
      Object.fromEntries(Object.entries(payload).map(([key, { kind }]) => [key, [kind.case, kind.value]])),
    ).toStrictEqual({
      whole: ['integerValue', 1n],
      float: ['doubleValue', 1],
      low: ['integerValue', -(2n ** 63n)],
      text: ['stringValue', 'é\u0000'],
      yes: ['boolValue', true],
      none: ['nullValue', 0],
      document: ['stringValue', 'words'],
    });
    expect(vectors?.vectorsOptions).toMatchObject({
      case: 'vector',
      value: { data: [], vector: { case: 'dense', value: { data: [1, 2] } } },
    });
  });

  it('has named, sparse and multi-vectors, or none', () => {
    const all = decodePoint(
      record1({
        id: '00000000-0000-4000-8000-00000000000a',
        vectors: {
          __proto__named: [1, 2],
          sparse: { indices: [1, 4294967295], values: [0.5, -0] },
          multi: { rows: [Float32Array.of(1), [2]] },
        },
      }),
    );
    expect(all.id?.pointIdOptions).toStrictEqual({ case: 'uuid', value: '00000000-0000-4000-8000-00000000000a' });
    expect(all.vectors?.vectorsOptions).toMatchObject({
      case: 'vectors',
      value: {
        vectors: {
          __proto__named: { vector: { case: 'dense', value: { data: [1, 2] } } },
          sparse: { vector: { case: 'sparse', value: { indices: [1, 4294967295], values: [0.5, -0] } } },
          multi: { vector: { case: 'multiDense', value: { vectors: [{ data: [1] }, { data: [2] }] } } },
        },
      },
    });
    // "No Vector Provided" is an error, an empty list of names is not.
    expect(decodePoint(record1({ vectors: {} })).vectors?.vectorsOptions).toMatchObject({ case: 'vectors' });
  });

  it.each<[string, Partial<VectorRecord>]>([
    ['an integer from 2^63 on', { metadata: { deep: [{ n: 2n ** 63n }] } }],
    ['an integer below -2^63', { metadata: { n: -(2n ** 63n) - 1n } }],
    ['half a surrogate pair', { metadata: { text: '\uD800' } }],
    ['half a surrogate pair in a key', { metadata: { '\uDC00': 1 } }],
  ])('with %s is left to JSON', (_what, changes) => {
    expect(() => pointMessage(new BinaryWriter(), record1(changes), names)).toThrow(NotBinary);
  });

  // The vendor's reader loses a key called __proto__, which has a test of its own. The key of the text is no metadata.
  const key = string().filter((text) => text !== '__proto__' && text !== 'document');
  const { value } = letrec((tie) => ({
    value: oneof(
      { maxDepth: 4 },
      string({ unit: 'grapheme' }),
      boolean(),
      constant(null),
      maxSafeInteger(),
      bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
      bigInt({ min: -(2n ** 63n), max: -(2n ** 60n) }),
      double({ noNaN: true, noDefaultInfinity: true })
        .filter((number) => Math.abs(number) < 2 ** 63)
        .map((number) => (Number.isSafeInteger(number) ? new Float(number) : number)),
      array(tie('value'), { maxLength: 4 }),
      dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const components = array(float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 });

  it('comes back bit for bit, whatever it holds', () => {
    assert(
      property(
        oneof(bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String), uuid()),
        dictionary(key, value, { maxKeys: 6, noNullPrototype: true }),
        components.map((list) => Float32Array.from(list)),
        (id, metadata, vector) => {
          const one: VectorRecord = { id, vectors: { '': vector }, metadata: metadata as Metadata };
          expect(back(one)).toStrictEqual(one);
        },
      ),
    );
  });

  it('may have a key called __proto__', () => {
    const metadata = JSON.parse('{"__proto__":{"__proto__":1}}') as Metadata;
    // As in an answer: the payload is field 2 there, and 3 in a request.
    const writer = new BinaryWriter().tag(2, WireType.LengthDelimited).fork();
    for (const entry of Object.entries(metadata)) writeEntry(writer, 2, ...entry);
    const { records } = readScroll(writer.join().finish(), names);
    expect(JSON.stringify(records[0]?.metadata)).toBe('{"__proto__":{"__proto__":1}}');
  });

  it('comes back with its sparse and multi-vectors', () => {
    assert(
      property(
        uniqueArray(
          recordOf({ index: maxSafeInteger().map((n) => Math.abs(n) % 2 ** 32), value: float({ noNaN: true }) }),
          {
            selector: ({ index }) => index,
          },
        ),
        array(array(float({ noNaN: true }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
        (sparse, rows) => {
          const vectors = {
            s: {
              indices: Uint32Array.from(sparse, ({ index }) => index),
              values: Float32Array.from(sparse, (entry) => entry.value),
            },
            m: { rows: rows.map((row) => Float32Array.from(row)) },
          };
          expect(back(record1({ vectors }))?.vectors).toStrictEqual(vectors);
        },
      ),
    );
  });
});

describe('an answer', () => {
  const answer = (vector: Parameters<typeof create<typeof VectorOutputSchema>>[1]): Uint8Array =>
    toBinary(
      ScrollResponseSchema,
      create(ScrollResponseSchema, {
        result: [
          {
            id: { pointIdOptions: { case: 'num', value: 7n } },
            vectors: {
              vectorsOptions: { case: 'vectors', value: { vectors: { v: create(VectorOutputSchema, vector) } } },
            },
          },
        ],
        nextPageOffset: { pointIdOptions: { case: 'num', value: 18446744073709551615n } },
      }),
    );

  it.each<[string, Parameters<typeof answer>[0], VectorRecord['vectors'][string]]>([
    ['dense', { data: [1, 2] }, Float32Array.of(1, 2)],
    [
      'sparse',
      { data: [1, 2], indices: { data: [3, 4] } },
      { indices: Uint32Array.of(3, 4), values: Float32Array.of(1, 2) },
    ],
    ['empty sparse', { data: [], indices: {} }, { indices: new Uint32Array(0), values: new Float32Array(0) }],
    ['multi', { data: [1, 2, 3, 4], vectorsCount: 2 }, { rows: [Float32Array.of(1, 2), Float32Array.of(3, 4)] }],
  ])('may have a %s vector in the deprecated fields', (_kind, vector, expected) => {
    expect(readScroll(answer(vector), names)).toStrictEqual({
      records: [{ id: '7', vectors: { v: expected }, metadata: {} }],
      next: '18446744073709551615',
    });
  });

  it('in the fields of today counts, where a server fills both', () => {
    const { records } = readScroll(answer({ data: [9], vector: { case: 'dense', value: { data: [1, 2] } } }), names);
    expect(records[0]?.vectors).toStrictEqual({ v: Float32Array.of(1, 2) });
  });

  it('may hold fields that nobody knows yet, but no vector of an unknown form', () => {
    const stranger = new BinaryWriter().tag(99, WireType.LengthDelimited).string('news').finish();
    expect(readScroll(Buffer.concat([stranger, answer({ data: [1] }), stranger]), names).records).toHaveLength(1);
    const vector = new BinaryWriter().tag(107, WireType.LengthDelimited).string('another kind').finish();
    const writer = new BinaryWriter();
    for (const field of [2, 4, 1]) writer.tag(field, WireType.LengthDelimited).fork();
    writer.raw(vector).join().join().join();
    expect(() => readScroll(writer.finish(), names)).toThrow('unknown field 107');
  });

  it('with a double where the server may have had an unsigned integer is left to JSON', () => {
    const kind = { case: 'doubleValue', value: 2 ** 63 } as const;
    const bytes = toBinary(
      ScrollResponseSchema,
      create(ScrollResponseSchema, { result: [{ payload: { n: { kind } } }] }),
    );
    expect(() => readScroll(bytes, names)).toThrow(NotBinary);
  });

  it('that is cut off or garbled is an error, or records, and never takes long', () => {
    const whole = answer({ vector: { case: 'dense', value: { data: [1, 2, 3] } } });
    for (let length = 1; length < whole.length; length += 1) {
      const read = attempt(() => readScroll(whole.subarray(0, length), names).records);
      // What is there before the cut is whole.
      for (const one of read ?? []) expect(one.vectors).toStrictEqual({ v: Float32Array.of(1, 2, 3) });
    }
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        attempt(() => readScroll(bytes, names));
        attempt(() => readPeers(bytes));
      }),
    );
  });
});

const attempt = <Result>(action: () => Result): Result | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

describe('a request', () => {
  it('asks for a page of a slice, from an id on, of one shard key', () => {
    const base = { collection: 'docs', limit: 1000, payload: true };
    const read = (request: Parameters<typeof scrollMessage>[0]): object =>
      fromBinary(ScrollPointsSchema, scrollMessage(request));
    expect(read({ ...base, offset: '5', slice: { total: 4, index: 0 }, shard: 'eu' })).toMatchObject({
      collectionName: 'docs',
      limit: 1000,
      offset: { pointIdOptions: { case: 'num', value: 5n } },
      filter: { must: [{ conditionOneOf: { case: 'slice', value: { total: 4, index: 0 } } }] },
      withPayload: { selectorOptions: { case: 'enable', value: true } },
      withVectors: { selectorOptions: { case: 'enable', value: true } },
      shardKeySelector: { shardKeys: [{ key: { case: 'keyword', value: 'eu' } }] },
    });
    expect(read({ ...base, payload: false, shard: 7 })).toMatchObject({
      withPayload: { selectorOptions: { case: 'enable', value: false } },
      shardKeySelector: { shardKeys: [{ key: { case: 'number', value: 7n } }] },
    });
  });

  it('asks for records by their ids', () => {
    const message = getMessage({ collection: 'docs', ids: ['5', '00000000-0000-4000-8000-00000000000a'], shard: 'eu' });
    expect(fromBinary(GetPointsSchema, message)).toMatchObject({
      collectionName: 'docs',
      ids: [
        { pointIdOptions: { case: 'num', value: 5n } },
        { pointIdOptions: { case: 'uuid', value: '00000000-0000-4000-8000-00000000000a' } },
      ],
      withPayload: { selectorOptions: { case: 'enable', value: true } },
      withVectors: { selectorOptions: { case: 'enable', value: true } },
      shardKeySelector: { shardKeys: [{ key: { case: 'keyword', value: 'eu' } }] },
    });
  });

  it('writes without waiting, and says where it only inserts', () => {
    const read = (start: Parameters<typeof upsertStart>[0]): object =>
      fromBinary(UpsertPointsSchema, upsertStart(start));
    expect(read({ collection: 'docs', insertOnly: true, shard: 'eu' })).toMatchObject({
      collectionName: 'docs',
      wait: false,
      updateMode: UpdateMode.InsertOnly,
      shardKeySelector: { shardKeys: [{ key: { case: 'keyword', value: 'eu' } }] },
    });
    expect(read({ collection: 'docs', insertOnly: false })).not.toHaveProperty('updateMode');
  });
});
