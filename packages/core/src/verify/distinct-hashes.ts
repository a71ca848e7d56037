import { HashSet } from '../scan/hash-set.ts';

/** Whether ids are all distinct, told by 64 bits of their hashes in bounded memory. Two equal ids never pass for distinct. */
export class DistinctHashes {
  #hashes: HashSet | undefined = new HashSet();

  /** `false` also where two ids have the same hash, or there were too many to tell. */
  get distinct(): boolean {
    return this.#hashes !== undefined;
  }

  add(high: number, low: number): void {
    if (this.#hashes?.add(high, low) !== true) this.#hashes = undefined;
  }
}
