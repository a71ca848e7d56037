import type { VectorRecord } from '@vsm/core/adapter';
import { keyOf, placeOf, type Key } from './keys.ts';
import type { StoredPart } from './stored-part.ts';

/** What a stretch of the collection holds, told without keeping it: the order of records does not matter. */
export class PartSum {
  #digest = 0n;
  #records = 0;

  add(digest: bigint): void {
    this.#digest = BigInt.asUintN(128, this.#digest + digest);
    this.#records += 1;
  }

  get records(): number {
    return this.#records;
  }

  get digest(): string {
    return this.#digest.toString(16).padStart(32, '0');
  }

  isOf({ digest, records }: Pick<StoredPart, 'digest' | 'records'>): boolean {
    return this.#records === records && this.digest === digest;
  }
}

/** The parts of an earlier snapshot as ranges of keys that cover everything, and what the collection holds in each now. */
export class Ranges {
  readonly #parts: readonly StoredPart[];
  readonly #firsts: readonly Key[];
  readonly #sums: readonly PartSum[];

  constructor(parts: readonly StoredPart[]) {
    this.#parts = parts;
    this.#firsts = parts.map(({ first }) => first);
    this.#sums = parts.map(() => new PartSum());
  }

  add(record: Pick<VectorRecord, 'id' | 'namespace'>, digest: bigint): void {
    this.#sums[this.at(keyOf(record))]?.add(digest);
  }

  at(key: Key): number {
    return placeOf(this.#firsts, key);
  }

  get records(): number {
    return this.#sums.reduce((total, { records }) => total + records, 0);
  }

  /** Those that do not hold what they held, by number. */
  changed(): ReadonlySet<number> {
    return new Set(this.#parts.flatMap((part, at) => (this.#sums[at]?.isOf(part) === true ? [] : [at])));
  }
}
