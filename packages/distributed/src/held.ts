import { VsmError } from '@vsm/core';
import type { Clock } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Append, Claimed, ItemRef } from './model.ts';
import type { Delivery } from './queue.ts';

/** The item is somebody else's, or may be: nothing more is written for it. */
export class ClaimLost extends VsmError {
  override readonly name = 'ClaimLost';
  constructor(message: string, cause?: unknown) {
    super('ABORTED', message, { cause });
  }
}

/** The run was paused or cancelled: the item is given back after its page. */
export class Stopped extends VsmError {
  override readonly name = 'Stopped';
  constructor() {
    super('ABORTED', 'The run was paused or cancelled.');
  }
}

interface Holding {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** When the claim was asked for. */
  readonly since: number;
  /** Ends when the worker does. */
  readonly signal: AbortSignal;
  readonly onOpened: (refs: readonly ItemRef[]) => void;
  readonly onRefused: () => void;
}

/** Between two tries of an append, in milliseconds. */
const AGAIN_MS = 500;

/** An item in hand: every step of it is remembered through here, and ends once the claim is not known to be good. */
export class HeldItem {
  readonly delivery: Delivery;
  readonly #holding: Holding;
  readonly #stop = new AbortController();
  readonly signal: AbortSignal;
  #claimed: Claimed;
  #confirmed: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(claimed: Claimed, delivery: Delivery, holding: Holding) {
    this.delivery = delivery;
    this.#claimed = claimed;
    this.#holding = holding;
    this.#confirmed = holding.since;
    this.signal = AbortSignal.any([holding.signal, this.#stop.signal]);
  }

  get claimed(): Claimed {
    return this.#claimed;
  }

  get lost(): boolean {
    return this.#stop.signal.reason instanceof ClaimLost;
  }

  /** The ledger said, to a question of that time, that the claim is good. */
  confirm(asked: number): void {
    this.#confirmed = Math.max(this.#confirmed, asked);
  }

  lose(why: string, cause?: unknown): ClaimLost {
    const error = new ClaimLost(`${this.#name}: ${why}`, cause);
    this.#stop.abort(error);
    return error;
  }

  /**
   * Whether the claim was confirmed lately enough to write: asked before each write, for a process that stood still hears of nothing
   * else first.
   * @throws ClaimLost
   */
  check(): void {
    this.signal.throwIfAborted();
    const { clock, ledger } = this.#holding;
    if (clock.now() - this.#confirmed <= (ledger.timings.lease * 2) / 3) return;
    throw this.lose('the ledger has not confirmed the claim for too long');
  }

  /** Waits until nobody who lost an item of the run can write any more. */
  async settle(): Promise<void> {
    await this.#holding.clock.sleep(this.#claimed.settleMs, this.signal);
  }

  /** Remembers a page or a step, one after the other. @throws ClaimLost, Stopped */
  async append(page: Append): Promise<void> {
    const turn = this.#last.then(() => this.#append(page));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #append(page: Append): Promise<void> {
    const { clock, ledger, onOpened, onRefused } = this.#holding;
    for (;;) {
      this.check();
      const asked = clock.now();
      let answer;
      try {
        answer = await ledger.append(this.#claimed, page);
      } catch (error) {
        // It may have been kept, and the answer lost: then the next try is refused, and the item is taken again from where it stands.
        await clock.sleep(AGAIN_MS, this.signal);
        if (VsmError.isInstance(error)) throw error;
        continue;
      }
      if (!answer.accepted) {
        onRefused();
        throw this.lose('somebody else has taken it');
      }
      this.#claimed = answer.claimed;
      this.confirm(asked);
      onOpened(answer.opened);
      if (answer.stop && page.done === undefined) throw new Stopped();
      return;
    }
  }

  get #name(): string {
    const { wave, item } = this.#claimed.ref;
    return `${wave} ${item}`;
  }
}
