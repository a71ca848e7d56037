const FIRST_SLOTS = 1024;
/** 64 MiB, enough for 6 million ids. */
const MOST_SLOTS = 2 ** 23;
const FULL = 0.75;

/** A set of 64-bit hashes in bounded memory. */
export class HashSet {
  readonly #mostSlots: number;
  #slots: Uint32Array<ArrayBuffer>;
  #count = 0;

  /** @param expected how many hashes are to come, as far as is known */
  constructor(mostSlots: number = MOST_SLOTS, expected = 0) {
    this.#mostSlots = mostSlots;
    let slots = FIRST_SLOTS;
    while (slots * FULL < expected && slots < mostSlots) slots *= 2;
    this.#slots = new Uint32Array(2 * slots);
  }

  /** Whether the hash is new; `undefined` where that cannot be told, because there is no room left. */
  add(high: number, low: number): boolean | undefined {
    // Two zeros mark a slot as empty.
    if (high === 0 && low === 0) return undefined;
    if (this.#count + 1 > (this.#slots.length / 2) * FULL && !this.#grow())
      return this.has(high, low) ? false : undefined;
    const added = this.#insert(high, low);
    if (added) this.#count += 1;
    return added;
  }

  has(high: number, low: number): boolean {
    if (high === 0 && low === 0) return false;
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const one = slots[2 * slot];
      const other = slots[2 * slot + 1];
      if (one === high && other === low) return true;
      if (one === 0 && other === 0) return false;
    }
  }

  #insert(high: number, low: number): boolean {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const one = slots[2 * slot];
      const other = slots[2 * slot + 1];
      if (one === high && other === low) return false;
      if (one !== 0 || other !== 0) continue;
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
      return true;
    }
  }

  #grow(): boolean {
    const before = this.#slots;
    if (before.length / 2 >= this.#mostSlots) return false;
    this.#slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const high = before[at] as number;
      const low = before[at + 1] as number;
      if (high !== 0 || low !== 0) this.#insert(high, low);
    }
    return true;
  }
}
