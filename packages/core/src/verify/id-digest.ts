import { hash } from 'node:crypto';

const BUCKETS = 65_536;

/**
 * A summary of a set of ids in constant memory (1 MiB), whatever their number: count and sum of hashes for each of 65,536
 * buckets. Two sets with equal digests are equal but for a chance of about 2^-48 a bucket that differs.
 */
export class IdDigest {
  readonly counts: Uint32Array = new Uint32Array(BUCKETS);
  readonly #sums: BigUint64Array = new BigUint64Array(BUCKETS);

  add(key: string): void {
    const { bucket, rest } = place(key);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    // Sums, not exclusive ors: an id that occurs twice must not cancel itself out.
    this.#sums[bucket] = (this.#sums[bucket] ?? 0n) + rest;
  }

  get total(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  /** Buckets in which the two sets differ. */
  differing(other: IdDigest): number[] {
    const buckets: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (this.counts[bucket] !== other.counts[bucket] || this.#sums[bucket] !== other.#sums[bucket])
        buckets.push(bucket);
    }
    return buckets;
  }
}

export function bucketOf(key: string): number {
  return place(key).bucket;
}

function place(key: string): { bucket: number; rest: bigint } {
  const digest = hash('sha1', key, 'buffer');
  return { bucket: digest.readUInt16BE(0), rest: digest.readBigUInt64BE(2) };
}
