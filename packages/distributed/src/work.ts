import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import pLimit from 'p-limit';
import { realClock, type Clock } from './clock.ts';
import { HeldItem, Stopped } from './held.ts';
import type { Ledger } from './ledger.ts';
import type { Claimed, ItemRef, ItemResult } from './model.ts';
import type { Delivery, WorkQueue } from './queue.ts';
import { isOver } from './waves.ts';

/** Does the work of items. What it does between two appends may be done again by somebody else. */
export interface RunEngine {
  /** Whether this process may and can work on the run; asked before anything of it is claimed. */
  admits(runId: string): Promise<boolean>;
  run(item: HeldItem): Promise<ItemResult>;
}

export interface WorkOptions {
  readonly ledger: Ledger;
  readonly queue: WorkQueue;
  readonly engine: RunEngine;
  /** Items at once. @default 4 */
  readonly slots?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ends when this run is over. */
  readonly until?: string | undefined;
  /** Ends when nothing is handed out any more. */
  readonly untilIdle?: boolean | undefined;
  /** @default the name of the machine, and a few random letters */
  readonly name?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Is told of what goes wrong with an item, and of what it could not reach. */
  readonly onProblem?: ((problem: WorkProblem) => void) | undefined;
}

export interface WorkProblem {
  readonly ref?: ItemRef | undefined;
  readonly error: unknown;
}

export interface WorkOutcome {
  readonly worker: string;
  readonly itemsDone: number;
  /** Items that somebody else had taken over. */
  readonly refused: number;
  /** Whether there is work left, all of which others have. */
  readonly workLeft: boolean;
}

/** The pause after a queue or ledger did not answer, in milliseconds. */
const AWAY_MS = 1000;

/** Takes items from the queue until it is told to end. Any number of processes may do so at once, and any of them may die. */
export async function work(options: WorkOptions): Promise<WorkOutcome> {
  return new FleetWorker(options).work();
}

class FleetWorker {
  readonly #options: WorkOptions;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #end = new AbortController();
  readonly #held = new Set<HeldItem>();
  readonly #inTurn = pLimit(1);
  #itemsDone = 0;
  #refused = 0;
  #idle = 0;

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#name = options.name ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  }

  async work(): Promise<WorkOutcome> {
    const { ledger, queue } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, queue.gone].filter((one) => one !== undefined));
    const stop = (): void => this.#end.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { beat, reconcile } = ledger.timings;
      const timers = [this.#every(beat, () => this.#beat()), this.#every(reconcile, () => this.#reconcile())];
      if (this.#options.until !== undefined) timers.push(this.#every(beat / 5, () => this.#watch()));
      const slots = Array.from({ length: this.#options.slots ?? 4 }, () => this.#slot());
      await Promise.all(slots);
      this.#end.abort(new Error('the worker has ended'));
      await Promise.all(timers);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const workLeft = (await this.#openRuns().catch(() => [])).length > 0;
    return { worker: this.#name, itemsDone: this.#itemsDone, refused: this.#refused, workLeft };
  }

  async #slot(): Promise<void> {
    const { queue, untilIdle, slots = 4 } = this.#options;
    while (!this.#end.signal.aborted) {
      try {
        const delivery = await this.#inTurn(async () =>
          this.#end.signal.aborted ? undefined : queue.claim(this.#end.signal),
        );
        if (delivery !== undefined) {
          this.#idle = 0;
          await this.#take(delivery);
        } else if (untilIdle === true && this.#held.size === 0) {
          // One round of all slots, so that what was just added is seen.
          this.#idle += 1;
          if (this.#idle >= slots) this.#end.abort(new Error('nothing is left'));
        }
      } catch (error) {
        this.#problem({ error });
        await this.#clock.sleep(AWAY_MS, this.#end.signal);
      }
    }
  }

  async #take(delivery: Delivery): Promise<void> {
    const { ledger, queue, engine } = this.#options;
    const { ref } = delivery;
    let answer: Claimed | 'done' | 'not-now';
    const since = this.#clock.now();
    try {
      if (!(await engine.admits(ref.runId))) {
        await queue.fail(delivery, ledger.timings.reconcile);
        return;
      }
      answer = await ledger.claim(ref, this.#name);
    } catch (error) {
      await queue.fail(delivery, AWAY_MS).catch(() => undefined);
      throw error;
    }
    if (typeof answer === 'string') {
      await queue.complete(delivery);
      return;
    }
    await this.#carryOut(answer, delivery, since);
  }

  async #carryOut(claimed: Claimed, delivery: Delivery, since: number): Promise<void> {
    const { ledger, queue, engine } = this.#options;
    const item = new HeldItem(claimed, delivery, {
      ledger,
      clock: this.#clock,
      since,
      signal: this.#end.signal,
      onOpened: (refs) => this.#hint(refs),
      onRefused: () => {
        this.#refused += 1;
      },
    });
    this.#held.add(item);
    let retryMs: number | undefined;
    try {
      const result = await engine.run(item);
      // Whoever had it before may write until then, over what an application writes once the run has ended.
      if (claimed.ref.wave === 'conclude') await item.settle();
      await item.append({ done: result });
      this.#itemsDone += 1;
    } catch (error) {
      if (item.lost) this.#problem({ ref: claimed.ref, error });
      else if (error instanceof Stopped || this.#end.signal.aborted) await this.#release(item);
      else {
        retryMs = ledger.timings.retry;
        this.#problem({ ref: claimed.ref, error });
        await this.#release(item, error instanceof Error ? error.message : String(error));
      }
    } finally {
      this.#held.delete(item);
      const done = retryMs === undefined ? queue.complete(delivery) : queue.fail(delivery, retryMs);
      await done.catch(() => undefined);
    }
  }

  async #release(item: HeldItem, failure?: string): Promise<void> {
    // If it is not heard, it looks like a claim that was lost, and is taken over.
    await this.#options.ledger.release(item.claimed, failure).catch(() => undefined);
  }

  async #beat(): Promise<void> {
    const { ledger, queue, slots = 4 } = this.#options;
    const held = [...this.#held];
    for (const item of held) {
      try {
        item.check();
      } catch {
        // It has ended the item, which says so itself.
      }
    }
    await queue.renew(held.map(({ delivery }) => delivery)).catch(() => undefined);
    const asked = this.#clock.now();
    const report = { worker: this.#name, slots, held: held.map(({ claimed }) => claimed), refused: this.#refused };
    const { lost } = await ledger.beat(report);
    const gone = new Set(lost.map(({ claim }) => claim));
    for (const item of held) {
      if (gone.has(item.claimed.claim)) {
        // An item that ended meanwhile is not the worker's any more either.
        if (this.#held.has(item)) item.lose('somebody else has taken it');
      } else item.confirm(asked);
    }
  }

  async #reconcile(): Promise<void> {
    const { ledger } = this.#options;
    for (const runId of await this.#openRuns()) this.#hint(await ledger.reconcile(runId));
  }

  async #openRuns(): Promise<readonly string[]> {
    const { ledger, engine } = this.#options;
    const open: string[] = [];
    for (const runId of await ledger.openRuns()) if (await engine.admits(runId)) open.push(runId);
    return open;
  }

  async #watch(): Promise<void> {
    const { ledger, until } = this.#options;
    if (until === undefined || !isOver(await ledger.run(until))) return;
    this.#end.abort(new Error('the run is over'));
  }

  #hint(refs: readonly ItemRef[]): void {
    if (refs.length === 0) return;
    // Whoever reconciles adds them again, where this fails.
    this.#options.queue.add(refs).catch((error: unknown) => this.#problem({ error }));
  }

  async #every(ms: number, act: () => Promise<void>): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#clock.sleep(ms, this.#end.signal);
      if (this.#end.signal.aborted) return;
      try {
        await act();
      } catch (error) {
        this.#problem({ error });
      }
    }
  }

  #problem(problem: WorkProblem): void {
    this.#options.onProblem?.(problem);
  }
}
