import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../json/json.ts';
import { own, type VectorRecord } from '../spec/record.ts';
import type { CollectionSchema } from '../spec/v1.ts';
import { EVERYTHING } from '../store/capabilities.ts';
import { fieldsText, VectorBytes, vectorHead } from '../digest/canonical.ts';
import { bucketOfId, FingerprintMaker } from './fingerprint.ts';

interface ExpectedVector {
  readonly head: string;
  readonly components: string;
  readonly digest: string;
}

interface Vectors {
  readonly schema: Omit<CollectionSchema, 'name'>;
  readonly bucketBits: number;
  readonly digest: string;
  readonly buckets: object;
  readonly records: readonly {
    readonly record: VectorRecord;
    readonly expected: {
      readonly fields: string;
      readonly fieldsDigest: string;
      readonly bucket: number;
      readonly vectors: Readonly<Record<string, ExpectedVector>>;
    };
  }[];
}

/** Made by an implementation in another language, from docs/fingerprint.md. */
const path = join(import.meta.dirname, '../../test/fingerprint/vectors.json');
const vectors = parseJson(readFileSync(path, 'utf8')) as unknown as Vectors;

describe('the test vectors of the format', () => {
  it.each(vectors.records)('hold for record $record.id', ({ record, expected }) => {
    const fields = fieldsText(record);
    expect(fields).toBe(expected.fields);
    expect(hash('sha256', fields).slice(0, 32)).toBe(expected.fieldsDigest);
    expect(bucketOfId(record.id, vectors.bucketBits)).toBe(expected.bucket);
    expect(Object.keys(record.vectors).toSorted()).toEqual(Object.keys(expected.vectors));
    for (const [name, vector] of Object.entries(record.vectors)) {
      const head = vectorHead(record, name);
      const bytes = new VectorBytes().of(head, vector, 'float32');
      const wanted = own(expected.vectors, name);
      expect(head).toBe(wanted?.head);
      expect(Buffer.from(bytes.subarray(Buffer.byteLength(head))).toString('hex')).toBe(wanted?.components);
      expect(hash('sha256', bytes).slice(0, 32)).toBe(wanted?.digest);
    }
  });

  it('hold for all of them together', () => {
    const maker = new FingerprintMaker({ name: 'docs', ...vectors.schema }, EVERYTHING);
    for (const { record } of vectors.records) maker.add(record);
    const found = maker.finish({ adapter: 'memory', collection: 'docs', at: '' }, vectors.bucketBits);
    expect(found).toMatchObject({ digest: vectors.digest, buckets: vectors.buckets, records: vectors.records.length });
  });
});
