import { hostname } from 'node:os';
import { VsmError } from '@vsm/core';
import type { Clock } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import type { PhaseRow, RunnerFigures, ShadowFigures } from './model.ts';

export interface InstanceOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** What status calls it. @default host and process id */
  readonly name?: string | undefined;
  readonly shadow?: (() => ShadowFigures | undefined) | undefined;
  readonly longestHoldMs?: (() => number) | undefined;
  /** Whether it goes on writing without the journal. */
  readonly records?: boolean | undefined;
  /** Told each time that the journal was heard of. What it throws is for the next time. */
  readonly onHeard?: (() => Promise<void>) | undefined;
}

/** A write on its way, which the instance acknowledges no later phase before. */
export interface Pending {
  readonly version: number;
}

/** A process of the application, as the journal knows it: it keeps up with the phase, and says what of its own is still on its way. */
export class Instance {
  readonly #options: InstanceOptions;
  readonly #id: string;
  readonly #name: string;
  readonly #pending = new Set<Pending>();
  readonly #stop = new AbortController();
  #row: PhaseRow | undefined;
  #figures: RunnerFigures | undefined;
  #confirmed = Number.NEGATIVE_INFINITY;
  #renewing: Promise<PhaseRow> | undefined;
  #beating: Promise<void> | undefined;
  /** The last word to the journal, however long its answer takes. */
  #asked: Promise<unknown> | undefined;
  #unmarkedUntil = Number.NEGATIVE_INFINITY;
  #lapses = 0;
  #away = false;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.#id = options.journal.newName();
    this.#name = options.name ?? `${hostname()}:${process.pid}`;
  }

  /** The phase as it was seen last, however long ago. */
  get seen(): PhaseRow | undefined {
    return this.#row;
  }

  /** Of the runner, as they were seen last. */
  get figures(): RunnerFigures | undefined {
    return this.#figures;
  }

  /** Whether the phase is known well enough to send a write. */
  get current(): boolean {
    const { clock, journal } = this.#options;
    return clock.now() - this.#confirmed <= journal.timings.lease || !journal.keeps('renewed');
  }

  /** How often it was not heard of for so long that the move may have gone on without waiting for it. */
  get lapses(): number {
    return this.#lapses;
  }

  /** Whether the journal did not answer when it was asked last. */
  get away(): boolean {
    return this.#away;
  }

  async start(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      // What landed without an answer would hold switches, and nobody renews it.
      void this.#withdraw();
      throw error;
    }
    this.#beating = this.#beat();
  }

  /** The phase, renewed where it was not for too long. @throws VsmError where the journal does not answer */
  async phase(): Promise<PhaseRow> {
    return this.#row !== undefined && this.current ? this.#row : this.renew();
  }

  /** Asks for the phase, and says what of this instance is on its way. */
  renew(): Promise<PhaseRow> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** From here until it is left, no later phase than this is acknowledged. */
  enter({ version }: PhaseRow): Pending {
    const pending = { version };
    this.#pending.add(pending);
    return pending;
  }

  leave(pending: Pending): void {
    this.#pending.delete(pending);
  }

  /** A write without a mark was not answered. */
  mayLand(): void {
    const { clock, journal } = this.#options;
    this.#unmarkedUntil = clock.now() + journal.timings.late;
  }

  /** The journal is asked, but not for longer than an application can wait. */
  async answered<Result>(asked: Promise<Result>): Promise<Result> {
    const { clock, journal } = this.#options;
    const done = new AbortController();
    const late = clock.sleep(journal.timings.answer, done.signal).then(() => {
      if (done.signal.aborted) return asked;
      throw new JournalAway(journal, undefined);
    });
    late.catch(() => undefined);
    try {
      const answer = await Promise.race([asked, late]);
      this.#away = false;
      return answer;
    } catch (cause) {
      if (cause instanceof JournalAway) this.#away = true;
      if (VsmError.isInstance(cause)) throw cause;
      this.#away = true;
      throw new JournalAway(journal, cause);
    } finally {
      done.abort(ANSWERED);
    }
  }

  /** Nothing more is written. Where all was answered, nobody waits for this instance from then on. */
  async close(): Promise<void> {
    const { clock, journal } = this.#options;
    this.#stop.abort();
    await this.#beating;
    await this.#renewing?.catch(() => undefined);
    await this.#options.onHeard?.().catch(() => undefined);
    if (this.#pending.size === 0 && clock.now() > this.#unmarkedUntil) await journal.leaveInstance(this.#id);
  }

  async #renew(): Promise<PhaseRow> {
    const { journal, clock, shadow, longestHoldMs, records } = this.#options;
    const asked = clock.now();
    const beat = {
      id: this.#id,
      name: this.#name,
      ack: this.#ack(),
      records,
      longestHoldMs: longestHoldMs?.(),
      shadow: shadow?.(),
    };
    const asking = journal.beat(beat);
    this.#asked = asking;
    const { row, figures } = await this.answered(asking);
    if (row.version >= (this.#row?.version ?? 0)) this.#row = row;
    this.#figures = figures;
    const { lease, late } = journal.timings;
    if (clock.now() - this.#confirmed > lease + late) this.#lapses += 1;
    this.#confirmed = Math.max(this.#confirmed, asked);
    return this.#row ?? row;
  }

  async #withdraw(): Promise<void> {
    const { journal, clock } = this.#options;
    const { lease, late, poll } = journal.timings;
    await this.#asked?.catch(() => undefined);
    // A journal that did not answer once may not do so twice. Not for ever, so that a process without one can end.
    for (const until = clock.now() + lease + late; clock.now() <= until; await clock.sleep(poll)) {
      const isOut = await journal.leaveInstance(this.#id).then(
        () => true,
        () => false,
      );
      if (isOut) return;
    }
  }

  async #hear(): Promise<void> {
    await this.renew();
    await this.#options.onHeard?.();
  }

  #ack(): number | undefined {
    if (this.#row === undefined) return undefined;
    const { keeps } = this.#options.journal;
    const versions = keeps('pending-counts') ? [...this.#pending].map(({ version }) => version) : [];
    return Math.min(this.#row.version, ...versions);
  }

  async #beat(): Promise<void> {
    const { journal, clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(journal.timings.poll, this.#stop.signal);
      // What the journal does not answer now, it is asked again.
      if (!this.#stop.signal.aborted) await this.#hear().catch(() => undefined);
    }
  }
}

/** No error, of which each is made with its place in the code, and nobody looks at it. */
const ANSWERED = 'answered';

/** Nothing was sent to a store. */
export class JournalAway extends VsmError {
  override readonly name = 'JournalAway';
  constructor({ move }: Journal, cause: unknown) {
    super(
      'REMOTE_FAILED',
      `The journal of the move "${move}" does not answer, and without it nothing is written. Try again.`,
      {
        cause,
      },
    );
  }
}
