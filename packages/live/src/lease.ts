import { VsmError } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import type { Claim, Lease } from './journal-members.ts';
import type { PhaseRow, RunnerFigures } from './model.ts';

/** The lease is not known to be ours: nothing is written. */
export class LeaseLost extends VsmError {
  override readonly name = 'LeaseLost';
  constructor() {
    super('ABORTED', 'The journal has not confirmed for too long that this process is the one that writes.');
  }
}

/** The right to be the one that copies and drains, as one process holds it. */
export class HeldLease {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #holder: string;
  #claim: Claim | undefined;
  #confirmed = Number.NEGATIVE_INFINITY;
  #writesFrom = Number.POSITIVE_INFINITY;
  #row: PhaseRow | undefined;

  /** @param holder another name for each process, and for each time that it starts */
  constructor(journal: Journal, clock: Clock, holder: string) {
    this.#journal = journal;
    this.#clock = clock;
    this.#holder = holder;
  }

  /** The phase that was seen last. */
  get row(): PhaseRow | undefined {
    return this.#row;
  }

  get claim(): Claim | undefined {
    return this.#claim;
  }

  /** Whether it was confirmed lately enough to send a write. */
  get good(): boolean {
    const { timings, keeps } = this.#journal;
    if (!keeps('lease-checked')) return this.#claim !== undefined && this.#clock.now() >= this.#writesFrom;
    return this.#clock.now() - this.#confirmed <= timings.lease && this.#clock.now() >= this.#writesFrom;
  }

  /**
   * What is asked right before each write of something that begins now. It throws LeaseLost for good once another one had the lease
   * meanwhile: what was read before that may be older than what the other one has written.
   */
  begin(): () => void {
    const began = this.#claim?.epoch;
    return () => {
      const same = this.#claim?.epoch === began || !this.#journal.keeps('same-lease');
      if (!this.good || !same) throw new LeaseLost();
    };
  }

  /** Takes the lease, or renews it. @returns the journal's answer */
  async renew(ack?: number, figures?: RunnerFigures): Promise<Lease> {
    const asked = this.#clock.now();
    const answer = await this.#journal.lease({ holder: this.#holder, claim: this.#claim, ack, figures });
    const { claim, waitMs, row } = answer;
    if (row.version >= (this.#row?.version ?? 0)) this.#row = row;
    if (claim === undefined) {
      this.#claim = undefined;
      this.#confirmed = Number.NEGATIVE_INFINITY;
      this.#writesFrom = Number.POSITIVE_INFINITY;
      return answer;
    }
    if (claim.epoch !== this.#claim?.epoch) {
      this.#claim = claim;
      this.#writesFrom = this.#clock.now() + waitMs;
    }
    this.#confirmed = Math.max(this.#confirmed, asked);
    return answer;
  }

  /** Gives it back. Only where everything that was sent has been answered. */
  async release(): Promise<void> {
    // Who still waits for what another one sent leaves that to the next.
    if (this.#claim !== undefined && this.good) await this.#journal.release(this.#claim);
    this.#claim = undefined;
    this.#writesFrom = Number.POSITIVE_INFINITY;
  }
}
