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
  /** Asked for only where a cap needs it. */
  readonly bytes: () => number;
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
  readonly #caps: RateCaps;
  #best = Number.POSITIVE_INFINITY;
  #calm = 0;
  #nextFree = 0;

  constructor(most: number, caps: RateCaps) {
    this.#most = most;
    this.#caps = caps;
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

  /** Every write books its time on a shared clock, so that the caps hold over all writers together. */
  async #wait({ records, bytes }: WriteSize, signal: AbortSignal): Promise<void> {
    const { maxRecordsPerSecond, maxBytesPerSecond } = this.#caps;
    const seconds = Math.max(
      maxRecordsPerSecond === undefined ? 0 : records / maxRecordsPerSecond,
      maxBytesPerSecond === undefined ? 0 : bytes() / maxBytesPerSecond,
    );
    if (seconds === 0) return;
    const now = performance.now();
    const begin = Math.max(now, this.#nextFree);
    this.#nextFree = begin + seconds * 1000;
    await delay(begin - now, undefined, { signal }).catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
    });
  }
}
