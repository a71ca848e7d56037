import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ScrollResponseSchema } from '@qdrant/js-client-grpc';
import { Float, ValueTally, type Metadata, type Vector, type VectorRecord } from '@vsm/core/adapter';
import {
  array,
  assert,
  bigInt,
  boolean,
  constant,
  dictionary,
  double,
  letrec,
  maxSafeInteger,
  nat,
  oneof,
  property,
  string,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBytes } from './count-bytes.ts';
import { pointMessage, readScroll } from './messages.ts';

// Held against what the reader makes of the same bytes: two pieces of code that share nothing.

const names = { documentKey: 'document' } as const;
const MEASURES = ['records', 'filled', 'octets', 'sum', 'first', 'last'] as const;

/** The answer that holds these points, of which the first field of a point is its place among those that are written. */
function pageOf(records: readonly VectorRecord[]): Uint8Array {
  const end = toBinary(ScrollResponseSchema, create(ScrollResponseSchema, { time: 0.5 }));
  const points = records.map((record) => {
    // `RetrievedPoint` has its payload one field further to the front than `PointStruct`.
    const written = pointMessage(new BinaryWriter(), record, names);
    return retrieved(written);
  });
  return Buffer.concat([...points, end]);
}

/** A point as it is written, as the field of an answer that holds it. */
function retrieved(written: Uint8Array): Uint8Array {
  const [bytes, writer] = [Buffer.from(written), new BinaryWriter()];
  const tagged = { 1: 1, 3: 2, 4: 4 } as Readonly<Record<number, number>>;
  let at = 1;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (; (bytes[at] ?? 0) >= 0x80; at += 1, scale *= 128) value += ((bytes[at] as number) & 0x7f) * scale;
    value += (bytes[at] as number) * scale;
    at += 1;
    return value;
  };
  varint();
  writer.tag(2, WireType.LengthDelimited).fork();
  while (at < bytes.length) {
    const field = tagged[Math.floor(varint() / 8)] ?? 0;
    const length = varint();
    writer.tag(field, WireType.LengthDelimited).bytes(bytes.subarray(at, at + length));
    at += length;
  }
  return writer.join().finish();
}

function expectSame(records: readonly VectorRecord[], points = records.length): void {
  const page = pageOf(records);
  const tally = new ValueTally();
  for (const record of readScroll(page, names).records.slice(0, points)) tally.add(record);
  const { figures } = countBytes(page, points, names);
  for (const figure of figures) {
    const { value, within } = tally.figure(figure);
    expect(Math.abs(value - figure.value), `${figure.measure} of ${figure.part} "${figure.name}"`).toBeLessThanOrEqual(
      within,
    );
  }
  const counted = new Set(figures.filter(({ part }) => part === 'metadata').map(({ name }) => name));
  expect([...counted].toSorted()).toEqual([...tally.keys].toSorted());
}

const { value } = letrec<{ value: Metadata[string] }>((tie) => ({
  value: oneof(
    { depthSize: 'small' },
    constant(null),
    boolean(),
    string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    maxSafeInteger(),
    bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    double({ noNaN: true, min: -1e15, max: 1e15 }).map((number) =>
      Number.isSafeInteger(number) ? new Float(number) : number,
    ),
    array(tie('value'), { maxLength: 3 }),
    dictionary(string(), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));
const KEYS = ['year', 'größe', 'document', '', 'a.b', 'aB', 'b!'];

describe('what is counted in a page', () => {
  it('is what its records hold', () => {
    const metadata = array(nat(KEYS.length - 1), { maxLength: 5 }).chain((at) =>
      array(value, { minLength: at.length, maxLength: at.length }).map((values): Metadata =>
        Object.fromEntries(at.map((key, index) => [KEYS[key], values[index] ?? null])),
      ),
    );
    assert(
      property(array(metadata, { maxLength: 6 }), (all) => {
        expectSame(
          all.map((one, at) => ({
            id: String(at),
            vectors: { '': Float32Array.of(at, -1, at / 3) },
            metadata: one,
            ...(at % 2 === 0 && typeof one['document'] !== 'string' && { document: `text ${at}` }),
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is that of the first records only, where a part ends within the page', () => {
    const records = Array.from({ length: 5 }, (_, at) => ({
      id: String(at),
      vectors: {},
      metadata: { [`k${at}`]: at },
    }));
    expectSame(records, 3);
    expect(countBytes(pageOf(records), 3, names).figures).toContainEqual({
      part: 'document',
      name: '',
      measure: 'records',
      value: 0,
    });
  });

  it('knows named, sparse and multi-vectors', () => {
    const vectors: Record<string, Vector> = {
      a: Float32Array.of(1, 2, 3),
      sparse: { indices: Uint32Array.of(3), values: Float32Array.of(0.5) },
      rows: { rows: [Float32Array.of(1, 2), Float32Array.of(3, 4)] },
    };
    const records = [1, 2].map((at) => ({ id: String(at), vectors, metadata: {} }));
    expectSame(records);
    const { figures } = countBytes(pageOf(records), 2, names);
    expect(figures.filter(({ measure, value: count }) => measure === 'records' && count === 2)).toHaveLength(3);
  });

  it('has no figure of the key under which the shard of a point stands, which is no part of its payload', () => {
    const page = pageOf([{ id: '1', vectors: {}, metadata: { shard: 1, year: 2 } }]);
    const { figures, unwitnessed } = countBytes(page, 1, { ...names, shardKeyField: 'shard' });
    expect(figures.filter(({ part }) => part === 'metadata').map(({ name }) => name)).toEqual(
      MEASURES.slice(0, 4).map(() => 'year'),
    );
    expect(unwitnessed).toContain('metadata "shard"');
  });

  it('is refused of bytes that end within a field', () => {
    const page = pageOf([{ id: '1', vectors: {}, metadata: { year: 2 } }]);
    expect(() => countBytes(page.subarray(0, 8), 1, names)).toThrow(RangeError);
  });
});
