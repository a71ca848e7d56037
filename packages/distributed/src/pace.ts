import { secondsOf, type PaceBook, type RateCaps } from '@vsm/core/engine';
import type { Ledger } from './ledger.ts';

/** A booking is good for at least so much work: below it, asking would take longer than writing. */
const LEAST_MS = 250;

/** Books time of a target in the ledger, for all workers together, and keeps the pauses that any of them was asked for. */
export function ledgerBook(ledger: Ledger, target: string, caps: RateCaps): PaceBook {
  // Both in milliseconds: booked and not used yet, and when the ledger was last asked.
  let left = 0;
  let asked = Number.NEGATIVE_INFINITY;
  let holdUntil = 0;
  return {
    async book(cost) {
      const needed = secondsOf(cost, caps) * 1000;
      const now = performance.now();
      const own = Math.max(0, holdUntil - now);
      if (needed > 0 ? left >= needed : now - asked < LEAST_MS) {
        left -= needed;
        return own;
      }
      const bookMs = needed === 0 ? 0 : Math.max(needed - left, LEAST_MS);
      asked = now;
      left += bookMs - needed;
      return Math.max(own, await ledger.book(target, bookMs));
    },
    holdOff(ms) {
      holdUntil = performance.now() + ms;
      // Where it is not heard, the others meet the same answer themselves.
      void ledger.holdOff(target, ms).catch(() => undefined);
    },
  };
}
