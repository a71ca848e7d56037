import { keyHash } from '../scan/key-hash.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import { DistinctHashes } from './distinct-hashes.ts';

const BUCKETS = 65_536;

/**
 * A summary of a set of ids in constant memory (1 MiB and the names of the namespaces), whatever their number: count and sum of
 * hashes for each of 65,536 buckets. Two sets with equal digests are equal but for a chance of about 2^-48 a bucket that differs.
 */
export class IdDigest {
  readonly counts: Uint32Array = new Uint32Array(BUCKETS);
  /** How many there are of each namespace, `''` being the default one. */
  readonly namespaces: Map<string, number> = new Map();
  /** Records that were looked at and have no id here, because no form of them can be stored. */
  rejected = 0;
  readonly #sums: BigUint64Array = new BigUint64Array(BUCKETS);
  readonly #hashes: DistinctHashes | undefined;

  /** `watchDoubles` takes 64 MiB more at most, and makes {@link distinct} known. */
  constructor({ watchDoubles = false }: { readonly watchDoubles?: boolean } = {}) {
    this.#hashes = watchDoubles ? new DistinctHashes() : undefined;
  }

  /** Whether it is sure that no id was added twice. */
  get distinct(): boolean {
    return this.#hashes?.distinct ?? false;
  }

  add(record: Pick<VectorRecord, 'id' | 'namespace'>): void {
    const { namespace = '' } = record;
    this.namespaces.set(namespace, (this.namespaces.get(namespace) ?? 0) + 1);
    const { bucket, rest, high, low } = keyHash(recordKey(record));
    this.#hashes?.add(high, low);
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
  return keyHash(key).bucket;
}
