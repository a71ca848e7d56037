import { hash } from 'node:crypto';

const FIRST_SLOTS = 1024;
const WORDS = 4;

/**
 * From record keys to numbers, at about 40 bytes per record whatever the length of the ids, outside the JavaScript heap: a `Map`
 * ends at 16.7 million entries. A key is known by 128 bits of its SHA-256, so that two keys never meet in practice.
 */
export class KeyTable {
  #hashes = new Uint32Array(FIRST_SLOTS * WORDS);
  #values = new Float64Array(FIRST_SLOTS).fill(Number.NaN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    const value = this.#values[this.#slot(digest(key))];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Returns the value that was there before. */
  set(key: string, value: number): number | undefined {
    if (this.#size * 3 > this.#values.length * 2) this.#grow();
    const words = digest(key);
    const slot = this.#slot(words);
    const before = this.#values[slot] as number;
    if (Number.isNaN(before)) {
      this.#size += 1;
      this.#hashes.set(words, slot * WORDS);
    }
    this.#values[slot] = value;
    return Number.isNaN(before) ? undefined : before;
  }

  #slot(words: Uint32Array): number {
    const mask = this.#values.length - 1;
    for (let slot = (words[0] as number) & mask; ; slot = (slot + 1) & mask) {
      if (Number.isNaN(this.#values[slot]) || this.#holds(slot, words)) return slot;
    }
  }

  #holds(slot: number, words: Uint32Array): boolean {
    const at = slot * WORDS;
    return words.every((word, index) => this.#hashes[at + index] === word);
  }

  #grow(): void {
    const hashes = this.#hashes;
    const values = this.#values;
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#values = new Float64Array(values.length * 2).fill(Number.NaN);
    for (let slot = 0; slot < values.length; slot += 1) {
      if (Number.isNaN(values[slot])) continue;
      const words = hashes.subarray(slot * WORDS, (slot + 1) * WORDS);
      const moved = this.#slot(words);
      this.#hashes.set(words, moved * WORDS);
      this.#values[moved] = values[slot] as number;
    }
  }
}

function digest(key: string): Uint32Array {
  // UTF-16, because UTF-8 has no lone surrogates and would make one of two different ids.
  const bytes = hash('sha256', Buffer.from(key, 'utf16le'), 'buffer');
  return new Uint32Array(Uint8Array.from(bytes.subarray(0, WORDS * 4)).buffer);
}
