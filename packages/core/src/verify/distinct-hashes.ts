const FIRST_SLOTS = 1024;
/** 64 MiB, enough for 6 million ids. */
const MOST_SLOTS = 2 ** 23;
const FULL = 0.75;

/** Whether ids are all distinct, told by 64 bits of their hashes in bounded memory. Two equal ids never pass for distinct. */
export class DistinctHashes {
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #count = 0;
  #distinct = true;

  /** `false` also where two ids have the same hash, or there were too many to tell. */
  get distinct(): boolean {
    return this.#distinct;
  }

  add(high: number, low: number): void {
    if (!this.#distinct) return;
    if (this.#count + 1 > (this.#slots.length / 2) * FULL) this.#grow();
    // Two zeros mark a slot as empty.
    if ((high === 0 && low === 0) || !this.#insert(high, low)) this.#giveUp();
    else this.#count += 1;
  }

  #insert(high: number, low: number): boolean {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [one, other] = [slots[2 * slot], slots[2 * slot + 1]];
      if (one === high && other === low) return false;
      if (one !== 0 || other !== 0) continue;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
      return true;
    }
  }

  #grow(): void {
    const before = this.#slots;
    if (before.length / 2 >= MOST_SLOTS) {
      this.#giveUp();
      return;
    }
    this.#slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const [high = 0, low = 0] = [before[at], before[at + 1]];
      if (high !== 0 || low !== 0) this.#insert(high, low);
    }
  }

  #giveUp(): void {
    this.#distinct = false;
    this.#slots = new Uint32Array(2 * FIRST_SLOTS);
  }
}
