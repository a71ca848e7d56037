import { recordBytes } from './record-bytes.ts';
import type { VectorRecord } from '../spec/record.ts';

/** How much a run holds in memory at once by default. */
export const DEFAULT_BYTES_IN_FLIGHT: number = 64 * 1024 * 1024;

/** Larger pages gain nothing: a store that answers 8 MiB at a time is already busy with the records, not with the request. */
const MOST_PAGE_BYTES = 8 * 1024 * 1024;

/** A place in memory for a page, from before it is asked for until all of it was written. */
export interface Reservation {
  /** The page is here, and is this large. */
  settle(bytes: number): void;
  release(): void;
}

/**
 * Shares a bound on memory among all parts that are read at once. Pages are asked for by number of records, so their size is a
 * guess from those before; what arrives is measured, and the next page waits until there is room.
 */
export class ByteBudget {
  readonly #most: number;
  readonly #pageBytes: number;
  #bytesPerRecord: number;
  #held = 0;
  #waiting: (() => void)[] = [];

  /** `readers` parts hold two pages each: the one that is written, and the one that is on its way. */
  constructor(most: number, readers: number, bytesPerRecord: number) {
    this.#most = most;
    this.#pageBytes = Math.min(MOST_PAGE_BYTES, most / (2 * readers));
    this.#bytesPerRecord = Math.max(1, bytesPerRecord);
  }

  /** How many records the next page may have, at most `limit`. */
  pageLimit(limit: number): number {
    return Math.max(1, Math.min(limit, Math.floor(this.#pageBytes / this.#bytesPerRecord)));
  }

  /** Waits for room for a page of so many records. Whoever comes while nothing is held is let through, however large the page. */
  async reserve(records: number, signal: AbortSignal | undefined): Promise<Reservation> {
    const guess = records * this.#bytesPerRecord;
    while (this.#held > 0 && this.#held + guess > this.#most) {
      signal?.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    let held = guess;
    this.#held += held;
    const change = (bytes: number): void => {
      this.#held += bytes - held;
      const freed = bytes < held;
      held = bytes;
      if (freed) this.#wake();
    };
    return { settle: change, release: () => change(0) };
  }

  /** Size in memory of a page; pages to come are cut by what this one showed. `NaN` where a record is too deep to be measured. */
  measure(records: readonly VectorRecord[]): number {
    const bytes = records.reduce((total, record) => total + recordBytes(record), 0);
    if (Number.isNaN(bytes)) return Number.NaN;
    // A page of larger records counts at once, one of smaller records slowly: too small costs a little time, too large memory.
    const mean = bytes / Math.max(1, records.length);
    this.#bytesPerRecord = Math.max(mean, (3 * this.#bytesPerRecord + mean) / 4, 1);
    return bytes;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
