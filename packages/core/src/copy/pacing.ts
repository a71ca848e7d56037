import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { RemoteError } from '../errors.ts';
import { isThrottled } from '../store/retry.ts';

export interface RateCaps {
  readonly maxRecordsPerSecond?: number | undefined;
  readonly maxBytesPerSecond?: number | undefined;
}

export interface WriteSize {
  readonly records: number;
  /** Asked for only where time is booked. */
  readonly bytes: () => number;
}

/** What a write costs. */
export interface WriteCost {
  readonly records: number;
  readonly bytes: number;
}

/** Books time of a target, for all that write to it. */
export interface PaceBook {
  /** How long to wait before the write may begin, in milliseconds. */
  book(cost: WriteCost): Promise<number> | number;
  /** The target asked for a pause, which everybody is to keep. */
  holdOff?(ms: number): void;
}

/** A latency this much above the best one seen says that the store is busy, not slow. */
const BUSY_FACTOR = 2;

/**
 * Lets writes through: one more at a time while their latency stays flat, half as many when the store throttles, and never faster
 * than the caps.
 */
export class WritePace {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #most: number;
  readonly #book: PaceBook | undefined;
  #best = Number.POSITIVE_INFINITY;
  #calm = 0;

  /** @param book shared with others who write to the same target; one of this process alone where caps are given in its place */
  constructor(most: number, book: RateCaps | PaceBook) {
    this.#most = most;
    this.#book = 'book' in book ? book : localBook(book);
    this.#limit = pLimit(Math.min(2, most));
  }

  /** Writes under way at once, at the most. */
  get concurrency(): number {
    return this.#limit.concurrency;
  }

  async run<Result>(size: WriteSize, signal: AbortSignal, write: () => Promise<Result>): Promise<Result> {
    return this.#limit(async () => {
      await this.#wait(size, signal);
      const started = performance.now();
      const result = await write();
      this.#learn((performance.now() - started) / Math.max(1, size.records));
      return result;
    });
  }

  /** The store answered with an error; a throttled one is given more room. */
  onError(error: RemoteError): void {
    if (!isThrottled(error)) return;
    if (error.retryAfterMs !== undefined) this.#book?.holdOff?.(error.retryAfterMs);
    this.#limit.concurrency = Math.max(1, Math.floor(this.#limit.concurrency / 2));
    this.#calm = 0;
  }

  #learn(msPerRecord: number): void {
    this.#best = Math.min(this.#best, msPerRecord);
    this.#calm = msPerRecord <= this.#best * BUSY_FACTOR ? this.#calm + 1 : 0;
    if (this.#calm < this.#limit.concurrency || this.#limit.concurrency >= this.#most) return;
    this.#limit.concurrency += 1;
    this.#calm = 0;
  }

  async #wait({ records, bytes }: WriteSize, signal: AbortSignal): Promise<void> {
    if (this.#book === undefined) return;
    const ms = await this.#book.book({ records, bytes: bytes() });
    if (ms <= 0) return;
    await delay(ms, undefined, { signal }).catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
    });
  }
}

/** Every write books its time on one clock, so that the caps hold over all writers together. */
function localBook(caps: RateCaps): PaceBook | undefined {
  if (caps.maxBytesPerSecond === undefined && caps.maxRecordsPerSecond === undefined) return undefined;
  let nextFree = 0;
  return {
    book(cost) {
      const now = performance.now();
      const begin = Math.max(now, nextFree);
      nextFree = begin + secondsOf(cost, caps) * 1000;
      return begin - now;
    },
  };
}

/** How long a target is busy with a write, by its caps. */
export function secondsOf({ records, bytes }: WriteCost, { maxRecordsPerSecond, maxBytesPerSecond }: RateCaps): number {
  return Math.max(
    maxRecordsPerSecond === undefined ? 0 : records / maxRecordsPerSecond,
    maxBytesPerSecond === undefined ? 0 : bytes / maxBytesPerSecond,
  );
}
