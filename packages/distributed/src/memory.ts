import type { ItemRef } from './model.ts';
import { refName, type Delivery, type WorkQueue } from './queue.ts';
import type { LedgerStorage } from './storage.ts';

export interface MemoryStorageOptions {
  /** In milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Rows of one process, for tests. */
export function memoryStorage({ now = Date.now }: MemoryStorageOptions = {}): LedgerStorage {
  const spaces = new Map<string, Map<string, string>>();
  const rowsOf = (space: string): Map<string, string> => {
    const rows = spaces.get(space) ?? new Map<string, string>();
    spaces.set(space, rows);
    return rows;
  };
  return {
    async transact(space, { prefix }, change) {
      const rows = rowsOf(space);
      const any = prefix !== undefined && [...rows.keys()].some((key) => key.startsWith(prefix));
      const { result, put } = change((key) => rows.get(key), now(), any);
      for (const [key, value] of put ?? []) {
        if (value === undefined) rows.delete(key);
        else rows.set(key, value);
      }
      return result;
    },
    async read(space, keys) {
      const rows = rowsOf(space);
      return new Map(keys.flatMap((key) => (rows.has(key) ? [[key, rows.get(key) ?? '']] : [])));
    },
    async *list(space, prefix) {
      const rows = [...rowsOf(space)].filter(([key]) => key.startsWith(prefix));
      yield* rows.toSorted(([left], [right]) => (left < right ? -1 : 1));
    },
    async close() {},
  };
}

/** How long a claim waits for an item, in milliseconds. */
const WAIT_MS = 2000;

/** Hints of one process: enough where one process does all the work. */
export function memoryQueue(): WorkQueue {
  const waiting = new Map<string, ItemRef>();
  const active = new Map<string, ItemRef>();
  const timers = new Set<NodeJS.Timeout>();
  let wake = Promise.withResolvers<void>();
  const enter = (ref: ItemRef): void => {
    // Even one that is active: whoever has it may stand still, and whether it does the ledger says.
    waiting.set(refName(ref), ref);
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const later = (ref: ItemRef, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      enter(ref);
    }, ms);
    timers.add(timer);
  };
  return {
    async add(refs, { delayMs = 0 } = {}) {
      for (const ref of refs)
        if (delayMs > 0) later(ref, delayMs);
        else enter(ref);
    },
    async claim(signal) {
      if (waiting.size === 0 && !signal.aborted) {
        const late = Promise.withResolvers<void>();
        const timer = setTimeout(late.resolve, WAIT_MS);
        const stop = (): void => late.resolve();
        signal.addEventListener('abort', stop, { once: true });
        await Promise.race([wake.promise, late.promise]);
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
      for (const [name, ref] of waiting) {
        if (signal.aborted) return undefined;
        waiting.delete(name);
        active.set(name, ref);
        return { ref, handle: undefined } satisfies Delivery;
      }
      return undefined;
    },
    async renew() {},
    async complete({ ref }) {
      active.delete(refName(ref));
    },
    async fail({ ref }, retryInMs) {
      active.delete(refName(ref));
      later(ref, retryInMs);
    },
    async depth() {
      return { waiting: waiting.size + timers.size, active: active.size };
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
