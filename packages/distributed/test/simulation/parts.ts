import type { LedgerStorage, WorkQueue } from '@vsm/distributed';
import { parseRef, refName } from '../../src/queue.ts';
import type { Process, Scheduler } from './scheduler.ts';

interface Write {
  readonly at: number;
  readonly space: string;
  readonly key: string;
  readonly before: string | undefined;
}

/** The rows of a ledger, as its server has them. */
export class SimRows {
  readonly spaces = new Map<string, Map<string, string>>();
  readonly #writes: Write[] = [];
  /** Every value that a key had, for what must have happened once. */
  readonly onPut: ((space: string, key: string, value: string | undefined) => void) | undefined;

  constructor(onPut?: (space: string, key: string, value: string | undefined) => void) {
    this.onPut = onPut;
  }

  of(space: string): Map<string, string> {
    const rows = this.spaces.get(space) ?? new Map<string, string>();
    this.spaces.set(space, rows);
    return rows;
  }

  put(space: string, key: string, value: string | undefined, at: number): void {
    this.#writes.push({ at, space, key, before: this.of(space).get(key) });
    if (value === undefined) this.of(space).delete(key);
    else this.of(space).set(key, value);
    this.onPut?.(space, key, value);
  }

  /** Forgets what it acknowledged after `since`, as a server does that was killed before its log was synced. */
  forget(since: number): void {
    for (let last = this.#writes.at(-1); last !== undefined && last.at > since; last = this.#writes.at(-1)) {
      this.#writes.pop();
      if (last.before === undefined) this.of(last.space).delete(last.key);
      else this.of(last.space).set(last.key, last.before);
    }
  }
}

export interface StorageFaults {
  /** Share of the transactions whose answer does not arrive. */
  readonly lostAnswers: number;
  /** Whether rows are written only where they are as they were read. */
  readonly compareAndSet: boolean;
}

/** The rows, as one process reaches them. */
export function simStorage(
  scheduler: Scheduler,
  rows: SimRows,
  process: Process,
  faults: StorageFaults,
): LedgerStorage {
  const trip = async (): Promise<void> => {
    await scheduler.sleep(scheduler.chance(0.2) ? scheduler.between(20, 200) : scheduler.between(0.5, 20), process);
    if (process.ledgerCutUntil > scheduler.now) {
      await scheduler.sleep(1000, process);
      throw new Error('the ledger does not answer');
    }
  };
  return {
    async transact(space, { locked, alone = [], steady = [], seen = [], prefix }, change) {
      const kept = [...locked, ...alone, ...steady];
      const anyOf = (): boolean => {
        if (prefix === undefined) return false;
        for (const key of rows.of(space).keys()) if (key.startsWith(prefix)) return true;
        return false;
      };
      for (;;) {
        await trip();
        const found = rows.of(space);
        const read = new Map<string, string | undefined>();
        for (const key of kept) read.set(key, found.get(key));
        for (const key of seen) read.set(key, found.get(key));
        const any = anyOf();
        const { result, put } = change((key) => read.get(key), scheduler.now, any);
        if (put === undefined || put.size === 0) return result;
        await trip();
        const same = kept.every((key) => found.get(key) === read.get(key)) && anyOf() === any;
        if (faults.compareAndSet && !same) continue;
        for (const [key, value] of put) rows.put(space, key, value, scheduler.now);
        await scheduler.sleep(scheduler.between(0.5, 5), process);
        if (scheduler.chance(faults.lostAnswers)) throw new Error('the answer of the ledger is lost');
        return result;
      }
    },
    async read(space, keys) {
      await trip();
      const found = rows.of(space);
      return new Map(keys.flatMap((key) => (found.has(key) ? [[key, found.get(key) ?? '']] : [])));
    },
    async *list(space, prefix) {
      await trip();
      const found: [string, string][] = [];
      for (const row of rows.of(space)) if (row[0].startsWith(prefix)) found.push(row);
      yield* found.toSorted(([left], [right]) => (left < right ? -1 : 1));
    },
    async close() {},
  };
}

/** Hints that are lost, doubled and handed out again. */
export class SimHints {
  readonly waiting = new Map<string, number>();
  readonly active = new Map<string, { token: number; until: number }>();
  tokens = 0;
}

export interface QueueFaults {
  readonly lost: number;
  readonly doubled: number;
}

const LEASE_MS = 3000;

export function simQueue(scheduler: Scheduler, hints: SimHints, process: Process, faults: QueueFaults): WorkQueue {
  const trip = async (): Promise<void> => {
    await scheduler.sleep(scheduler.between(0.5, 10), process);
    if (process.queueCutUntil > scheduler.now) {
      await scheduler.sleep(700, process);
      throw new Error('the queue does not answer');
    }
  };
  const mine = (name: string, token: unknown): boolean => hints.active.get(name)?.token === token;
  return {
    async add(refs, { delayMs = 0 } = {}) {
      await trip();
      for (const ref of refs) {
        const name = refName(ref);
        if (scheduler.chance(faults.lost) || hints.active.has(name)) continue;
        hints.waiting.set(name, scheduler.now + delayMs);
      }
    },
    async claim(signal) {
      await trip();
      for (let tries = 0; tries < 2 && !signal.aborted; tries += 1) {
        for (const [name, { until }] of hints.active) {
          if (until > scheduler.now) continue;
          hints.active.delete(name);
          hints.waiting.set(name, scheduler.now);
        }
        const due = [...hints.waiting].filter(([, at]) => at <= scheduler.now);
        const chosen = due[Math.floor(scheduler.random() * due.length)];
        if (chosen !== undefined) {
          const [name] = chosen;
          hints.tokens += 1;
          if (!scheduler.chance(faults.doubled)) hints.waiting.delete(name);
          hints.active.set(name, { token: hints.tokens, until: scheduler.now + LEASE_MS });
          return { ref: parseRef(name), handle: hints.tokens };
        }
        await scheduler.sleep(500, process, signal);
      }
      return undefined;
    },
    async renew(held) {
      await trip();
      for (const { ref, handle } of held) {
        const name = refName(ref);
        if (mine(name, handle)) hints.active.set(name, { token: handle as number, until: scheduler.now + LEASE_MS });
      }
    },
    async complete({ ref, handle }) {
      await trip();
      if (mine(refName(ref), handle)) hints.active.delete(refName(ref));
    },
    async fail({ ref, handle }, retryInMs) {
      await trip();
      if (!mine(refName(ref), handle)) return;
      hints.active.delete(refName(ref));
      hints.waiting.set(refName(ref), scheduler.now + retryInMs);
    },
    async depth() {
      return { waiting: hints.waiting.size, active: hints.active.size };
    },
    async close() {},
  };
}
