/**
 * A digest of a collection that is the same whichever store holds it, in whatever order it is read. In come records as a store gives
 * them; out goes a small document that can be kept when the store is gone. It asks for nothing but pages, and compares by equality
 * alone: why two sides differ is for those who have both. The format is told in docs/fingerprint.md.
 */
import { hash } from 'node:crypto';
import { decodeRecord } from '../mapping/envelope.ts';
import { inferVectors } from '../plan/infer.ts';
import { isDense, own, setOwn, type VectorRecord } from '../spec/record.ts';
import type { Capabilities, CollectionSchema, VectorSchema } from '../spec/v1.ts';
import { changeOf } from '../verify/values.ts';
import {
  byCodeUnits,
  canonicalJson,
  fieldsText,
  VectorBytes,
  vectorHead,
  type VectorForm,
} from '../digest/canonical.ts';
import { directionOf } from './direction.ts';
import { digestText, halfAt, wordAt, type DigestText } from '../digest/digest-text.ts';
import { bitsFor, checkNames, DigestSums, FINEST_BITS, hexOf, MOST_BITS } from '../digest/sums.ts';

/** What became of the components when they were written: nothing, scaled to length 1, or off by a rounding step. */
export const STORED_AS = ['exact', 'normalized', 'rounded'] as const;

export interface FingerprintVector {
  readonly form: VectorForm;
  readonly stored: (typeof STORED_AS)[number];
}

/** Of one vector name: sum of digests, and sum of directions where the vectors may be compared by those. */
export type VectorSums = readonly [digest: string, direction?: number];

export type FingerprintBucket = readonly [
  records: number,
  fields: string,
  vectors: Readonly<Record<string, VectorSums>>,
];

/** Plain JSON, as `vsm fingerprint` writes it. */
export interface Fingerprint {
  readonly format: 'vsm-fingerprint';
  readonly version: 1;
  /** Where it was taken, for people. Nothing of it is compared but `namespaces`. */
  readonly of: {
    readonly adapter: string;
    readonly collection: string;
    /** Of these namespaces alone; of all where absent. */
    readonly namespaces?: readonly string[] | undefined;
    /** ISO 8601. */
    readonly at: string;
  };
  /** SHA-256 in hex over all of it: equal for equal collections, whatever the number of buckets. */
  readonly digest: string;
  readonly records: number;
  /** Records of each, `''` being the default one; absent where there are more than a thousand. */
  readonly namespaces?: Readonly<Record<string, number>> | undefined;
  readonly schema: { readonly vectors: Readonly<Record<string, VectorSchema>> };
  readonly vectors: Readonly<Record<string, FingerprintVector>>;
  /** The first bits of the SHA-256 of an id tell its bucket. */
  readonly bucketBits: number;
  /** By number; empty ones are left out. */
  readonly buckets: Readonly<Record<string, FingerprintBucket>>;
}

const MOST_NAMESPACES = 1000;

/** The bucket of an id, of 2^bits. Namespaces do not matter, so that a record that changes its own stays in its bucket. */
export function bucketOfId(id: string, bits: number): number {
  return halfAt(hashOf(id), 0) >>> (FINEST_BITS - bits);
}

function hashOf(name: string): DigestText {
  return digestText('sha256', JSON.stringify(name));
}

/** The digest of a whole collection, by the sums over all of its buckets. */
export function totalOf([records, fields, vectors]: FingerprintBucket, formOf: (name: string) => string): string {
  const sums = Object.entries(vectors).toSorted(([one], [other]) => byCodeUnits(one, other));
  return hash('sha256', canonicalJson([1, records, fields, sums.map(([name, [sum]]) => [name, formOf(name), sum])]));
}

/** Takes records in any order, and makes the fingerprint of all of them. */
export class FingerprintMaker {
  readonly #schema: CollectionSchema;
  readonly #capabilities: Capabilities;
  readonly #forms: Readonly<Record<string, Pick<FingerprintVector, 'form'>>>;
  /** Of the buckets in which is counted; how many there will be is known only at the end. */
  readonly #bits: number;
  readonly #counts: Float64Array;
  readonly #fields: DigestSums;
  readonly #vectors = new Map<string, { readonly sums: DigestSums; readonly form: VectorForm; directed: boolean }>();
  readonly #namespaces = new Map<string, number>();
  #inferred: Readonly<Record<string, VectorSchema>>;
  #records = 0;
  readonly #bytes = new VectorBytes();
  #lastNamespace = { name: '', bits: 0 };

  /** @param like what this one will be compared with: it will have the same forms and may have as many buckets */
  constructor(
    schema: CollectionSchema,
    capabilities: Capabilities,
    like?: Pick<Fingerprint, 'vectors' | 'bucketBits'>,
  ) {
    this.#schema = schema;
    this.#capabilities = capabilities;
    this.#forms = like?.vectors ?? {};
    this.#inferred = schema.vectors;
    // No more than that: records come in any order, and all these sums want to lie in a cache.
    this.#bits = Math.max(MOST_BITS, like?.bucketBits ?? 0);
    this.#counts = new Float64Array(1 << this.#bits);
    this.#fields = new DigestSums(this.#bits);
  }

  get records(): number {
    return this.#records;
  }

  /** @throws VsmError `INVALID_DATA` naming a record that holds what cannot be carried, `UNSUPPORTED` for too many vector names */
  add(stored: VectorRecord): void {
    const record = decodeRecord(stored);
    const { id, namespace = '' } = record;
    const idHash = hashOf(id);
    const bucket = halfAt(idHash, 0) >>> (FINEST_BITS - this.#bits);
    this.#records += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    if (this.#namespaces.size <= MOST_NAMESPACES || this.#namespaces.has(namespace))
      this.#namespaces.set(namespace, (this.#namespaces.get(namespace) ?? 0) + 1);
    this.#fields.add(bucket, digestText('sha256', fieldsText(record)));
    for (const name in record.vectors) {
      const vector = own(record.vectors, name);
      if (vector === undefined) continue;
      const { sums, form, directed } = this.#vectorsOf(name, record);
      const digest = digestText('sha256', this.#bytes.of(vectorHead(record, name), vector, form));
      if (directed && isDense(vector)) sums.add(bucket, digest, directionOf(vector, this.#weight(idHash, namespace)));
      else sums.add(bucket, digest);
    }
  }

  /** Another one for each record, so that two vectors of a bucket that changed places change the sum. */
  #weight(idHash: DigestText, namespace: string): number {
    if (this.#lastNamespace.name !== namespace)
      this.#lastNamespace = { name: namespace, bits: namespace === '' ? 0 : wordAt(hashOf(namespace), 0) };
    return 1 + ((wordAt(idHash, 2) ^ this.#lastNamespace.bits) >>> 0) / 2 ** 32;
  }

  #vectorsOf(name: string, record: VectorRecord): { sums: DigestSums; form: VectorForm; directed: boolean } {
    const known = this.#vectors.get(name);
    if (known !== undefined) return known;
    checkNames(this.#vectors.size + 1);
    this.#inferred = inferVectors({ ...this.#schema, vectors: this.#inferred }, [record]);
    const vector = own(this.#inferred, name);
    const dense = vector?.kind === 'dense';
    const form = own(this.#forms, name)?.form ?? (dense && vector.datatype === 'float64' ? 'float64' : 'float32');
    const directed = dense && (vector.metric === undefined || vector.metric === 'cosine');
    const made = { sums: new DigestSums(this.#bits), form, directed };
    this.#vectors.set(name, made);
    return made;
  }

  /** @param bits as many as another fingerprint has; chosen by the number of records where left out */
  finish(of: Fingerprint['of'], bits: number = bitsFor(this.#records)): Fingerprint {
    const names = [...this.#vectors.keys()].toSorted(byCodeUnits);
    const buckets: Record<string, FingerprintBucket> = {};
    for (let bucket = 0; bucket < 1 << bits; bucket += 1) {
      const fields = this.#fields.sum(bucket, bits);
      if (fields === undefined) continue;
      buckets[bucket] = [this.#count(bucket, bits), hexOf(fields.digest), this.#sumsOf(names, bucket, bits)];
    }
    const fields = hexOf(this.#fields.sum(0, 0)?.digest ?? 0n);
    const all = Object.entries(this.#sumsOf(names, 0, 0));
    return {
      format: 'vsm-fingerprint',
      version: 1,
      of,
      digest: totalOf([this.#records, fields, Object.fromEntries(all)], (name) => this.#form(name)),
      records: this.#records,
      namespaces: this.#namespaces.size > MOST_NAMESPACES ? undefined : Object.fromEntries(this.#namespaces),
      schema: { vectors: this.#inferred },
      vectors: Object.fromEntries(names.map((name) => [name, { form: this.#form(name), stored: this.#stored(name) }])),
      bucketBits: bits,
      buckets,
    };
  }

  #count(bucket: number, bits: number): number {
    const width = 1 << (this.#bits - bits);
    return this.#counts.subarray(bucket * width, (bucket + 1) * width).reduce((total, count) => total + count, 0);
  }

  #sumsOf(names: readonly string[], bucket: number, bits: number): Record<string, VectorSums> {
    const found: Record<string, VectorSums> = {};
    for (const name of names) {
      const { sums, directed } = this.#vectors.get(name) ?? {};
      const sum = sums?.sum(bucket, bits);
      if (sum !== undefined)
        setOwn(found, name, directed === true ? [hexOf(sum.digest), sum.direction] : [hexOf(sum.digest)]);
    }
    return found;
  }

  #form(name: string): VectorForm {
    return this.#vectors.get(name)?.form ?? 'float32';
  }

  #stored(name: string): FingerprintVector['stored'] {
    const vector = own(this.#inferred, name);
    return (vector && changeOf(vector, this.#capabilities)) ?? 'exact';
  }
}
