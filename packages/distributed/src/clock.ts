import { setTimeout as delay } from 'node:timers/promises';

/** Time of one process; a test gives it another one. */
export interface Clock {
  /** In milliseconds, and never back. */
  now(): number;
  /** Ends early, without an error, once `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal }).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
    });
  },
};
