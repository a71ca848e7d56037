import { VsmError } from '../errors.ts';
import { wordAt, type DigestText } from './digest-text.ts';

/** A format may have as many buckets. */
export const FINEST_BITS = 16;

/** Fingerprints are made of as many at the most: a file of some hundred kilobytes. */
export const MOST_BITS = 12;

const LIMBS = 4;
const MODULUS = 2n ** 128n;

/** Sums of 128-bit digests, modulo 2^128, one a bucket. A sum knows no order, and two of them are the sum of both sets. */
export class DigestSums {
  // 32 bits of each sum, without carry: a double holds the sum of 2^21 such numbers exactly.
  readonly #limbs: Float64Array;
  readonly #directions: Float64Array;
  readonly #present: Uint8Array;
  readonly #bits: number;

  /** @param bits there are 2^bits buckets */
  constructor(bits: number) {
    this.#bits = bits;
    this.#limbs = new Float64Array(LIMBS << bits);
    this.#directions = new Float64Array(1 << bits);
    this.#present = new Uint8Array(1 << bits);
  }

  /** The first 128 bits of a digest, read as a big-endian number. */
  add(bucket: number, digest: DigestText, direction = 0): void {
    this.#present[bucket] = 1;
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const at = LIMBS * bucket + limb;
      this.#limbs[at] = (this.#limbs[at] as number) + wordAt(digest, 4 * limb);
    }
    this.#directions[bucket] = (this.#directions[bucket] as number) + direction;
  }

  /** Whether both hold the same in a bucket. Directions do not count. */
  equal(other: DigestSums, bucket: number): boolean {
    for (let at = LIMBS * bucket; at < LIMBS * (bucket + 1); at += 1) {
      if (this.#limbs[at] !== other.#limbs[at]) return false;
    }
    return true;
  }

  /** Of a bucket that is named by fewer bits. `undefined` where nothing was added to it. */
  sum(bucket: number, bits: number): { readonly digest: bigint; readonly direction: number } | undefined {
    const width = 1 << (this.#bits - bits);
    let [direction, present] = [0, 0];
    // With the carry of each bucket already in the next limb, so that doubles hold the sums of all of them.
    const total = new Float64Array(LIMBS + 1);
    for (let fine = bucket * width; fine < (bucket + 1) * width; fine += 1) {
      if (this.#present[fine] === 0) continue;
      present += 1;
      direction += this.#directions[fine] as number;
      for (let limb = 0; limb < LIMBS; limb += 1) {
        const value = this.#limbs[LIMBS * fine + limb] as number;
        const carry = Math.floor(value / 2 ** 32);
        total[limb] = (total[limb] as number) + carry;
        total[limb + 1] = (total[limb + 1] as number) + value - carry * 2 ** 32;
      }
    }
    if (present === 0) return undefined;
    const digest = total.reduce((sum, limb) => (sum << 32n) + BigInt(limb), 0n);
    return { digest: digest % MODULUS, direction };
  }
}

export function hexOf(digest: bigint): string {
  return digest.toString(16).padStart(32, '0');
}

export function sumOfHex(digests: readonly string[]): bigint {
  return digests.reduce((sum, digest) => sum + BigInt(`0x${digest}`), 0n) % MODULUS;
}

/** As many records a bucket as can be looked through by hand, while there are not too many buckets. */
export function bitsFor(records: number): number {
  const perBucket = 16;
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(Math.max(1, records) / perBucket))));
}

/** More names than a collection has: each takes memory for every bucket. */
const MOST_NAMES = 64;

/** @throws VsmError `UNSUPPORTED` where vectors have more names than anybody gives */
export function checkNames(names: number): void {
  if (names <= MOST_NAMES) return;
  throw new VsmError('UNSUPPORTED', `A fingerprint is of at most ${MOST_NAMES} names of vectors; there are more.`);
}
