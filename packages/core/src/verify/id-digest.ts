import { hashedKey, keyHash, type HashedKey } from '../scan/key-hash.ts';
import type { VectorRecord } from '../spec/record.ts';
import { DistinctHashes } from './distinct-hashes.ts';

const BUCKETS = 65_536;
const LARGEST = 2 ** 32 - 1;

interface DigestOptions {
  readonly watchDoubles?: boolean | undefined;
  readonly buckets?: number | undefined;
}

/** A digest as it is kept: little-endian numbers in base64. */
export interface KeptDigest {
  readonly counts: string;
  readonly sums: string;
  readonly namespaces: Readonly<Record<string, number>>;
  readonly rejected: number;
}

/**
 * A summary of a set of ids in constant memory (1 MiB and the names of the namespaces), whatever their number: count and sum of
 * hashes for each of 65,536 buckets, or as many as both sides are given. Two sets with equal digests are equal but for a chance of about 2^-48 a bucket that differs.
 */
export class IdDigest {
  readonly counts: Uint32Array;
  /** How many there are of each namespace, `''` being the default one. */
  readonly namespaces: Map<string, number> = new Map();
  /** Records that were looked at and have no id here, because no form of them can be stored. */
  rejected = 0;
  readonly #sums: BigUint64Array;
  /** The same memory, 32 bits at once: a `bigint` for each id takes as long as its hash. */
  readonly #halves: Uint32Array;
  readonly #hashes: DistinctHashes | undefined;

  /**
   * `watchDoubles` takes 64 MiB more at most, and makes {@link distinct} known. `buckets` is a power of two: with fewer, a digest is
   * smaller, and more ids have to be held while differences are listed.
   */
  constructor({ watchDoubles = false, buckets = BUCKETS }: DigestOptions = {}) {
    this.counts = new Uint32Array(buckets);
    this.#sums = new BigUint64Array(buckets);
    this.#halves = new Uint32Array(this.#sums.buffer);
    this.#hashes = watchDoubles ? new DistinctHashes() : undefined;
  }

  /** Whether it is sure that no id was added twice. */
  get distinct(): boolean {
    return this.#hashes?.distinct ?? false;
  }

  add(record: Pick<VectorRecord, 'id' | 'namespace'>, hashed: HashedKey = hashedKey(record)): void {
    const { namespace = '' } = record;
    this.namespaces.set(namespace, (this.namespaces.get(namespace) ?? 0) + 1);
    const { high, low } = hashed;
    const bucket = hashed.bucket % this.counts.length;
    this.#hashes?.add(high, low);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    // Sums, not exclusive ors: an id that occurs twice must not cancel itself out.
    const at = 2 * bucket;
    const sum = (this.#halves[at] as number) + low;
    this.#halves[at] = sum;
    this.#halves[at + 1] = (this.#halves[at + 1] as number) + high + (sum > LARGEST ? 1 : 0);
  }

  get total(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  /** Buckets in which the two sets differ. */
  differing(other: IdDigest): number[] {
    const buckets: number[] = [];
    for (let bucket = 0; bucket < this.counts.length; bucket += 1) {
      if (this.counts[bucket] !== other.counts[bucket] || this.#sums[bucket] !== other.#sums[bucket])
        buckets.push(bucket);
    }
    return buckets;
  }

  bucketOf(key: string): number {
    return keyHash(key).bucket % this.counts.length;
  }

  /** Takes in the ids of another one with as many buckets. Whether all are distinct is not known any more. */
  merge(other: KeptDigest): void {
    const counts = new Uint32Array(numbers(other.counts));
    const sums = new BigUint64Array(numbers(other.sums));
    for (const [bucket, count] of counts.entries()) {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
      this.#sums[bucket] = (this.#sums[bucket] ?? 0n) + (sums[bucket] ?? 0n);
    }
    for (const [name, count] of Object.entries(other.namespaces)) {
      this.namespaces.set(name, (this.namespaces.get(name) ?? 0) + count);
    }
    this.rejected += other.rejected;
  }

  toJSON(): KeptDigest {
    return {
      counts: Buffer.from(this.counts.buffer).toString('base64'),
      sums: Buffer.from(this.#sums.buffer).toString('base64'),
      namespaces: Object.fromEntries(this.namespaces),
      rejected: this.rejected,
    };
  }
}

function numbers(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}
