import { Float, type CollectionSchema, type Metric, type VectorRecord } from '@vsm/core';

/** Every third one is a uuid, every other third a number, so that no store changes the spelling of one. */
export function idAt(at: number): string {
  const uuid = `00000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`;
  return [String(at + 1), uuid, `doc ${at}`][at % 3] as string;
}

/** What most stores have to encode: other ids, namespaces, nested and null values, big integers, whole floats, uris. */
export function variedRecords(count: number, dimension = 8): VectorRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    id: idAt(at),
    ...(at % 10 === 7 && { namespace: 'eu' }),
    vectors: {
      '': Float32Array.from({ length: dimension }, (_component, index) => Math.sin(at * dimension + index + 1) * 3),
    },
    metadata: {
      index: at,
      whole: new Float(at),
      half: at / 2 + 0.25,
      big: 9007199254740993n + BigInt(at),
      nested: { list: [1, 'two', null, { deep: true }], b: 1, a: new Float(-0) },
      nothing: null,
      text: `text ${at} é 😀`,
    },
    document: `document ${at}`,
    ...(at % 4 === 0 && { uri: `s3://bucket/${at}` }),
  }));
}

export function schemaOf(metric: Metric, dimension = 8): CollectionSchema {
  return { name: 'docs', namespaces: true, vectors: { '': { kind: 'dense', dimension, metric } } };
}

/** The same vector with the lowest bit of one component turned. */
export function flipOneBit(vector: Float32Array): Float32Array {
  const flipped = Float32Array.from(vector);
  const bits = new Uint32Array(flipped.buffer);
  bits[3] = (bits[3] ?? 0) ^ 1;
  return flipped;
}
