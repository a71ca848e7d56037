import { keyBits, type Key } from './keys.ts';

/** Where a sorted collection is cut into parts: told by the keys themselves, so that a record more or less moves no other cut. */
export interface CutRule {
  /** A part ends where so many bits of the hash of the next key are 0: every 2^bits records. */
  readonly bits: number;
  /** Of one record, as the rule was made. */
  readonly bytesPerRecord: number;
}

/** So many parts, as long as they are neither tiny nor large: a small change should be a small share. */
const PARTS = 256;
const LEAST_BITS = 5;
const MOST_BITS = 12;
const PART_BYTES = 4 * 1024 * 1024;
/** One part is in memory while it is written. */
const MOST_BYTES = 2 * PART_BYTES;
/** Shortest and longest, as shares of the usual length. */
const [SHORTEST, LONGEST] = [0.25, 2];

export function cutRuleFor(records: number, bytesPerRecord: number): CutRule {
  const usual = Math.min(records / PARTS, PART_BYTES / Math.max(1, bytesPerRecord));
  const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.round(Math.log2(Math.max(1, usual)))));
  return { bits, bytesPerRecord };
}

/** Whether a collection has changed so much that it is to be cut anew, which writes all of it. */
export function hasOutgrown(rule: CutRule, records: number): boolean {
  return Math.abs(cutRuleFor(records, rule.bytesPerRecord).bits - rule.bits) > 1;
}

/** Is shown the keys of a stretch in order, and says before which of them a part ends. */
export class Cutter {
  readonly #mask: number;
  readonly #least: number;
  readonly #most: number;
  #records = 0;
  #bytes = 0;

  constructor({ bits }: CutRule) {
    this.#mask = 2 ** bits - 1;
    this.#least = SHORTEST * 2 ** bits;
    this.#most = LONGEST * 2 ** bits;
  }

  cutsBefore(key: Key, bytes: number): boolean {
    const isLong = this.#records >= this.#most || this.#bytes + bytes > MOST_BYTES;
    const cuts = this.#records > 0 && (isLong || (this.#records >= this.#least && (keyBits(key) & this.#mask) === 0));
    if (cuts) this.restart();
    this.#records += 1;
    this.#bytes += bytes;
    return cuts;
  }

  /** At the beginning of another stretch. */
  restart(): void {
    this.#records = 0;
    this.#bytes = 0;
  }
}
