import { randomBytes } from 'node:crypto';
import { VsmError } from '../errors.ts';
import type { HashedKey } from './key-hash.ts';
import { isMulti, isSparse, own, type Vector, type VectorRecord } from '../spec/record.ts';
import { byCodeUnits, canonicalJson, VectorBytes, type VectorForm } from './canonical.ts';
import { digestText, type DigestText } from './digest-text.ts';
import { DigestSums, FINEST_BITS } from './sums.ts';

/** How a record is digested: of which of its vectors only the names count, and which are taken as doubles. */
export interface DigestForms {
  readonly ignored: ReadonlySet<string>;
  readonly doubles: ReadonlySet<string>;
  /** There are 2^bits buckets, 65,536 at the most. */
  readonly bits: number;
}

/** As many buckets as records, within bounds: fewer make little work of a small collection. */
export function digestBits(records: number): number {
  return Math.min(FINEST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(Math.max(1, records)))));
}

const LEAST_BITS = 8;

/**
 * What a set of records holds, in bounded memory (3 MiB): count and sum of SHA-256 digests for each bucket. Two sets with equal
 * digests hold the same records, each as often, but for a chance of about 2^-128 a bucket that differs.
 */
export class RecordDigest {
  readonly counts: Uint32Array;
  readonly #sums: DigestSums;
  readonly #bytes = new VectorBytes();
  readonly #forms: DigestForms;

  constructor(forms: DigestForms) {
    this.#forms = forms;
    this.counts = new Uint32Array(1 << forms.bits);
    this.#sums = new DigestSums(forms.bits);
  }

  /** @param mark 16 bits of the hash of the key of a record */
  bucketOf(mark: number): number {
    return mark >>> (FINEST_BITS - this.#forms.bits);
  }

  /** `key` names the record in the store where it is looked for, and tells its bucket; of `record`, all but id and namespace counts. */
  add({ key, bucket: mark }: Pick<HashedKey, 'key' | 'bucket'>, record: VectorRecord): void {
    const bucket = this.bucketOf(mark);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.#sums.add(bucket, this.#digestOf(key, record));
  }

  get total(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  /** Buckets in which the two sets differ. */
  differing(other: RecordDigest): Set<number> {
    const buckets = new Set<number>();
    for (let bucket = 0; bucket < this.counts.length; bucket += 1) {
      if (this.counts[bucket] !== other.counts[bucket] || !this.#sums.equal(other.#sums, bucket)) buckets.add(bucket);
    }
    return buckets;
  }

  #digestOf(key: string, record: VectorRecord): DigestText {
    const { document = null, uri = null, metadata, vectors } = record;
    const names = Object.keys(vectors);
    if (names.length > 1) names.sort(byCodeUnits);
    let head: string;
    try {
      head = `${JSON.stringify(key)}${JSON.stringify(document)}${JSON.stringify(uri)}${canonicalJson(metadata)}`;
    } catch (error) {
      if (!VsmError.isInstance(error) || error.code !== 'INVALID_DATA') throw error;
      // What no JSON can carry equals nothing, so that the record is looked at by itself.
      return randomBytes(32).toString('latin1');
    }
    const taken = this.#forms.ignored.size === 0 ? names : names.filter((name) => !this.#forms.ignored.has(name));
    if (taken.length < names.length) {
      for (const name of names) if (this.#forms.ignored.has(name)) head += `${JSON.stringify(name)}?`;
    }
    // own keys: they are the record's
    for (const name of taken) head += `${JSON.stringify(name)}${shapeOf(own(vectors, name) as Vector)}`;
    // No JSON has a line break of its own: here the head ends, which says how long each of the vectors is.
    this.#bytes.begin(`${head}\n`);
    for (const name of taken) this.#bytes.add(own(vectors, name) as Vector, this.#formOf(name));
    return digestText('sha256', this.#bytes.taken);
  }

  #formOf(name: string): VectorForm {
    return this.#forms.doubles.has(name) ? 'float64' : 'float32';
  }
}

/** How many bytes of components are its own, so that no two lists of vectors have the same bytes. */
function shapeOf(vector: Vector): string {
  if (isSparse(vector)) return `s${vector.indices.length}`;
  if (isMulti(vector)) return `m${vector.rows.map((row) => row.length).join('/')}`;
  return `d${vector.length}`;
}
